package oracle

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// Kinds that must decide often enough, among the questions in which one of their class decides.
var classes = map[string][]string{
	"scope":     {"own", "team", "team_tree", "region", "reports", "global", "unowned", "created", "always", "criterion"},
	"condition": {"daily", "network", "circle", "assurance"},
	"row":       {"deny", "grant", "shared row", "inherited role", "pin", "*", "definition", "something unknown"},
}

// Events that must change the answers of who asks again.
var turns = []string{
	"+rule", "-rule", "±rule", "+assignment", "-assignment", "+grant", "-grant", "+link", "-link", "+suspension", "-suspension",
	"±definition", "several things", "time", "people",
}

// balance counts what decided.
type balance struct {
	questions, allowed, listed int
	changes, refused           int
	decided                    map[string]int // questions by kind and by class
	moved                      map[string]int // answers that an event changed, by event
}

func newBalance() *balance { return &balance{decided: map[string]int{}, moved: map[string]int{}} }

func (b *balance) add(o *balance) {
	b.questions, b.allowed, b.listed = b.questions+o.questions, b.allowed+o.allowed, b.listed+o.listed
	b.changes, b.refused = b.changes+o.changes, b.refused+o.refused
	for k, n := range o.decided {
		b.decided[k] += n
	}
	for k, n := range o.moved {
		b.moved[k] += n
	}
}

// move takes note of what an event did to the answers.
func (b *balance) move(event string, was, is []bool) {
	for i := range was {
		if was[i] != is[i] {
			b.moved[event]++
		}
	}
}

// count takes note of a question and its right answer.
func (b *balance) count(m model, q question, allowed bool) {
	b.questions++
	if allowed {
		b.allowed++
	}
	if q.Old == nil || q.New == nil {
		b.listed++
	}
	kinds := map[string]bool{}
	for _, p := range q.parties() {
		if m.permits(p) == allowed {
			maps.Copy(kinds, m.deciding(p))
		}
	}
	for class, of := range classes {
		some := class == "row" && len(kinds) > 0
		for _, k := range of {
			if kinds[k] {
				b.decided[k]++
				some = true
			}
		}
		if some {
			b.decided[class]++
		}
	}
}

// deciding are the kinds that decide a question: none if nothing applies.
func (m model) deciding(q question) map[string]bool {
	kinds := map[string]bool{}
	if !m.admits(q) {
		return kinds
	}
	e := access.Allow
	for _, img := range q.images() {
		if m.applying(q, img, access.Deny) != nil {
			e = access.Deny
		} else if e == access.Allow && m.applying(q, img, access.Allow) == nil {
			return kinds
		}
	}
	bare, lasting := m, m
	bare.rows.Inherits, lasting.rows.Grants = nil, nil
	direct, forGood := bare.roles(q), lasting.roles(q)
	for _, img := range q.images() {
		for _, r := range m.applying(q, img, e) {
			kinds["rule"] = true
			kinds["deny"] = kinds["deny"] || e == access.Deny
			kinds["shared row"] = kinds["shared row"] || r.Tenant == access.Shared
			kinds["*"] = kinds["*"] || r.Type == "*" || r.Action == "*"
			kinds["inherited role"] = kinds["inherited role"] || !direct[r.Role]
			kinds["grant"] = kinds["grant"] || !forGood[r.Role]
			m.names(q, img, r, kinds)
		}
	}
	return kinds
}

// names adds the kinds of the names without whose value the rule, which applies, would not.
func (m model) names(q question, img string, r access.Rule, kinds map[string]bool) {
	v := m.on(q, img)
	v.value(r.When)
	for _, name := range sorted(v.known) {
		was, decides := v.known[name], false
		for _, other := range []int8{yes, unknown, no} {
			v.known[name] = other
			applies := v.value(r.When) == yes
			if r.Effect == access.Deny {
				applies = v.value(r.When) != no
			}
			decides = decides || !applies
		}
		v.known[name] = was
		if !decides {
			continue
		}
		pin, bare, _ := strings.Cut(name, ".")
		kinds["pin"] = kinds["pin"] || pin != ""
		kinds["something unknown"] = kinds["something unknown"] || was == unknown
		kinds["definition"] = kinds["definition"] || !slices.Contains(strings.FieldsFunc(r.When, notInNames), bare)
		kinds[m.kind(bare)] = true
	}
}

func notInNames(r rune) bool { return r != '_' && (r < 'a' || r > 'z') }

func (m model) kind(name string) string {
	d := valuation{model: m}.definition(name)
	switch {
	case d.Scope != nil:
		return "criterion"
	case d.Condition == nil:
		return name
	case d.Condition.Daily != nil:
		return "daily"
	case d.Condition.Network != nil:
		return "network"
	case d.Condition.Circle != nil:
		return "circle"
	}
	return "assurance"
}

func (b *balance) share(kind string) float64 {
	for class, of := range classes {
		if slices.Contains(of, kind) {
			return 100 * float64(b.decided[kind]) / float64(max(b.decided[class], 1))
		}
	}
	return 100 * float64(b.allowed) / float64(max(b.questions, 1))
}

// faults says what came up too seldom or too often.
func (b *balance) faults() []string {
	var out []string
	if s := b.share("allowed"); s < fewest || s > 100-fewest {
		out = append(out, fmt.Sprintf("%.1f %% are allowed, it should be %v to %v", s, fewest, 100-fewest))
	}
	for _, class := range sorted(classes) {
		for _, k := range classes[class] {
			if s := b.share(k); s < least {
				out = append(out, fmt.Sprintf("%q decides %.1f %% of what a %s decides, it should be %v or more", k, s, class, least))
			}
		}
	}
	for _, event := range turns {
		if n := b.moved[event]; n < moves {
			out = append(out, fmt.Sprintf("%q changed %d answers, it should be %d or more", event, n, moves))
		}
	}
	for _, event := range []string{"a simulation", "a refusal", "nothing"} {
		if n := b.moved[event]; n > 0 {
			out = append(out, fmt.Sprintf("%q changed %d answers", event, n))
		}
	}
	if b.refused*4 > b.changes {
		out = append(out, fmt.Sprintf("%d of %d changes were refused", b.refused, b.changes))
	}
	return out
}

func (b *balance) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%d decisions, %.1f %% allowed; %d of them about records that a collection was asked for too", b.questions, b.share("allowed"), b.listed)
	for _, class := range sorted(classes) {
		fmt.Fprintf(&s, "\na %s decides %d:", class, b.decided[class])
		for _, k := range classes[class] {
			fmt.Fprintf(&s, " %s %.0f%%", k, b.share(k))
		}
	}
	fmt.Fprintf(&s, "\n%d changes, %d of them refused; answers changed by", b.changes, b.refused)
	for _, event := range turns {
		fmt.Fprintf(&s, " %s %d", event, b.moved[event])
	}
	return s.String()
}
