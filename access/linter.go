package access

import (
	"cmp"
	"slices"
	"time"

	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// linter looks through one snapshot at one time.
type linter struct {
	*snapshot
	now      time.Time
	census   census
	forms    map[string]when.Expr   // expressions with their definitions written out, by text
	answers  map[string]scope.Truth // of ask
	rules    map[string][]Rule      // by role
	fields   map[string][]FieldRule // by role
	denies   map[string][]Rule      // by role, those that can apply
	hides    map[string][]FieldRule // by role, those that can apply
	findings []Finding
}

// lint returns what is likely not meant among the rows of the snapshot's own tenant.
func (s *snapshot) lint(now time.Time) []Finding {
	l := &linter{
		snapshot: s, now: now, forms: map[string]when.Expr{}, answers: map[string]scope.Truth{},
		rules: map[string][]Rule{}, fields: map[string][]FieldRule{}, denies: map[string][]Rule{}, hides: map[string][]FieldRule{},
	}
	s.rows.each(func(role string, _ *roleRows) bool {
		l.rules[role], l.fields[role] = s.rulesOf(role), s.fieldsOf(role)
		return true
	})
	l.take()
	l.index()
	for _, rules := range l.rules {
		for _, r := range rules {
			l.lookAtRule(r)
		}
	}
	for _, rules := range l.fields {
		for _, r := range rules {
			l.lookAtField(r)
		}
	}
	l.lookAtRoles()
	l.inheritance()
	l.expiring()
	l.unusedNames()
	l.viewedByAll()
	order := FindingCodes()
	slices.SortFunc(l.findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(slices.Index(order, a.Code), slices.Index(order, b.Code)),
			cmp.Compare(a.Role, b.Role), cmp.Compare(a.Row, b.Row), slices.Compare(a.Names, b.Names),
		)
	})
	return l.findings
}

func (l *linter) found(f Finding) { l.findings = append(l.findings, f) }

// index finds the denies that can apply.
func (l *linter) index() {
	for role, rules := range l.rules {
		for _, r := range rules {
			if r.Effect == Deny && len(l.live(r)) > 0 {
				l.denies[role] = append(l.denies[role], r)
			}
		}
		slices.SortFunc(l.denies[role], func(a, b Rule) int { return cmp.Compare(a.String(), b.String()) })
	}
	for role, rules := range l.fields {
		for _, r := range rules {
			if r.Level == field.Hide.String() && slices.ContainsFunc(l.fieldTypes(r), func(t *typeInfo) bool { return l.fieldApplies(r, t) }) {
				l.hides[role] = append(l.hides[role], r)
			}
		}
	}
}

// cell is an action on a type.
type cell struct {
	typ *typeInfo
	act *actionInfo
}

// covers reports whether a rule is about an action on a type.
func (l *linter) covers(r Rule, t *typeInfo, action string) bool {
	return l.cat.coversType(r.Type, t, r.Effect) && coversAction(r.Action, t, action, r.Effect)
}

// cells are what a rule covers.
func (l *linter) cells(r Rule) []cell {
	var out []cell
	types := l.cat.names
	if r.Type != "*" {
		types = []string{r.Type}
	}
	for _, name := range types {
		t := l.cat.types[name]
		if act := t.actions[r.Action]; act != nil && l.covers(r, t, r.Action) {
			out = append(out, cell{t, act})
		}
		if r.Action != "*" {
			continue
		}
		for _, action := range sortedKeys(t.actions) {
			if l.covers(r, t, action) {
				out = append(out, cell{t, t.actions[action]})
			}
		}
	}
	return out
}

// live are the cells in which a rule can apply: an allow must be able to be true, a deny to be other than false.
func (l *linter) live(r Rule) []cell {
	return slices.DeleteFunc(l.cells(r), func(c cell) bool { return !l.canApply(r.When, r.Effect, c.act.Name) })
}

func (l *linter) canApply(text string, e Effect, action string) bool {
	form := l.form(text, action)
	if e == Deny {
		return truthOf(form, constant) != scope.False
	}
	return l.ask("", form, constant) != scope.False
}

// The names that the pin action leaves when an expression is read for one action. No rule can use them.
var (
	settledTrue  = when.Name{Pin: "action", Name: "true"}
	settledFalse = when.Name{Pin: "action", Name: "false"}
)

// constant is the value that a name has whatever the record, the subject and the circumstances are.
func constant(n when.Name) scope.Truth {
	switch {
	case n == settledTrue, n.Pin == "" && (n.Name == "global" || n.Name == "always"):
		return scope.True
	case n == settledFalse:
		return scope.False
	}
	return scope.Unknown
}

// form is an expression with its definitions written out, read for an action.
func (l *linter) form(text, action string) when.Expr {
	e, ok := l.forms[text]
	if !ok {
		var err error
		if e, err = when.Parse(text); err == nil {
			e, err = l.names.expand(e, "")
		}
		if err != nil {
			e = when.Expr{} // unknown; a snapshot holds none that can't be read
		}
		l.forms[text] = e
	}
	return settle(e, action)
}

func settle(e when.Expr, action string) when.Expr {
	if e.Op == when.Ref {
		switch {
		case e.Name.Pin != "action":
		case e.Name.Name == action:
			e.Name = settledTrue
		default:
			e.Name = settledFalse
		}
		return e
	}
	kids := make([]when.Expr, len(e.Kids))
	for i, k := range e.Kids {
		kids[i] = settle(k, action)
	}
	return when.Expr{Op: e.Op, Kids: kids}
}

// ask is satisfiable, whose answers it keeps. about tells apart what was asked with different fixed names.
func (l *linter) ask(about string, e when.Expr, fixed func(when.Name) scope.Truth) scope.Truth {
	key := about + "\n" + e.String()
	t, ok := l.answers[key]
	if !ok {
		t = satisfiable(e, fixed)
		l.answers[key] = t
	}
	return t
}

func formAnd(of ...when.Expr) when.Expr { return when.Expr{Op: when.And, Kids: of} }
func formOr(of ...when.Expr) when.Expr  { return when.Expr{Op: when.Or, Kids: of} }
func formNot(e when.Expr) when.Expr     { return when.Expr{Op: when.Not, Kids: []when.Expr{e}} }
