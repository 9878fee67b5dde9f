package access

import (
	"fmt"

	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/internal/when"
)

// validator checks rows against the catalog and the names they may use. Rows come from the host and from the database
// alike: what could mean something else than it says is refused.
type validator struct {
	cat     *catalog
	names   vocabulary
	maskers *field.Maskers
	seen    *findings
}

// findings are what was found out already: a policy says the same again and again.
type findings struct {
	ids   map[string]error
	whens map[string]parsed
	fits  map[fit]error
}

type parsed struct {
	expr when.Expr
	err  error
}

type fit struct {
	when, typ string
	star      bool
}

func newFindings() *findings {
	return &findings{map[string]error{}, map[string]parsed{}, map[fit]error{}}
}

func (f *findings) id(s string) error {
	err, ok := f.ids[s]
	if !ok {
		err = CheckID(s)
		f.ids[s] = err
	}
	return err
}

// check returns the first row that is wrong as an *InvalidError, or nil. tenant is whose policy it is.
func (v validator) check(tenant string, rows Rows) error {
	for _, r := range rows.Rules {
		if err := v.rule(tenant, r); err != nil {
			return invalid("rule", r.String(), err)
		}
	}
	for _, r := range rows.Fields {
		if err := v.fieldRule(tenant, r); err != nil {
			return invalid("field rule", r.String(), err)
		}
	}
	for _, a := range rows.Assignments {
		if err := v.checkMember(tenant, a.Tenant, a.Subject, a.Role); err != nil {
			return invalid("assignment", a.String(), err)
		}
	}
	for _, i := range rows.Inherits {
		if err := v.inheritance(tenant, i); err != nil {
			return invalid("inheritance", i.String(), err)
		}
	}
	for _, g := range rows.Grants {
		if err := v.checkGrant(tenant, g); err != nil {
			return invalid("grant", g.Subject+" "+g.Role, err)
		}
	}
	for _, s := range rows.Suspensions {
		if s.Tenant == Shared {
			return invalid("suspension", s.Subject, fmt.Errorf("names no tenant"))
		}
		if err := v.checkMember(tenant, s.Tenant, s.Subject, "any"); err != nil {
			return invalid("suspension", s.Subject, err)
		}
	}
	return v.roleInfos(tenant, rows.Roles)
}

func (v validator) rule(tenant string, r Rule) error {
	if err := v.checkOwner(tenant, r.Tenant, r.Role); err != nil {
		return err
	}
	if r.Effect != Allow && r.Effect != Deny {
		return fmt.Errorf("the effect %q is neither allow nor deny", r.Effect)
	}
	types, err := v.types(r.Type, r.Effect)
	if err != nil {
		return err
	}
	if r.Action != "*" {
		found := false
		for _, t := range types {
			_, ok := t.actions[r.Action]
			found = found || ok
		}
		if !found {
			return fmt.Errorf("the action %q is unknown for the type %q", r.Action, r.Type)
		}
	}
	e, err := v.when(r.When)
	if err != nil {
		return err
	}
	for _, t := range types {
		if _, has := t.actions[r.Action]; !has && r.Action != "*" {
			continue
		}
		if err := v.fits(r.When, e, t, r.Type == "*"); err != nil {
			return err
		}
	}
	return nil
}

func (v validator) fieldRule(tenant string, r FieldRule) error {
	if err := v.checkOwner(tenant, r.Tenant, r.Role); err != nil {
		return err
	}
	if r.Type == "*" && r.Field != "*" {
		return fmt.Errorf("a field needs its type")
	}
	effect := Allow
	if r.Level == field.Hide.String() {
		effect = Deny
	}
	types, err := v.types(r.Type, effect)
	if err != nil {
		return err
	}
	if r.Field != "*" && !types[0].hasField(r.Field) {
		return fmt.Errorf("the type %q has no field %q", r.Type, r.Field)
	}
	if _, err := field.ParseForm(r.Level, v.maskers); err != nil {
		return err
	}
	e, err := v.when(r.When)
	if err != nil {
		return err
	}
	pinned := ""
	e.Names(func(n when.Name) {
		if n.Pin == "old" || n.Pin == "new" {
			pinned = n.String()
		}
	})
	if pinned != "" {
		return fmt.Errorf("%s: a field rule is resolved for each image by itself and pins no name", pinned)
	}
	for _, t := range types {
		if err := v.fits(r.When, e, t, r.Type == "*"); err != nil {
			return err
		}
	}
	return nil
}

// types are those that a rule of this effect covers.
func (v validator) types(name string, effect Effect) ([]*typeInfo, error) {
	if name == "*" {
		all := make([]*typeInfo, 0, len(v.cat.names))
		for _, n := range v.cat.names {
			if t := v.cat.types[n]; v.cat.coversType(name, t, effect) {
				all = append(all, t)
			}
		}
		return all, nil
	}
	t := v.cat.types[name]
	if t == nil {
		return nil, fmt.Errorf("the type %q is unknown", name)
	}
	return []*typeInfo{t}, nil
}

// when parses the text, which must be in canonical spelling, and writes its definitions out.
func (v validator) when(text string) (when.Expr, error) {
	p, ok := v.seen.whens[text]
	if !ok {
		p.expr, p.err = v.parse(text)
		v.seen.whens[text] = p
	}
	return p.expr, p.err
}

func (v validator) parse(text string) (when.Expr, error) {
	if len(text) > MaxID {
		return when.Expr{}, fmt.Errorf("the when is %d bytes long, at most %d are allowed: define a name for a part of it", len(text), MaxID)
	}
	e, err := when.Parse(text)
	if err != nil {
		return e, err
	}
	if c := e.String(); c != text {
		return e, fmt.Errorf("the when is not in canonical spelling: write %q", c)
	}
	return v.names.expand(e, "")
}

// fits reports whether the type has what the scopes of the expression need, and knows its actions. On a sensitive type
// that only "*" covers such a scope is unknown: there a deny applies.
func (v validator) fits(text string, e when.Expr, t *typeInfo, star bool) error {
	key := fit{text, t.Name, star}
	err, ok := v.seen.fits[key]
	if !ok {
		err = v.fit(e, t, star)
		v.seen.fits[key] = err
	}
	return err
}

func (v validator) fit(e when.Expr, t *typeInfo, star bool) error {
	var err error
	e.Names(func(n when.Name) {
		switch m := v.names[n.Name]; {
		case err != nil:
		case n.Pin == "action":
			if !v.cat.hasAction(n.Name) {
				err = fmt.Errorf("no type has the action %q of %s", n.Name, n)
			}
		case m.scope != nil && !(star && t.Sensitive):
			if err = m.scope.Check(&t.Schema); err != nil {
				err = fmt.Errorf("the scope %q does not fit the type %q: %w", n.Name, t.Name, err)
			}
		}
	})
	return err
}

func (v validator) inheritance(tenant string, i Inheritance) error {
	if err := v.checkOwner(tenant, i.Tenant, i.Role); err != nil {
		return err
	}
	if err := v.seen.id(i.Inherits); err != nil {
		return fmt.Errorf("the inherited role %w", err)
	}
	return nil
}

// checkOwner checks the tenant and the role of a row that may be shared.
func (v validator) checkOwner(tenant, rowTenant, role string) error {
	if rowTenant != tenant && rowTenant != Shared {
		return fmt.Errorf("belongs to the tenant %q, not to %q", rowTenant, tenant)
	}
	if err := v.seen.id(role); err != nil {
		return fmt.Errorf("the role %w", err)
	}
	return nil
}

// checkMember checks a row that ties a subject to a role: its tenant is a real one.
func (v validator) checkMember(tenant, rowTenant, subject, role string) error {
	if rowTenant == Shared {
		return fmt.Errorf("a subject belongs to one tenant, not to all")
	}
	if err := v.checkOwner(tenant, rowTenant, role); err != nil {
		return err
	}
	if err := CheckID(subject); err != nil {
		return fmt.Errorf("the subject %w", err)
	}
	return nil
}

func (v validator) checkGrant(tenant string, g Grant) error {
	if err := v.checkMember(tenant, g.Tenant, g.Subject, g.Role); err != nil {
		return err
	}
	if g.Until.IsZero() {
		return fmt.Errorf("has no end: what has none is an assignment")
	}
	if !g.From.Before(g.Until) {
		return fmt.Errorf("ends at %s, not after its begin", g.Until)
	}
	return nil
}
