package access

import (
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Subject is who asks.
type Subject struct {
	ID     string // stable id, see StableID
	Tenant string // Casbin's domain
	// Actor is the id of the person who acts for the subject, in the same tenant; "" if the subject acts himself. The
	// answer is then the intersection of what both may do.
	Actor string

	system bool   // made by System
	reason string // of a system subject
}

// Resource is what is asked about. Type alone is the collection. ID alone is fetched by Config.Loader. Record is one
// record as it stands, New a record to be created, Record and New a write from one to the other.
type Resource struct {
	Type   string
	ID     string
	Record scope.Record
	New    scope.Record
	// Set states what a bulk write sets, by attribute; only for a collection. Names pinned to new. are then tested
	// on the values set.
	Set map[string]scope.Value
}

// Collection reports whether the resource is the type as a whole.
func (r Resource) Collection() bool {
	return r.ID == "" && r.Record.IsZero() && r.New.IsZero()
}

// Request is one question.
type Request struct {
	Subject  Subject
	Action   string
	Resource Resource
	Env      condition.Env
	Purpose  string // why, where an action or a field class asks for it
	// Advisory marks questions for buttons and menus: the same answer, not recorded one by one, not to be committed.
	Advisory bool
	// AtLeast refuses to answer from a policy older than this.
	AtLeast Revision
}
