package access

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// RemedyCode says what kind of change a remedy is; package reasontext has the sentences.
type RemedyCode string

// The kinds of remedies, in the order in which they are told.
const (
	RemedyTime       RemedyCode = "time"        // ask again at Env.Time, the first instant that will do
	RemedyAddress    RemedyCode = "address"     // ask from an address such as Env.Addr
	RemedyPlace      RemedyCode = "place"       // ask from a place such as Env.Place
	RemedySignIn     RemedyCode = "sign_in"     // sign in as Env.SignIn says
	RemedyUnsuspend  RemedyCode = "unsuspend"   // Remove the suspension
	RemedyActivate   RemedyCode = "activate"    // mark the person as active in the directory
	RemedyEnrol      RemedyCode = "enrol"       // enter the person into the directory
	RemedyAttribute  RemedyCode = "attribute"   // the record would have to have Value in the attribute Attr
	RemedyRemoveDeny RemedyCode = "remove_deny" // Remove the deny rule
	RemedyRemoveHide RemedyCode = "remove_hide" // Remove the field rule that hides
	RemedyAssign     RemedyCode = "assign_role" // Add the assignment
	RemedyAllow      RemedyCode = "add_rule"    // Add the allow rule, or the field rule
)

// RemedyCodes lists every code, in the order in which remedies are told.
func RemedyCodes() []RemedyCode {
	return []RemedyCode{
		RemedyTime, RemedyAddress, RemedyPlace, RemedySignIn, RemedyUnsuspend, RemedyActivate, RemedyEnrol, RemedyAttribute,
		RemedyRemoveDeny, RemedyRemoveHide, RemedyAssign, RemedyAllow,
	}
}

// Limits of the search for remedies.
const (
	MaxRemedies = 8   // told of each code
	maxTries    = 400 // changes that are tried out, each by a decision
)

// Remedy is one change that by itself turns the denial into an allow: each was tried out by deciding as if it were made.
// It says what would suffice, not that it ought to be done. There may be other remedies; what would need two changes is
// none.
type Remedy struct {
	Code    RemedyCode     `json:"code"`
	Subject string         `json:"subject,omitempty"` // whom it is about
	Add     *Rows          `json:"add,omitempty"`     // rows of the policy, of its tenant or of Shared
	Remove  *Rows          `json:"remove,omitempty"`
	Env     *condition.Env `json:"env,omitempty"`   // the circumstances with one of them changed
	Image   string         `json:"image,omitempty"` // "record": and what it becomes, if the write leaves Attr as it is; "new"
	Attr    string         `json:"attr,omitempty"`
	Value   *string        `json:"value,omitempty"` // as scope.ParseValue reads it; nil with Attr: NULL
}

// cure seeks the remedies of one denial.
type cure struct {
	a     *Authorizer
	ctx   context.Context
	d     *decided
	view  *view        // policy and directory as they are, apart from those in force
	old   scope.Record // as it stands; loaded once
	tries int
	found map[RemedyCode]int
	out   []Remedy
	more  bool
}

func (a *Authorizer) remedies(ctx context.Context, d *decided) ([]Remedy, bool, error) {
	if d.ended() && d.barred() == "" {
		return nil, false, nil // there is no record to change anything about
	}
	c := &cure{a: a, ctx: ctx, d: d, view: newView(d.view.snap.alone(d.req.Subject.ids()), d.view.org), found: map[RemedyCode]int{}}
	if there, err := c.load(); err != nil || !there {
		return nil, false, err
	}
	for _, seek := range []func() error{c.circumstances, c.subjects, c.records, c.denies, c.roles, c.rules, c.fieldRules} {
		if err := seek(); err != nil {
			return nil, false, err
		}
	}
	order := RemedyCodes()
	slices.SortStableFunc(c.out, func(a, b Remedy) int {
		return cmp.Compare(slices.Index(order, a.Code), slices.Index(order, b.Code))
	})
	return c.out, c.more, nil
}

// try keeps the remedy if a decision on the world with it made says yes. A change that the policy or the record refuses
// is no remedy.
func (c *cure) try(r Remedy, v *view, req Request) (helps bool, err error) {
	if c.found[r.Code] == MaxRemedies || c.tries == maxTries {
		c.more = true
		return false, nil
	}
	if err := c.ctx.Err(); err != nil {
		return false, err
	}
	c.tries++
	ds, err := c.a.suppose(c.ctx, v, []Request{req})
	var lacks *scope.MissingError
	switch {
	case errors.Is(err, ErrInvalid), errors.As(err, &lacks):
		return false, nil
	case err != nil:
		return false, err
	case !ds[0].Allowed():
		return false, nil
	}
	c.found[r.Code]++
	c.out = append(c.out, r)
	return true, nil
}

// tryRows tries a change of the policy.
func (c *cure) tryRows(r Remedy) (bool, error) {
	change := Change{Tenant: c.view.snap.tenant}
	if r.Add != nil {
		change.Add = *r.Add
	}
	if r.Remove != nil {
		change.Remove = *r.Remove
	}
	snap, err := c.view.snap.with(change)
	if errors.Is(err, ErrInvalid) || errors.Is(err, ErrConflict) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return c.try(r, newView(snap, c.view.org), c.request())
}

// request is the request, the record it named by id in hand.
func (c *cure) request() Request {
	r := c.d.req
	if !c.old.IsZero() {
		r.Resource.ID, r.Resource.Record = "", c.old
	}
	return r
}

// load gets the record that the request names by id, if the decision ended before it was loaded.
func (c *cure) load() (there bool, err error) {
	c.old = c.d.images.old
	if id := c.d.req.Resource.ID; id != "" && c.old.IsZero() {
		if c.a.cfg.Loader == nil {
			return false, nil
		}
		c.old, err = c.a.load(c.ctx, c.view.snap.tenant, c.d.typ.Name, id)
		return err == nil && !c.old.IsZero(), err
	}
	return true, nil
}

// failing are those whose rights do not suffice.
func (c *cure) failing() []*party {
	return slices.DeleteFunc(slices.Clone(c.d.parties), func(p *party) bool { return p.yes })
}
