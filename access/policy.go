package access

import (
	"time"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Effect is what an applying rule does.
type Effect string

// The two effects. Any other text is refused when it is written.
const (
	Allow Effect = "allow"
	Deny  Effect = "deny"
)

// Rule lets a role do an action on a type, or forbids it. Type and Action may be "*": on an allow that covers what the
// Catalog calls ordinary, on a deny it covers all. When is an expression over names of scopes and conditions.
type Rule struct {
	Role   string `json:"role"`
	Tenant string `json:"tenant"` // or Shared
	Type   string `json:"type"`
	Action string `json:"action"`
	When   string `json:"when"`
	Effect Effect `json:"effect"`
}

// FieldRule gives a role a level on a field of a type. Field may be "*". Level is one of hide, mask:<masker>, read,
// once and edit.
type FieldRule struct {
	Role   string `json:"role"`
	Tenant string `json:"tenant"`
	Type   string `json:"type"`
	Field  string `json:"field"`
	When   string `json:"when"`
	Level  string `json:"level"`
}

// Assignment gives a subject a role for good.
type Assignment struct {
	Subject string `json:"subject"`
	Role    string `json:"role"`
	Tenant  string `json:"tenant"`
}

// Inheritance gives a role all that another role has, denies included.
type Inheritance struct {
	Role     string `json:"role"`
	Inherits string `json:"inherits"`
	Tenant   string `json:"tenant"` // or Shared
}

// Grant gives a subject a role from one instant (inclusive) until another (exclusive). A zero From has begun; a zero
// Until is refused: what has no end is an Assignment.
type Grant struct {
	Subject string    `json:"subject"`
	Role    string    `json:"role"`
	Tenant  string    `json:"tenant"`
	From    time.Time `json:"from"`
	Until   time.Time `json:"until"`
	Purpose string    `json:"purpose,omitempty"`
}

// Definition gives a name a meaning that rules can use. Exactly one of Scope, Condition and Expr is set.
type Definition struct {
	Name      string           `json:"name"`
	Tenant    string           `json:"tenant"` // or Shared
	Scope     *scope.Criterion `json:"scope,omitempty"`
	Condition *condition.Spec  `json:"condition,omitempty"`
	Expr      string           `json:"expr,omitempty"`
}

// clone returns a copy that shares no memory with d.
func (d Definition) clone() Definition {
	if d.Scope != nil {
		c := d.Scope.Clone()
		d.Scope = &c
	}
	if d.Condition != nil {
		c := d.Condition.Clone()
		d.Condition = &c
	}
	return d
}

// Suspension bars a subject from everything in a tenant until it is removed.
type Suspension struct {
	Subject string `json:"subject"`
	Tenant  string `json:"tenant"`
	Reason  string `json:"reason,omitempty"`
}

// Rows is policy as data.
type Rows struct {
	Rules       []Rule        `json:"rules,omitempty"`
	Fields      []FieldRule   `json:"fields,omitempty"`
	Assignments []Assignment  `json:"assignments,omitempty"`
	Inherits    []Inheritance `json:"inherits,omitempty"`
	Grants      []Grant       `json:"grants,omitempty"`
	Definitions []Definition  `json:"definitions,omitempty"`
	Suspensions []Suspension  `json:"suspensions,omitempty"`
	Roles       []RoleInfo    `json:"roles,omitempty"`
}

// Len is the number of rows.
func (r Rows) Len() int {
	return len(r.Rules) + len(r.Fields) + len(r.Assignments) + len(r.Inherits) + len(r.Grants) + len(r.Definitions) + len(r.Suspensions) +
		len(r.Roles)
}

// Policy is the complete policy of one tenant at one revision: its own rows and those shared by all.
type Policy struct {
	Tenant   string
	Revision uint64 // number of the last change of the tenant's rows or the shared ones; 0: never written
	Rows     Rows   // rows whose tenant is Tenant or Shared
}

// Change adds and removes rows of one tenant (or of Shared) at once, all or nothing.
type Change struct {
	Tenant string // whose rows change; every row names it
	Base   uint64 // revision of Tenant the change was made against
	Add    Rows
	Remove Rows
	Reason string
}

// Entry is a change with its author: what the store writes into its change log, in the transaction of the change.
type Entry struct {
	Change
	By       string    // id of the subject who changed it
	ByTenant string    // his tenant; for the shared rows it is the operator's
	Actor    string    // who acted for him, if somebody did
	At       time.Time // when
}
