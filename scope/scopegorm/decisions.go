package scopegorm

import (
	"context"
	"maps"

	"gorm.io/gorm"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// Filter returns a fresh session of db on which statements may run under the decisions, in addition to those that the
// context of db carries already. For one type and statement kind the later decision wins. Conditions that db holds stay.
//
// Only allowed decisions open anything. One that is denied closes its type, and the zero Decision (as an error of
// Authorize leaves it) closes every type: whoever did not look at the answer gets no rows by an older one.
//
// Filter ends what Unguarded began.
func Filter(db *gorm.DB, decs ...access.Decision) *gorm.DB {
	return db.WithContext(WithDecisions(db.Statement.Context, decs...))
}

// WithDecisions is Filter for code that passes contexts, such as gorm.G[T], whose calls bring a context that replaces
// that of the handle.
func WithDecisions(ctx context.Context, decs ...access.Decision) context.Context {
	held := decisionsIn(ctx).with(decs)
	return context.WithValue(context.WithValue(ctx, decisionsKey{}, held), unguardedKey{}, false)
}

type decisionsKey struct{}

// cell is what a decision may open: one kind of statement on one type.
type cell struct {
	typ  string
	kind access.Kinds
}

// decisions is what a context carries; it is not changed once made.
type decisions struct {
	open   map[cell]access.Decision
	denied map[string]access.Decision // by type; counts where open has nothing
	void   bool                       // a zero Decision was given
}

func decisionsIn(ctx context.Context) decisions {
	held, _ := ctx.Value(decisionsKey{}).(decisions)
	return held
}

func (h decisions) with(decs []access.Decision) decisions {
	out := decisions{map[cell]access.Decision{}, map[string]access.Decision{}, h.void}
	maps.Copy(out.open, h.open)
	maps.Copy(out.denied, h.denied)
	for _, d := range decs {
		switch {
		case d.Type() == "":
			out.void = true
		case !d.Allowed():
			out.denied[d.Type()] = d
			maps.DeleteFunc(out.open, func(c cell, _ access.Decision) bool { return c.typ == d.Type() })
		default:
			for _, k := range kinds {
				if d.Kinds()&k != 0 {
					out.open[cell{d.Type(), k}] = d
				}
			}
		}
	}
	return out
}

var kinds = []access.Kinds{access.ReadRows, access.CreateRows, access.UpdateRows, access.DeleteRows}

// find returns the decision that a statement of this kind on this type runs under.
func (h decisions) find(typ string, kind access.Kinds) (access.Decision, error) {
	if h.void {
		return access.Decision{}, &RefusedError{Op: opOf(kind), Model: typ, err: ErrNoDecision,
			Why: "the context carries a zero Decision", Instead: "look at the error of Authorize before calling Filter"}
	}
	if d, ok := h.open[cell{typ, kind}]; ok {
		return d, nil
	}
	refused := &RefusedError{Op: opOf(kind), Model: typ, err: ErrNoDecision, Why: "the context carries no decision that may run it",
		Instead: "ask Authorize for an action of " + typ + " whose Kinds allow it, and pass the decision to Filter"}
	if d, ok := h.denied[typ]; ok {
		refused.Why, refused.Instead, refused.err = "the decision is a denial", "look at Decision.Allowed before calling Filter", noDecision{d.Err()}
	}
	return access.Decision{}, refused
}

// noDecision is ErrNoDecision with the denial that stands in its place.
type noDecision struct{ denial error }

func (e noDecision) Error() string   { return e.denial.Error() }
func (e noDecision) Unwrap() []error { return []error{ErrNoDecision, e.denial} }
