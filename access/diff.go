package access

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// DiffKind says what a Difference is to those it is about.
type DiffKind string

// The kinds.
const (
	DiffGained  DiffKind = "gained"     // what was refused is allowed, a field shows more or may be written
	DiffLost    DiffKind = "lost"       // what was allowed is refused, a field shows less or may not be written any more
	DiffChanged DiffKind = "changed"    // some of both
	DiffMay     DiffKind = "may_differ" // it could not be told whether anybody would notice
)

// Difference is one thing that a change of policy changes, for all subjects for whom it is the same.
type Difference struct {
	Tenant  string   `json:"tenant"`
	Type    string   `json:"type"`
	Actions []string `json:"actions"`
	Fields  []string `json:"fields,omitempty"` // those whose level changes; none: which records the actions may be done to
	Kind    DiffKind `json:"kind"`
	// Uncertain: beside what Kind says there may be more that could not be told.
	Uncertain bool     `json:"uncertain,omitempty"`
	Roles     []string `json:"roles"`              // whose rows make the difference
	Subjects  []string `json:"subjects,omitempty"` // the first ten; none for a change of shared rows
	Count     int      `json:"count"`              // of subjects
	Old       string   `json:"old"`                // what the rules said; "": nothing
	New       string   `json:"new"`
	// Levels are those that a record has before and after, for a difference of fields.
	Levels []LevelChange `json:"levels,omitempty"`
	// From and Until bound the time in which the difference shows, where grants begin and end; zero: from now, for good.
	From    time.Time `json:"from,omitzero"`
	Until   time.Time `json:"until,omitzero"`
	Example *Example  `json:"example,omitempty"` // for the first of Subjects; nil if Kind is may_differ
}

// LevelChange is the level of a field on some records before a change and after it.
type LevelChange struct {
	Old string `json:"old"`
	New string `json:"new"`
}

// Differences is what a change of policy changes, in a fixed order: by tenant, type, actions, fields and roles.
type Differences struct {
	Tenant   string       `json:"tenant"`
	Base     uint64       `json:"base"` // revision that was compared
	Subjects int          `json:"subjects"`
	List     []Difference `json:"list,omitempty"`
	More     int          `json:"more,omitempty"`   // differences left out of List
	Unheld   []string     `json:"unheld,omitempty"` // roles that the change is about and nobody holds, now or later
}

// None reports whether no request of any subject, now or later, is answered differently: none about a record that has all
// its attributes, none about a list.
func (d Differences) None() bool { return len(d.List) == 0 && d.More == 0 }

// DiffOptions is what Diff may be told. The zero value is fine.
type DiffOptions struct {
	// Max is how many differences are listed; 0 means 1000. A subject who differs from all others in what changes for
	// him is a difference of his own.
	Max int
	// Progress is called now and then with the number of subjects compared, and at the end; by the goroutine that
	// called Diff.
	Progress func(done, total int)
}

const defaultMaxDifferences = 1000

// Diff tells who would gain and who would lose what if the change were applied: which records, which fields. Nothing is
// written. It needs the action explain on the type policy, or what Apply needs, and like Apply it is ErrConflict if the
// policy does not stand at c.Base. A change of shared rows is compared for every tenant that is loaded here.
//
// It compares what the rules come to for each subject, not their text: a rule said in other words is no difference, nor is
// one that adds what the subject has already; a list that selects nothing counts as one that is refused. Fields are
// compared on the records that both policies allow. What it names with an Example was asked of both policies and answered
// differently. What it can't tell is may_differ, never left out: where two networks or two questions about the same related
// rows would have to come out in a way that it did not find, where an approval would be needed, where a write needs
// fields that may not be written, or where only a longer search would tell. Whether a field may be filtered by or
// bulk-written is judged by the text of rules; where only that changes, it is may_differ too.
//
// The cost is that of the subjects whose rules change. It ends with ctx.
func (a *Authorizer) Diff(ctx context.Context, by Request, c Change, o DiffOptions) (Differences, error) {
	if a.closed.Load() {
		return Differences{}, ErrClosed
	}
	if o.Max < 0 {
		return Differences{}, invalid("options", "Max", fmt.Errorf("is negative"))
	}
	if o.Max == 0 {
		o.Max = defaultMaxDifferences
	}
	c, err := a.canonical(c)
	if err != nil {
		return Differences{}, err
	}
	was, err := a.standing(ctx, c)
	if err != nil {
		return Differences{}, err
	}
	if err := a.mayCompare(ctx, by, c, was.snapshot); err != nil {
		return Differences{}, err
	}
	next, err := a.changed(ctx, was, c)
	if err != nil {
		return Differences{}, err
	}
	out := collector{max: o.Max, shared: c.Tenant == Shared, groups: map[string]*group{}}
	x := comparison{a: a, change: c, out: &out, progress: o.Progress}
	if c.Tenant == Shared {
		err = x.everyTenant(ctx)
	} else {
		err = x.tenant(ctx, was.snapshot, next)
	}
	if err != nil {
		return Differences{}, err
	}
	d := Differences{Tenant: c.Tenant, Base: c.Base, Subjects: x.done, Unheld: x.unheld()}
	d.List, d.More = out.list()
	return d, nil
}

// mayCompare reports as an error why by may not see what a change would do.
func (a *Authorizer) mayCompare(ctx context.Context, by Request, c Change, was *snapshot) error {
	if c.Tenant != Shared && c.Tenant == by.Subject.Tenant {
		ask := by
		ask.Action, ask.Resource = "explain", Resource{Type: PolicyType}
		ask.AtLeast, ask.Advisory = Revision{policy: c.Base}, true
		d, err := a.Authorize(ctx, ask)
		if err == nil && d.Allowed() {
			ask.Advisory = false
			d, err = a.Authorize(ctx, ask)
			return errors.Join(err, d.Err())
		}
	}
	_, err := a.mayChange(ctx, by, c, was)
	return err
}
