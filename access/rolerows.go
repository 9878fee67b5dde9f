package access

import (
	"math"
	"slices"
)

// roleRows are the rules of one role, each in a few bytes: what its texts say stands once in the snapshot's texts. They
// are never changed.
type roleRows struct {
	rules  []ruleRow
	fields []fieldRow
}

// any stands for "*" where a number stands for a type, an action or a field.
const anyNumber = math.MaxUint16

type ruleRow struct {
	when         uint32
	typ, act     uint16
	deny, shared bool
}

type fieldRow struct {
	when, level uint32
	typ, field  uint16
	shared      bool
}

// texts are the whens and levels of a snapshot's rules, each once.
type texts struct {
	all   []string
	index table[uint32]
}

// number returns the text's number, with the texts that hold it.
func (t texts) number(s string) (uint32, texts) {
	if i, ok := t.index.get(s); ok {
		return i, t
	}
	i := uint32(len(t.all))
	return i, texts{append(slices.Clip(t.all), s), t.index.with(s, i)}
}

// typeNumber is the number of a type in rules. The row has been checked.
func (c *catalog) typeNumber(name string) uint16 {
	if name == "*" {
		return anyNumber
	}
	return uint16(c.types[name].number)
}

func (c *catalog) actionNumber(name string) uint16 {
	if name == "*" {
		return anyNumber
	}
	return uint16(c.actionNumbers[name])
}

func (t *typeInfo) fieldNumber(name string) uint16 {
	if i := slices.Index(t.fields, name); i >= 0 {
		return uint16(i)
	}
	return anyNumber
}

func (s *snapshot) packRule(r Rule, when uint32) ruleRow {
	return ruleRow{when, s.cat.typeNumber(r.Type), s.cat.actionNumber(r.Action), r.Effect == Deny, r.Tenant == Shared}
}

func (s *snapshot) packField(r FieldRule, when, level uint32) fieldRow {
	row := fieldRow{when, level, s.cat.typeNumber(r.Type), anyNumber, r.Tenant == Shared}
	if r.Field != "*" {
		row.field = s.cat.types[r.Type].fieldNumber(r.Field)
	}
	return row
}

func (s *snapshot) tenantOf(shared bool) string {
	if shared {
		return Shared
	}
	return s.tenant
}

// rule is a row written out.
func (s *snapshot) rule(role string, r ruleRow) Rule {
	out := Rule{Role: role, Tenant: s.tenantOf(r.shared), Type: "*", Action: "*", When: s.texts.all[r.when], Effect: Allow}
	if r.typ != anyNumber {
		out.Type = s.cat.names[r.typ]
	}
	if r.act != anyNumber {
		out.Action = s.cat.actions[r.act]
	}
	if r.deny {
		out.Effect = Deny
	}
	return out
}

func (s *snapshot) fieldRule(role string, r fieldRow) FieldRule {
	out := FieldRule{Role: role, Tenant: s.tenantOf(r.shared), Type: "*", Field: "*", When: s.texts.all[r.when], Level: s.texts.all[r.level]}
	if r.typ != anyNumber {
		out.Type = s.cat.names[r.typ]
		if r.field != anyNumber {
			out.Field = s.cat.types[out.Type].fields[r.field]
		}
	}
	return out
}

// rulesOf are the role's own rules.
func (s *snapshot) rulesOf(role string) []Rule {
	rows, _ := s.rows.get(role)
	if rows == nil {
		return nil
	}
	out := make([]Rule, len(rows.rules))
	for i, r := range rows.rules {
		out[i] = s.rule(role, r)
	}
	return out
}

// fieldsOf are the role's own field rules.
func (s *snapshot) fieldsOf(role string) []FieldRule {
	rows, _ := s.rows.get(role)
	if rows == nil {
		return nil
	}
	out := make([]FieldRule, len(rows.fields))
	for i, r := range rows.fields {
		out[i] = s.fieldRule(role, r)
	}
	return out
}
