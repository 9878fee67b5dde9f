package access

import (
	"fmt"
	"slices"
	"sort"
)

// with is the snapshot after a change of the tenant's own rows that defines no names and describes no roles. It shares with s what the change
// leaves as it is, so that the cost is that of the change: role sets none of whose roles changes keep their programs,
// and subjects whose rows stay keep what was worked out for them. A row added that is there, or removed that is not, is
// ErrConflict.
func (s *snapshot) with(c Change) (*snapshot, error) {
	if err := s.validator().check(s.tenant, c.Add); err != nil {
		return nil, err
	}
	next := *s
	edit := editor{next: &next, rows: map[string]*roleRows{}, users: map[string]*user{}}
	if err := edit.remove(c.Remove); err != nil {
		return nil, err
	}
	if err := edit.add(c.Add); err != nil {
		return nil, err
	}
	if err := edit.finish(s); err != nil {
		return nil, err
	}
	next.own += c.Add.Len() - c.Remove.Len()
	return &next, nil
}

// incremental reports whether with can make the change.
func (c Change) incremental() bool {
	whole := len(c.Add.Definitions) + len(c.Remove.Definitions) + len(c.Add.Roles) + len(c.Remove.Roles)
	return c.Tenant != Shared && whole == 0
}

// editor holds copies of the roles and subjects that a change touches.
type editor struct {
	next  *snapshot
	rows  map[string]*roleRows
	users map[string]*user
	links bool
}

func (e *editor) role(name string) *roleRows {
	if e.rows[name] == nil {
		fresh := &roleRows{}
		if now, _ := e.next.rows.get(name); now != nil {
			fresh.rules, fresh.fields = slices.Clone(now.rules), slices.Clone(now.fields)
		}
		e.rows[name] = fresh
	}
	return e.rows[name]
}

func (e *editor) user(id string) *user {
	if e.users[id] == nil {
		fresh := newUser(id)
		if now, _ := e.next.users.get(id); now != nil {
			fresh.direct, fresh.grants, fresh.suspended = slices.Clone(now.direct), slices.Clone(now.grants), slices.Clone(now.suspended)
		}
		e.users[id] = fresh
	}
	return e.users[id]
}

func (e *editor) number(text string) (n uint32) {
	n, e.next.texts = e.next.texts.number(text)
	return n
}

func (e *editor) rule(r Rule) ruleRow { return e.next.packRule(r, e.number(r.When)) }

func (e *editor) fieldRule(r FieldRule) fieldRow {
	return e.next.packField(r, e.number(r.When), e.number(r.Level))
}

func (e *editor) remove(rows Rows) error {
	for _, r := range rows.Rules {
		if !e.next.describes(r.Type, "") || !e.next.knowsAction(r.Action) || !take(&e.role(r.Role).rules, e.rule(r)) {
			return absent(r)
		}
	}
	for _, r := range rows.Fields {
		if !e.next.describes(r.Type, r.Field) || !take(&e.role(r.Role).fields, e.fieldRule(r)) {
			return absent(r)
		}
	}
	for _, a := range rows.Assignments {
		if !take(&e.user(a.Subject).direct, a.Role) {
			return absent(a)
		}
	}
	for _, g := range rows.Grants {
		if !takeFunc(&e.user(g.Subject).grants, func(x Grant) bool { return sameRow(x, g) }) {
			return absent(g)
		}
	}
	for _, x := range rows.Suspensions {
		if !take(&e.user(x.Subject).suspended, x.Reason) {
			return absent(x)
		}
	}
	for _, l := range rows.Inherits {
		e.copyLinks()
		if !take(&e.next.links, l) {
			return absent(l)
		}
	}
	return nil
}

func (e *editor) add(rows Rows) error {
	for _, r := range rows.Rules {
		if !put(&e.role(r.Role).rules, e.rule(r)) {
			return present(r)
		}
	}
	for _, r := range rows.Fields {
		if !put(&e.role(r.Role).fields, e.fieldRule(r)) {
			return present(r)
		}
	}
	for _, a := range rows.Assignments {
		if !put(&e.user(a.Subject).direct, a.Role) {
			return present(a)
		}
	}
	for _, g := range rows.Grants {
		u := e.user(g.Subject)
		if slices.ContainsFunc(u.grants, func(x Grant) bool { return sameRow(x, g) }) {
			return present(g)
		}
		u.grants = append(u.grants, g)
	}
	for _, x := range rows.Suspensions {
		if !put(&e.user(x.Subject).suspended, x.Reason) {
			return present(x)
		}
	}
	for _, l := range rows.Inherits {
		e.copyLinks()
		if !put(&e.next.links, l) {
			return present(l)
		}
	}
	return nil
}

func (e *editor) copyLinks() {
	if !e.links {
		e.links, e.next.links = true, slices.Clone(e.next.links)
	}
}

// finish puts the copies in their places.
func (e *editor) finish(before *snapshot) error {
	next := e.next
	for name, r := range e.rows {
		if len(r.rules)+len(r.fields) == 0 {
			next.rows = next.rows.without(name)
		} else {
			next.rows = next.rows.with(name, r)
		}
	}
	for id, u := range e.users {
		sort.Strings(u.direct)
		if len(u.direct)+len(u.grants)+len(u.suspended) == 0 {
			next.users = next.users.without(id)
		} else {
			next.users = next.users.with(id, u)
		}
	}
	if e.links {
		var err error
		if next.roles, err = graph(next.tenant, next.links); err != nil {
			return err
		}
		next.sets = newRoleSets(len(next.texts.all))
		return next.checkUsers()
	}
	if len(e.rows) > 0 {
		next.sets = before.sets.without(sortedKeys(e.rows), len(before.texts.all), len(next.texts.all))
	}
	for _, u := range e.users {
		if err := next.checkUser(u); err != nil {
			return err
		}
	}
	return nil
}

// describes reports whether the catalog has the type and, unless it is blank or a star, the field of a row.
func (s *snapshot) describes(typ, fieldName string) bool {
	if typ == "*" {
		return fieldName == "" || fieldName == "*"
	}
	t := s.cat.types[typ]
	return t != nil && (fieldName == "" || fieldName == "*" || t.hasField(fieldName))
}

func (s *snapshot) knowsAction(name string) bool { return name == "*" || s.cat.hasAction(name) }

func take[T comparable](from *[]T, row T) bool {
	return takeFunc(from, func(x T) bool { return x == row })
}

func takeFunc[T any](from *[]T, is func(T) bool) bool {
	i := slices.IndexFunc(*from, is)
	if i < 0 {
		return false
	}
	*from = slices.Delete(*from, i, i+1)
	return true
}

func put[T comparable](into *[]T, row T) bool {
	if slices.Contains(*into, row) {
		return false
	}
	*into = append(*into, row)
	return true
}

func absent(row any) error {
	return fmt.Errorf("%w: to be removed, but not there: %+v", ErrConflict, row)
}

func present(row any) error {
	return fmt.Errorf("%w: to be added, but there already: %+v", ErrConflict, row)
}
