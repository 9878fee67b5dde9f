package access

import (
	"slices"

	"github.com/seed9b40ffc1/crmaccess/field"
)

// denies tries to remove each deny that stands.
func (c *cure) denies() error {
	for _, p := range c.failing() {
		for _, q := range p.questions(c.d) {
			for _, r := range (explainer{p, c.d}).rules(Deny) {
				if r.expr.can(false, q.can) {
					continue
				}
				if c.told(RemedyRemoveDeny, func(x Remedy) bool { return x.Remove.Rules[0] == r.rule }) {
					continue
				}
				if _, err := c.tryRows(Remedy{Code: RemedyRemoveDeny, Remove: &Rows{Rules: []Rule{r.rule}}}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (c *cure) told(code RemedyCode, is func(Remedy) bool) bool {
	return slices.ContainsFunc(c.out, func(x Remedy) bool { return x.Code == code && is(x) })
}

// narrowFirst are the stock scopes that a new rule is tried with; of a role the first that suffices is told.
var narrowFirst = []string{"own", "created", "team", "team_tree", "region", "global", "always"}

// rules tries to add an allow to each role that somebody whose rights do not suffice was given.
func (c *cure) rules() error {
	for _, p := range c.failing() {
		for _, role := range p.holds.direct {
			for _, when := range narrowFirst {
				row := Rule{Role: role, Tenant: c.d.view.snap.tenant, Type: c.d.typ.Name, Action: c.d.req.Action, When: when, Effect: Allow}
				helps, err := c.tryRows(Remedy{Code: RemedyAllow, Subject: p.id, Add: &Rows{Rules: []Rule{row}}})
				if err != nil {
					return err
				}
				if helps {
					break
				}
			}
		}
	}
	return nil
}

// fieldRules tries, where a write fails for one field, to remove what hides it and to make it writable.
func (c *cure) fieldRules() error {
	if len(c.d.fields) != 1 {
		return nil
	}
	name := c.d.fields[0]
	if !c.d.typ.hasField(name) {
		return nil
	}
	for _, p := range c.d.parties {
		for _, r := range (explainer{p, c.d}).fieldRules() {
			if r.Level != field.Hide.String() || r.Field != name && r.Field != "*" {
				continue
			}
			if c.told(RemedyRemoveHide, func(x Remedy) bool { return x.Remove.Fields[0] == r }) {
				continue
			}
			if _, err := c.tryRows(Remedy{Code: RemedyRemoveHide, Remove: &Rows{Fields: []FieldRule{r}}}); err != nil {
				return err
			}
		}
		if err := c.writable(p, name); err != nil {
			return err
		}
	}
	return nil
}

func (c *cure) writable(p *party, name string) error {
	level := field.Edit
	if c.d.images.old.IsZero() && !c.d.images.new.IsZero() {
		level = field.Once
	}
	for _, role := range p.holds.direct {
		for _, when := range narrowFirst {
			row := FieldRule{Role: role, Tenant: c.d.view.snap.tenant, Type: c.d.typ.Name, Field: name, When: when, Level: level.String()}
			helps, err := c.tryRows(Remedy{Code: RemedyAllow, Subject: p.id, Add: &Rows{Fields: []FieldRule{row}}})
			if err != nil {
				return err
			}
			if helps {
				break
			}
		}
	}
	return nil
}
