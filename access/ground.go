package access

import (
	"cmp"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// How many grounds an Explanation holds at most: of one rule, and for each image and each of those whose rights count.
const (
	MaxRuleGrounds = 16
	MaxGrounds     = 64
)

// Ground is one minimal reason of an allow: a way to a role, a rule of the role, and the names whose values make the rule
// true and every deny false. It is enough: with no other allow rule, no other way to the role and nothing known of any
// other name, the answer is still yes. And nothing in it can be left out: without one of its rows, or with one of its
// names unknown, it is no. Names that stand in no ground don't matter as long as one ground stands.
//
// A ground answers for one image and for one of those whose rights count. A write needs one for each image; where
// somebody acts for the subject each of the two needs his own.
type Ground struct {
	Subject string            `json:"subject"`         // whose rights
	Image   string            `json:"image,omitempty"` // "record", "new"; "" for a collection
	Path    []Step            `json:"path"`            // how he holds the rule's role
	Rule    Rule              `json:"rule"`
	Names   []NameExplanation `json:"names,omitempty"`  // what makes the rule true
	Denies  []RuleExplanation `json:"denies,omitempty"` // each deny of his roles, with what makes it false
}

// grounds are those of one party, and whether there are more.
func (p explainer) grounds() (out []Ground, more bool) {
	ways := p.d.view.snap.paths(p.id, p.holds.all, p.d.req.Env.Time, p.d.req.Env.Time)
	denies := p.rules(Deny)
	for _, q := range p.questions(p.d) {
		n := len(out)
		m := &minimalSets{can: q.can}
		for _, r := range p.rules(Allow) {
			of := p.groundsOf(q, r, denies, m.of(clauses{r.expr, p.prog.denies}), ways.to(r.rule.Role))
			more = more || len(of) > MaxRuleGrounds
			out = append(out, of[:min(len(of), MaxRuleGrounds)]...)
		}
		if len(out)-n > MaxGrounds {
			out, more = out[:n+MaxGrounds], true
		}
		more = more || m.cut
	}
	return out, more || ways.cut
}

// groundsOf are the grounds of one rule: each set by each way, the smallest first; one more than are shown.
func (p explainer) groundsOf(q question, r ruled, denies []ruled, sets [][]int, ways [][]Step) []Ground {
	type pair struct{ set, way int }
	var pairs []pair
	for s := range sets {
		for w := range ways {
			pairs = append(pairs, pair{s, w})
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		return cmp.Compare(len(sets[a.set])+len(ways[a.way]), len(sets[b.set])+len(ways[b.way]))
	})
	var out []Ground
	for _, x := range pairs[:min(len(pairs), MaxRuleGrounds+1)] {
		g := Ground{Subject: p.id, Image: q.image, Path: ways[x.way], Rule: r.rule, Names: p.named(q, r.expr, sets[x.set])}
		for _, d := range denies {
			g.Denies = append(g.Denies, RuleExplanation{
				Rule: d.rule, Image: q.image, Value: d.expr.truth(q.values), Names: p.named(q, d.expr, sets[x.set]),
			})
		}
		out = append(out, g)
	}
	return out
}

// named are the names of an expression that are in the set, each once, in the order of the expression.
func (p explainer) named(q question, e expr, set []int) []NameExplanation {
	var out []NameExplanation
	seen := map[int]bool{}
	e.leaves(func(i int) {
		if _, in := slices.BinarySearch(set, i); in && !seen[i] {
			seen[i] = true
			out = append(out, p.nameIn(q, i))
		}
	})
	return out
}

func (p explainer) nameIn(q question, i int) NameExplanation {
	n := NameExplanation{Name: p.prog.atoms[i].name.String(), Value: q.values[i], Open: q.can[i].open()}
	if c := p.prog.atoms[i].cond; c != nil && n.Value == scope.Unknown {
		n.Missing = c.Missing(p.d.req.Env)
	}
	return n
}
