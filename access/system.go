package access

import (
	"fmt"
	"strings"
)

const systemPrefix = "system:"

// System is the subject of a job that acts for nobody: a nightly import, a clean-up. It is known to every Directory by
// the id "system:<name>", has what rules are assigned to that id and nothing more, and reason is recorded with each of
// its decisions. A blank reason is refused when it asks. Nothing else makes such a subject: neither an empty id nor a
// user who calls himself system.
func System(tenant, name, reason string) Subject {
	return Subject{ID: systemPrefix + name, Tenant: tenant, system: true, reason: reason}
}

func (s Subject) check() error {
	if err := CheckID(s.ID); err != nil {
		return invalid("subject", s.ID, err)
	}
	if s.Tenant == Shared {
		return invalid("tenant", s.Tenant, fmt.Errorf("is that of the shared rows, nobody belongs to it"))
	}
	if err := CheckID(s.Tenant); err != nil {
		return invalid("tenant", s.Tenant, err)
	}
	if strings.HasPrefix(s.ID, systemPrefix) != s.system {
		return invalid("subject", s.ID, fmt.Errorf("ids that begin with %q are made by System only", systemPrefix))
	}
	if s.ID == systemPrefix {
		return invalid("subject", s.ID, fmt.Errorf("a system subject needs a name"))
	}
	if s.system && (strings.TrimSpace(s.reason) == "" || s.Actor != "") {
		return invalid("subject", s.ID, fmt.Errorf("a system subject needs a reason and has no actor"))
	}
	if s.Actor != "" {
		if err := CheckID(s.Actor); err != nil {
			return invalid("actor", s.Actor, err)
		}
		if strings.HasPrefix(s.Actor, systemPrefix) {
			return invalid("actor", s.Actor, fmt.Errorf("a system subject acts for nobody"))
		}
	}
	return nil
}
