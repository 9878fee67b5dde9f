package oracle

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
)

// suspect is a question with all that its answer rests on, small enough to be printed: a tenant's rows, the shared ones
// among them, its people, the changes that were made before it was asked, and the circumstances in which the same was
// asked before.
type suspect struct {
	Rows     access.Rows     `json:"-"`
	Org      organisation    `json:"org"`
	Changes  []access.Change `json:"changes,omitempty"`
	Before   []condition.Env `json:"before,omitempty"`
	Question question        `json:"question"`
}

// trial says what is wrong with the answer, or nil.
type trial func(suspect) error

// differs asks everybody: before and after each change, so that what is kept from before is there to go wrong.
func (s suspect) differs(m func(access.Rows, organisation) model) error {
	q := s.Question
	w := &world{now: q.Env.Time, orgs: map[string]organisation{}, rows: map[string]access.Rows{}}
	for _, t := range tenants {
		w.orgs[t] = s.Org
	}
	w.rows[q.Tenant], w.rows[access.Shared] = divided(s.Rows)
	p, err := w.settle(memory())
	if err != nil {
		return nil // no such world
	}
	node, err := p.node(never)
	if err != nil {
		return nil
	}
	defer func() { _ = node.Close() }()
	var kept drawer
	for i := 0; ; i++ {
		err := errors.Join(kept.check(), w.compare(p, s, node, m))
		var wrong *disagreement
		if keep := kept.keep(node, m(joined(w.rows[q.Tenant], w.rows[access.Shared]), s.Org), []question{q}); errors.As(keep, &wrong) {
			err = errors.Join(err, keep)
		}
		if err != nil || i == len(s.Changes) {
			return err
		}
		if s.Changes[i].Base, err = p.store.Revision(ctx, s.Changes[i].Tenant); err != nil {
			return nil
		}
		if _, err := apply(node, s.Changes[i]); err != nil {
			return nil
		}
		w.rows[s.Changes[i].Tenant] = after(w.rows[s.Changes[i].Tenant], s.Changes[i])
	}
}

func (w *world) compare(p *place, s suspect, node *access.Authorizer, m func(access.Rows, organisation) model) error {
	q := s.Question
	for _, e := range slices.Concat(s.Before, []condition.Env{q.Env}) {
		p.clock.Store(&e.Time)
		earlier := q
		earlier.Env = e
		_, _ = ask(node, []question{earlier})
	}
	stored, err := p.store.Load(ctx, q.Tenant)
	if err != nil {
		return nil
	}
	c, err := enforcer(stored.Rows, q.Tenant, q.Env.Time, q.Env.Time)
	if err != nil {
		return nil
	}
	got, err := ask(node, []question{q})
	if err != nil {
		if errors.Is(err, access.ErrUnavailable) || errors.Is(err, access.ErrInvalid) {
			return nil // the rows left are no policy
		}
		return err
	}
	judging := m(joined(w.rows[q.Tenant], w.rows[access.Shared]), w.orgs[q.Tenant])
	if q.New != nil && slices.ContainsFunc(q.parties(), func(p question) bool { return !judging.writes(p) }) {
		return nil // decided by the fields, which is not what is judged
	}
	_, err = judge(judging, c, []question{q}, map[string]answers{"the snapshot": got})
	return err
}

// writes reports whether a role of the subject may write every field.
func (m model) writes(q question) bool {
	roles := m.roles(q)
	return slices.ContainsFunc(m.rows.Fields, func(f access.FieldRule) bool { return roles[f.Role] && f.Type == q.Type && f.Field == "*" })
}

// divided are the tenant's own rows and the shared ones.
func divided(rows access.Rows) (own, shared access.Rows) {
	own = access.Rows{Assignments: rows.Assignments, Grants: rows.Grants, Suspensions: rows.Suspensions}
	for _, r := range rows.Rules {
		put(r.Tenant, r, &own.Rules, &shared.Rules)
	}
	for _, r := range rows.Fields {
		put(r.Tenant, r, &own.Fields, &shared.Fields)
	}
	for _, r := range rows.Inherits {
		put(r.Tenant, r, &own.Inherits, &shared.Inherits)
	}
	for _, r := range rows.Definitions {
		put(r.Tenant, r, &own.Definitions, &shared.Definitions)
	}
	return own, shared
}

func put[T any](tenant string, row T, own, shared *[]T) {
	if tenant == access.Shared {
		own = shared
	}
	*own = append(*own, row)
}

// shrunk leaves out whatever may be left out with the answer still wrong.
func (s suspect) shrunk(wrong trial) suspect {
	size := func() int { return s.Rows.Len() + len(s.Changes) + len(s.Before) + len(s.Org.People) }
	for before := -1; before != size(); {
		before = size()
		drop(&s, &s.Changes, wrong)
		drop(&s, &s.Before, wrong)
		drop(&s, &s.Rows.Fields, wrong)
		drop(&s, &s.Rows.Rules, wrong)
		drop(&s, &s.Rows.Inherits, wrong)
		drop(&s, &s.Rows.Assignments, wrong)
		drop(&s, &s.Rows.Grants, wrong)
		drop(&s, &s.Rows.Suspensions, wrong)
		drop(&s, &s.Rows.Definitions, wrong)
		s = s.alone(wrong)
	}
	return s
}

// alone leaves out people.
func (s suspect) alone(wrong trial) suspect {
	for _, id := range sorted(s.Org.People) {
		less := s
		less.Org.People = maps.Clone(s.Org.People)
		delete(less.Org.People, id)
		for other, p := range less.Org.People {
			if p.Superior == id {
				p.Superior = ""
				less.Org.People[other] = p
			}
		}
		if wrong(less) != nil {
			s = less
		}
	}
	return s
}

// drop tries to leave out halves of the list, then quarters, and at last one after the other.
func drop[T any](s *suspect, list *[]T, wrong trial) {
	for n := (len(*list) + 1) / 2; n > 0; n /= 2 {
		for i := 0; i < len(*list); {
			all := *list
			*list = slices.Concat(all[:i], all[min(i+n, len(all)):])
			if wrong(*s) == nil {
				*list = all
				i += n
			}
		}
	}
}

// String is the policy as Casbin's CSV, and as comments what that has no form for.
func (s suspect) String() string {
	var text strings.Builder
	more, err := json.Marshal(s)
	if err != nil {
		return err.Error()
	}
	fmt.Fprintf(&text, "# asked: %s\n", more)
	if more := rest(s.Rows); more != "" {
		fmt.Fprintf(&text, "# %s\n", strings.ReplaceAll(more, "\n", "\n# "))
	}
	w := csv.NewWriter(&text)
	for _, r := range s.Rows.Rules {
		_ = w.Write(r.Line())
	}
	for _, r := range s.Rows.Fields {
		_ = w.Write(r.Line())
	}
	for _, r := range s.Rows.Assignments {
		_ = w.Write(r.Line())
	}
	for _, r := range s.Rows.Inherits {
		_ = w.Write(r.Line())
	}
	w.Flush()
	return text.String()
}

// rest are the rows that Casbin has no form for, each a line of JSON behind what it is.
func rest(rows access.Rows) string {
	var out []string
	add := func(what string, row any) {
		text, err := json.Marshal(row)
		out = append(out, fmt.Sprint(what, ": ", string(text)))
		if err != nil {
			out = append(out, err.Error())
		}
	}
	for _, r := range rows.Definitions {
		add("definition", r)
	}
	for _, r := range rows.Grants {
		r.From, r.Until = r.From.UTC(), r.Until.UTC()
		add("grant", r)
	}
	for _, r := range rows.Suspensions {
		add("suspension", r)
	}
	return strings.Join(out, "\n")
}

// parse reads what String wrote.
func parse(text string) (suspect, error) {
	var s suspect
	var err error
	if s.Rows, err = access.ParseRows(text); err != nil {
		return s, err
	}
	for _, line := range strings.Split(text, "\n") {
		what, body, _ := strings.Cut(line, ": ")
		switch what {
		case "# asked":
			err = json.Unmarshal([]byte(body), &s)
		case "# definition":
			s.Rows.Definitions, err = read(s.Rows.Definitions, body)
		case "# grant":
			s.Rows.Grants, err = read(s.Rows.Grants, body)
		case "# suspension":
			s.Rows.Suspensions, err = read(s.Rows.Suspensions, body)
		}
		if err != nil {
			return s, fmt.Errorf("%s: %w", line, err)
		}
	}
	return s, nil
}

func read[T any](rows []T, text string) ([]T, error) {
	var row T
	err := json.Unmarshal([]byte(text), &row)
	return append(rows, row), err
}
