package access

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Compare lets an old check stay in force while this library's answer is tried beside it: it returns legacy, whatever
// that answer is, and counts whether the two agree.
//
//	if authz.Compare(ctx, request, user.Role == "manager") { … }
//
// The request is decided as an advisory one, so it is not recorded and can't be committed. That it can't be decided (an
// error, a panic in the host's scopes or loader, a closed Authorizer) is counted as an error and logged for debugging. It
// takes as long as Authorize does: give ctx a deadline if the request names its record by id.
//
// What was counted is CompareReport's. Compare may be called concurrently.
func (a *Authorizer) Compare(ctx context.Context, r Request, legacy bool) bool {
	a.compareSafely(ctx, r, legacy)
	return legacy
}

// compareSafely holds up under a clock or a logger that panics.
func (a *Authorizer) compareSafely(ctx context.Context, r Request, legacy bool) {
	defer func() { _ = recover() }()
	a.compare(ctx, r, legacy)
}

func (a *Authorizer) compare(ctx context.Context, r Request, legacy bool) {
	a.compared.begin(a.cfg.Now)
	cell := a.compared.cell(a.cat, r)
	if cell == nil {
		a.compared.stray.Add(1)
		return
	}
	cell.begin(a.cfg.Now)
	r.Advisory = true
	seen, err := a.tryCompare(ctx, r, legacy)
	switch {
	case err != nil:
		cell.fail(err, a.cfg.Now())
		a.cfg.Logger.Debug("access: a comparison could not be made", "type", r.Resource.Type, "action", r.Action, "error", err)
	case seen != nil:
		cell.disagree(*seen, a.cfg.Now())
	default:
		cell.agreed.Add(1)
	}
}

// tryCompare returns how the answers differ, or nil if they do not.
func (a *Authorizer) tryCompare(ctx context.Context, r Request, legacy bool) (seen *Disagreement, err error) {
	defer func() {
		if p := recover(); p != nil {
			seen, err = nil, fmt.Errorf("%w: %v", errPanicked, p)
		}
	}()
	d, err := a.Authorize(ctx, r)
	if err != nil || d.Allowed() == legacy {
		return nil, err
	}
	out := Disagreement{Old: legacy, New: !legacy, Example: exampleOf(d)}
	out.decidedBy(d.Reasons())
	return &out, nil
}

var errPanicked = errors.New("access: panicked")

// Disagreement is one rule's answers that were not those they were compared with: the old check's, or the live policy's.
type Disagreement struct {
	// Type, Action and How tell what a shadow disagreed about; Compare's stand in the cell of their type and action.
	Type    string          `json:"type,omitempty"`
	Action  string          `json:"action,omitempty"`
	How     ShadowKind      `json:"how,omitempty"`
	Old     bool            `json:"old"`
	New     bool            `json:"new"`
	Code    ReasonCode      `json:"code"`           // of the new answer
	Rule    string          `json:"rule,omitempty"` // that decided it, if one did
	Count   uint64          `json:"count"`
	First   time.Time       `json:"first"`
	Last    time.Time       `json:"last"`
	Example DecisionExample `json:"example"` // the first
}

// DecisionExample names a decision by ids. No value of a record is kept.
type DecisionExample struct {
	Tenant  string `json:"tenant"`
	Subject string `json:"subject"`
	Actor   string `json:"actor,omitempty"`
	Record  string `json:"record,omitempty"` // its key; none for a collection or a create
}

func exampleOf(d Decision) DecisionExample {
	s := d.Subject()
	return DecisionExample{s.Tenant, s.ID, s.Actor, d.full().recordID()}
}

// decidedBy takes the first of the reasons that names a rule, else the first.
func (x *Disagreement) decidedBy(rs []Reason) {
	for i, r := range rs {
		if i == 0 {
			x.Code = r.Code
		}
		if r.Rule != (Rule{}) {
			x.Code, x.Rule = r.Code, r.Rule.String()
			return
		}
	}
}

// comparisons are what Compare counted, by action and type.
type comparisons struct {
	since atomic.Int64
	stray atomic.Uint64
	cells sync.Map // *actionInfo → *comparedCell
}

// begin notes the time of the first call. The clock is read for that one alone.
func (c *comparisons) begin(now func() time.Time) { once(&c.since, now) }

func once(at *atomic.Int64, now func() time.Time) {
	if at.Load() == 0 {
		at.CompareAndSwap(0, now().UnixNano())
	}
}

// cell is that of the request, nil if the Catalog has no such type or action.
func (c *comparisons) cell(cat *catalog, r Request) *comparedCell {
	t := cat.types[r.Resource.Type]
	if t == nil || t.actions[r.Action] == nil {
		return nil
	}
	act := t.actions[r.Action]
	if cell, ok := c.cells.Load(act); ok {
		return cell.(*comparedCell)
	}
	cell, _ := c.cells.LoadOrStore(act, &comparedCell{typ: t.Name, action: r.Action})
	return cell.(*comparedCell)
}

// comparedCell is one action on one type. Agreement takes no lock.
type comparedCell struct {
	typ, action string
	first       atomic.Int64 // when it was first asked about
	agreed      atomic.Uint64

	mu     sync.Mutex
	failed uint64
	fault  string    // the sort of the last error
	wrong  time.Time // when the last error or disagreement was
	rules  disagreements
}

func (c *comparedCell) begin(now func() time.Time) { once(&c.first, now) }

func (c *comparedCell) fail(err error, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed++
	c.fault = sortOf(err)
	c.wrong = later(c.wrong, now)
}

func (c *comparedCell) disagree(x Disagreement, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rules.add(fmt.Sprint(x.Old, x.Code, x.Rule), x, now)
	c.wrong = later(c.wrong, now)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// sortOf is the class of an error: its text may name values of the request.
func sortOf(err error) string {
	for _, class := range []error{
		ErrClosed, ErrInvalid, ErrUnavailable, ErrStale, ErrUnknownTenant, ErrMismatch, ErrAudit, context.Canceled, context.DeadlineExceeded, errPanicked,
	} {
		if errors.Is(err, class) {
			return class.Error()
		}
	}
	return "another error"
}

// maxDisagreements bounds how many different ones are kept of one action on one type.
const maxDisagreements = 100

// disagreements are counted by key; those beyond the bound only by number.
type disagreements struct {
	of    map[string]*Disagreement
	max   int       // 0: maxDisagreements
	count [2]uint64 // by the old answer: no, yes
	more  uint64
}

// add counts one, and reports whether it is the first of its key.
func (d *disagreements) add(key string, x Disagreement, now time.Time) (fresh bool) {
	if x.Old {
		d.count[1]++
	} else {
		d.count[0]++
	}
	was := d.of[key]
	if was == nil {
		limit := d.max
		if limit == 0 {
			limit = maxDisagreements
		}
		if len(d.of) >= limit {
			d.more++
			return false
		}
		if d.of == nil {
			d.of = map[string]*Disagreement{}
		}
		x.First = now
		was, fresh = &x, true
		d.of[key] = was
	}
	was.Count++
	was.Last = later(was.Last, now)
	return fresh
}

// list are copies of what is kept, by key.
func (d *disagreements) list() []Disagreement {
	var out []Disagreement
	for _, key := range sortedKeys(d.of) {
		out = append(out, *d.of[key])
	}
	return out
}
