package oracle

import (
	"fmt"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// answers are what an Authorizer says of questions that are alike but for their records.
type answers struct {
	alone, together []bool // asked one by one, and all at once
	listed          []bool // by the predicate of the collection, or of the bulk write that sets the same
	revision        string // of the first; none is older
}

// ask puts the questions. The first decision prepares what the others find ready.
func ask(a *access.Authorizer, qs []question) (answers, error) {
	var out answers
	first, err := a.Authorize(ctx, qs[0].list())
	if err != nil {
		return out, err
	}
	out.revision = first.Revision().String()
	list, err := a.Authorize(ctx, qs[0].list())
	if err != nil {
		return out, err
	}
	requests := make([]access.Request, len(qs))
	for i, q := range qs {
		requests[i] = q.request()
		d, err := a.Authorize(ctx, requests[i])
		if err != nil {
			return out, err
		}
		row := requests[i].Resource.Record
		if q.Action == "create" {
			row = requests[i].Resource.New
		}
		if q.Old == nil || q.New == nil {
			in, err := list.Scope().Match(row)
			if err != nil {
				return out, err
			}
			key, err := d.Scope().Match(row)
			if err != nil {
				return out, err
			}
			if key != d.Allowed() {
				return out, &disagreement{q, fmt.Sprintf("allowed: %v, but the predicate of the same decision selects the record: %v", d.Allowed(), key)}
			}
			out.listed = append(out.listed, in)
		} else {
			in, err := bulk(a, q, d)
			if err != nil {
				return out, err
			}
			out.listed = append(out.listed, in)
		}
		out.alone = append(out.alone, d.Allowed())
	}
	ds, err := a.AuthorizeAll(ctx, requests)
	for _, d := range ds {
		out.together = append(out.together, d.Allowed())
	}
	return out, err
}

// bulk reports whether a bulk write that sets what the question's write does covers its record. d is the decision on it.
func bulk(a *access.Authorizer, q question, d access.Decision) (bool, error) {
	r, old, next := q.list(), q.Old.view(q.Type), q.New.view(q.Type)
	r.Resource.Set = map[string]scope.Value{}
	for _, attr := range d.Schema().Attrs {
		was, err := old.Value(attr.Name, attr.Kind)
		if err != nil {
			return false, err
		}
		is, err := next.Value(attr.Name, attr.Kind)
		if err != nil {
			return false, err
		}
		if is != was {
			r.Resource.Set[attr.Name] = is
		}
	}
	if len(r.Resource.Set) == 0 {
		return d.Allowed(), nil
	}
	all, err := a.Authorize(ctx, r)
	if err != nil {
		return false, err
	}
	return all.Scope().Match(old)
}

// disagreement is a question to which not everybody gives the same answer.
type disagreement struct {
	q    question
	says string
}

func (d *disagreement) Error() string { return d.says }

// judge asks the model and Casbin, and compares what each node answered. It returns what was right.
func judge(m model, c casbin, qs []question, nodes map[string]answers) ([]bool, error) {
	right := make([]bool, len(qs))
	for i, q := range qs {
		right[i] = m.allows(q)
		theirs, err := c(m, q)
		if err != nil {
			return nil, &disagreement{q, err.Error()}
		}
		if theirs != right[i] {
			return nil, &disagreement{q, fmt.Sprintf("the model says %v, Casbin %v", right[i], theirs)}
		}
		for _, name := range sorted(nodes) {
			n := nodes[name]
			if n.alone[i] != right[i] || n.together[i] != right[i] || n.listed[i] != right[i] {
				return nil, &disagreement{q, fmt.Sprintf("the model and Casbin say %v, %s: alone %v, with others %v, in the collection %v", right[i], name, n.alone[i], n.together[i], n.listed[i])}
			}
		}
	}
	return right, nil
}
