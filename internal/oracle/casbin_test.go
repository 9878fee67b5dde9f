package oracle

import (
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/internal/casbinx"
)

// casbin decides a question by an enforcer of the tenant's rows; m values the names.
type casbin func(m model, q question) (bool, error)

// enforcer is Casbin over rows as a store gave them back: shared ones under the tenant's name, and a g row for each
// grant that is live.
func enforcer(rows access.Rows, tenant string, now, seen time.Time) (casbin, error) {
	var lines [][]string
	for _, r := range rows.Rules {
		r.Tenant = tenant
		lines = append(lines, r.Line())
	}
	for _, l := range rows.Inherits {
		l.Tenant = tenant
		lines = append(lines, l.Line())
	}
	for _, a := range rows.Assignments {
		lines = append(lines, a.Line())
	}
	for _, g := range rows.Grants {
		if !g.From.After(now) && g.Until.After(now) && g.Until.After(seen) {
			lines = append(lines, access.Assignment{Subject: g.Subject, Role: g.Role, Tenant: tenant}.Line())
		}
	}
	e, err := casbinx.New(lines, casbinx.Functions{
		CoversType: func(pattern, typ, eft string) bool {
			return pattern == typ || pattern == "*" && (eft == "deny" || !sensitiveTypes[typ])
		},
		CoversAction: func(pattern, _, action, eft string) bool {
			return pattern == action || pattern == "*" && (eft == "deny" || !sensitiveActions[action])
		},
	})
	return func(m model, q question) (bool, error) {
		for _, q := range q.parties() {
			allowed := m.admits(q)
			for _, img := range q.images() {
				ok, err := casbinx.Enforce(e, "u:"+q.Subject, tenant, q.Type, q.Action, kept{m.on(q, img)})
				if err != nil {
					return false, err
				}
				allowed = allowed && ok
			}
			if !allowed {
				return false, nil
			}
		}
		return true, nil
	}, err
}

type kept struct{ valuation }

func (k kept) Value(when string) int8 { return k.value(when) }
