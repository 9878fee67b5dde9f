package access

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"maps"

	"github.com/seed9b40ffc1/crmaccess/audit"
)

// record writes an event for each decision that is not advisory, and for all of system subjects (step 10), all at once.
func (a *Authorizer) record(ctx context.Context, ds []Decision) ([]Decision, error) {
	if a.cfg.Audit == nil {
		return ds, nil
	}
	var events []audit.Event
	durable := false
	for _, d := range ds {
		if !d.Advisory() || d.Subject().system {
			events = append(events, d.event(audit.KindDecision, d.ID()))
			durable = durable || d.durable()
		}
	}
	if len(events) == 0 {
		return ds, nil
	}
	if err := a.write(ctx, durable, events...); err != nil {
		return nil, err
	}
	return ds, nil
}

// durable reports whether the act needs its receipt whatever Config.AuditFailure says: no record, no access.
func (d Decision) durable() bool {
	return d.Allowed() && d.typ().actions[d.Action()].Sensitive && !d.Advisory()
}

// write hands events to the sink; on a failure the configured policy decides, unless the events are durable.
func (a *Authorizer) write(ctx context.Context, durable bool, events ...audit.Event) error {
	if a.cfg.Audit == nil {
		return nil
	}
	for i := range events {
		if events[i].ID == "" {
			events[i].ID = randomID()
		}
	}
	err := a.cfg.Audit.Write(ctx, events...)
	if err == nil {
		return nil
	}
	a.cfg.Logger.Error("access: audit events were not written", "events", len(events), "error", err)
	if a.cfg.AuditFailure == ProceedWithoutAudit && !durable {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrAudit, err)
}

// event describes the decision. It names the record, never its values.
func (d Decision) event(kind, id string) audit.Event {
	x := d.full()
	e := audit.Event{
		ID: id, Kind: kind, Time: x.req.Env.Time, Tenant: x.req.Subject.Tenant, Subject: x.req.Subject.ID,
		Actor: x.req.Subject.Actor, Action: x.req.Action, Type: x.typ.Name, Record: x.recordID(), Allowed: x.allowed,
		Revision: d.Revision().String(), Purpose: x.req.Purpose, Fields: x.fields,
	}
	if x.req.Env.Addr.IsValid() {
		e.Address = x.req.Env.Addr.String()
	}
	if x.req.Subject.system {
		e.Purpose = x.req.Subject.reason
	}
	for _, r := range d.Reasons() {
		e.Reasons = append(e.Reasons, string(r.Code))
		if r.Rule != (Rule{}) {
			e.Rules = append(e.Rules, r.Rule.String())
		}
	}
	return e
}

// recordID is the key of the record asked about, as text.
func (d *decided) recordID() string {
	r := d.images.old
	if r.IsZero() {
		return d.req.Resource.ID
	}
	id := ""
	for i, name := range d.typ.Schema.Key {
		attr, _ := d.typ.Schema.Attr(name)
		v, err := r.Value(name, attr.Kind)
		if err != nil {
			return ""
		}
		if i > 0 {
			id += "/"
		}
		id += v.String()
	}
	return id
}

// Outcome is what was done under a decision.
type Outcome struct {
	Records []string          // keys of the records shown or changed, where they are few
	Count   int               // how many there were; 0 means len(Records)
	Fields  []string          // fields shown or changed
	Detail  map[string]string // whatever else should be on record
	Err     error             // the act failed
}

// Commit records what was done under an allowed decision, and spends what may be done only so often. What it spends it
// spends once: a second Commit of the same decision, for a second statement of the same request, only records.
// A decision that is denied, advisory or of another Authorizer is ErrInvalid. If it returns an error the host must not
// show or keep what it did.
func (a *Authorizer) Commit(ctx context.Context, d Decision, o Outcome) error {
	switch {
	case a.closed.Load():
		return ErrClosed
	case !d.Allowed():
		return invalid("decision", d.Action(), fmt.Errorf("is a denial, there is nothing to commit"))
	case d.auth() != a:
		return invalid("decision", d.Action(), fmt.Errorf("was made by another Authorizer"))
	case d.Advisory():
		return invalid("decision", d.Action(), fmt.Errorf("is advisory: ask again without Advisory to act"))
	}
	if a.cfg.Audit == nil {
		return nil
	}
	d.d.committed.Store(true)
	e := d.event(audit.KindCommit, randomID())
	e.Time, e.Reasons, e.Rules = a.cfg.Now(), nil, nil
	e.Count, e.Fields = max(o.Count, len(o.Records)), o.Fields
	e.Detail = maps.Clone(o.Detail)
	if e.Detail == nil {
		e.Detail = map[string]string{}
	}
	e.Detail["decision"] = d.ID()
	if len(o.Records) == 1 {
		e.Record = o.Records[0]
	}
	for i, id := range o.Records {
		if len(o.Records) > 1 {
			e.Detail[fmt.Sprintf("record_%d", i+1)] = id
		}
	}
	if o.Err != nil {
		e.Detail["error"] = o.Err.Error()
	}
	return a.write(ctx, d.durable(), e)
}

// Record puts an event of the host's on the audit trail: a sign-in, a statement that ran unguarded. Its ID and Time are
// filled in if they are missing.
func (a *Authorizer) Record(ctx context.Context, e audit.Event) error {
	if a.closed.Load() {
		return ErrClosed
	}
	if e.Kind == "" {
		return invalid("event", "", fmt.Errorf("has no kind"))
	}
	if e.Time.IsZero() {
		e.Time = a.cfg.Now()
	}
	return a.write(ctx, false, e)
}

func randomID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
