package oracle

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// drawer keeps decisions that were asked for nothing yet. Whatever happens, they speak of the policy they were made on.
type drawer []keptDecision

type keptDecision struct {
	q    question
	d    access.Decision
	said string // by another decision of the same question, at once
}

// keep takes each question's decision, and that of the collection. What a twin says of itself is what the rules of m say.
func (k *drawer) keep(a *access.Authorizer, m model, qs []question) error {
	for _, q := range append(slices.Clone(qs[:1]), listOf(qs[0])) {
		d, err := a.Authorize(ctx, q.request())
		if err != nil {
			return err
		}
		twin, err := a.Authorize(ctx, q.request())
		if err != nil {
			return err
		}
		if err := m.bears(q, twin); err != nil {
			return err
		}
		*k = append(*k, keptDecision{q, d, told(twin)})
	}
	return nil
}

// check asks the kept decisions now what they say, and empties the drawer.
func (k *drawer) check() error {
	defer func() { *k = nil }()
	for _, x := range *k {
		if now := told(x.d); now != x.said {
			return &disagreement{x.q, fmt.Sprintf("a decision kept through a change says\n%s\nwhat it said before was\n%s", now, x.said)}
		}
	}
	return nil
}

// listOf is the question about the collection.
func listOf(q question) question {
	q.Old, q.New = nil, nil
	return q
}

// bears holds that the rules a decision about a record names as its reasons apply.
func (m model) bears(q question, d access.Decision) error {
	for _, r := range d.Reasons() {
		e, decides := map[access.ReasonCode]access.Effect{access.ReasonRule: access.Allow, access.ReasonDenyRule: access.Deny}[r.Code]
		if !decides || q.Old == nil && q.New == nil {
			continue
		}
		if !slices.ContainsFunc(q.parties(), func(q question) bool {
			return slices.ContainsFunc(q.images(), func(img string) bool { return slices.Contains(m.applying(q, img, e), r.Rule) })
		}) {
			return &disagreement{q, fmt.Sprintf("the reason is %s, which does not apply", r.Rule)}
		}
	}
	return nil
}

// told is all that a decision says of itself but its id, reasons in any order.
func told(d access.Decision) string {
	return said(d) + fmt.Sprint(d.Scope(), d.Revision())
}

// said is what any node says that stands at the same revision, whatever it went through.
func said(d access.Decision) string {
	var reasons []string
	for _, r := range d.Reasons() {
		reasons = append(reasons, fmt.Sprintf("\t%+v\n", r))
	}
	slices.Sort(reasons)
	until, bounded := d.ValidUntil()
	fields := ""
	for _, name := range d.Fields().Fields() {
		fields += fmt.Sprint(" ", name, " ", d.Fields().Without().Of(name), " ", d.Queryable(name) == nil)
	}
	return fmt.Sprintln(d.Allowed(), d.Kinds(), d.Subject(), d.Action(), d.Type(), d.Collection(), until.UTC().Format(time.RFC3339), bounded, fields) +
		strings.Join(reasons, "")
}
