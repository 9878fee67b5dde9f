package access

import (
	"slices"

	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// lookAtRule looks at one rule, if it is the tenant's own.
func (l *linter) lookAtRule(r Rule) {
	if r.Tenant != l.tenant {
		return
	}
	if !l.census.given[r.Role] && l.tenant != Shared {
		l.found(Finding{Code: FindingDeadRole, Role: r.Role, Row: r.String()})
	}
	live := l.live(r)
	switch {
	case len(l.cells(r)) == 0:
		l.found(Finding{Code: FindingDeadTarget, Row: r.String()})
	case len(live) == 0:
		l.found(Finding{Code: FindingDeadCondition, Row: r.String()})
	case r.Effect == Allow && !l.shadowed(r, live):
		l.unassured(r, live)
		l.exports(r, live)
	}
}

// lookAtField looks at one field rule, if it is the tenant's own.
func (l *linter) lookAtField(r FieldRule) {
	if r.Tenant != l.tenant {
		return
	}
	if !l.census.given[r.Role] && l.tenant != Shared {
		l.found(Finding{Code: FindingDeadRole, Role: r.Role, Row: r.String()})
	}
	types := l.fieldTypes(r)
	if len(types) == 0 {
		l.found(Finding{Code: FindingDeadTarget, Row: r.String()})
	} else if !slices.ContainsFunc(types, func(t *typeInfo) bool { return l.fieldApplies(r, t) }) {
		l.found(Finding{Code: FindingDeadCondition, Row: r.String()})
	}
}

// fieldTypes are the types of whose fields a field rule covers one or more.
func (l *linter) fieldTypes(r FieldRule) []*typeInfo {
	var out []*typeInfo
	for _, name := range l.cat.names {
		if t := l.cat.types[name]; l.cat.coversType(r.Type, t, effectOf(r)) && len(t.fields) > 0 {
			out = append(out, t)
		}
	}
	return out
}

// fieldApplies reports whether a field rule can apply in any action on the type.
func (l *linter) fieldApplies(r FieldRule, t *typeInfo) bool {
	for _, action := range sortedKeys(t.actions) {
		if l.canApply(r.When, effectOf(r), action) {
			return true
		}
	}
	return false
}

// effectOf is what hiding is to fields: a deny.
func effectOf(r FieldRule) Effect {
	if r.Level == field.Hide.String() {
		return Deny
	}
	return Allow
}

// deniesOf are the denies on a cell that whoever holds the role holds too.
func (l *linter) deniesOf(role string, c cell) []Rule {
	var out []Rule
	for _, x := range l.along(role) {
		for _, d := range l.denies[x] {
			if l.covers(d, c.typ, c.act.Name) {
				out = append(out, d)
			}
		}
	}
	return out
}

// remains is the part of a rule that denies leave of it in a cell.
func (l *linter) remains(r Rule, denies []Rule, c cell) when.Expr {
	parts := []when.Expr{l.form(r.When, c.act.Name)}
	for _, d := range denies {
		parts = append(parts, formNot(l.form(d.When, c.act.Name)))
	}
	return formAnd(parts...)
}

// shadowed reports whether denies leave nothing of an allow: one that does so alone, or all together.
func (l *linter) shadowed(r Rule, live []cell) bool {
	var together []string
	for _, c := range live {
		denies := l.deniesOf(r.Role, c)
		if len(denies) == 0 || l.ask("", l.remains(r, denies, c), constant) != scope.False {
			return false
		}
		for _, d := range denies {
			together = append(together, d.String())
		}
	}
	for _, d := range l.deniesOf(r.Role, live[0]) {
		alone := !slices.ContainsFunc(live, func(c cell) bool {
			return !l.covers(d, c.typ, c.act.Name) || l.ask("", l.remains(r, []Rule{d}, c), constant) != scope.False
		})
		if alone {
			together = []string{d.String()}
			break
		}
	}
	slices.Sort(together)
	l.found(Finding{Code: FindingShadowed, Row: r.String(), Names: slices.Compact(together)})
	return true
}

// unassured finds a sensitive action that can be done whatever the sign-in was. Jobs don't sign in.
func (l *linter) unassured(r Rule, live []cell) {
	if l.census.onlyJobs(r.Role) {
		return
	}
	noSignIn := func(n when.Name) scope.Truth {
		if m := l.names[n.Name]; n.Pin == "" && m.cond != nil && m.cond.Kind() == "assurance" {
			return scope.False
		}
		return constant(n)
	}
	for _, c := range live {
		if c.act.Sensitive && l.ask("no sign-in", l.remains(r, l.deniesOf(r.Role, c), c), noSignIn) == scope.True {
			l.found(Finding{Code: FindingNoAssurance, Row: r.String()})
			return
		}
	}
}

// exports finds what may be exported and not viewed.
func (l *linter) exports(r Rule, live []cell) {
	var unseen, beyond []string
	for _, c := range live {
		view := cell{c.typ, c.typ.actions["view"]}
		if c.act.Name != "export" || view.act == nil {
			continue
		}
		views := l.viewsOf(r.Role, view)
		if len(views) == 0 {
			unseen = append(unseen, c.typ.Name)
			continue
		}
		blind := formAnd(views...)
		for _, d := range l.deniesOf(r.Role, view) {
			blind = formOr(blind, l.form(d.When, "view"))
		}
		if l.ask("", formAnd(l.remains(r, l.deniesOf(r.Role, c), c), blind), constant) == scope.True {
			beyond = append(beyond, c.typ.Name)
		}
	}
	if len(unseen) > 0 {
		l.found(Finding{Code: FindingExportUnseen, Row: r.String(), Names: unseen})
	}
	if len(beyond) > 0 {
		l.found(Finding{Code: FindingExportBeyondView, Row: r.String(), Names: beyond})
	}
}

// viewsOf are the negations of the allows on a cell that whoever holds the role holds too.
func (l *linter) viewsOf(role string, view cell) []when.Expr {
	var out []when.Expr
	for _, x := range l.along(role) {
		for _, v := range l.rules[x] {
			if v.Effect == Allow && l.covers(v, view.typ, "view") && l.canApply(v.When, Allow, "view") {
				out = append(out, formNot(l.form(v.When, "view")))
			}
		}
	}
	return out
}
