package main

import (
	"context"
	"runtime"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// memory counts all that an Authorizer holds once every tenant is loaded and every user was decided once: policy, ids,
// what explanations need, what was made ready for the users. The host's directory is not counted.
func memory(*lab) ([]result, error) {
	var out []result
	for _, at := range []struct {
		name  string
		shape shape
		bar   float64
	}{{"memory/50-sets", usual, 100}, {"memory/1000-sets", worst, 300}} {
		w := generate(at.shape, 1)
		loaded, decided, err := w.held()
		if err != nil {
			return nil, err
		}
		rows := 0
		for _, p := range w.policies {
			rows += len(p.Rows.Rules) + len(p.Rows.Assignments) + len(p.Rows.Inherits)
		}
		out = append(out, result{Name: at.name, Value: float64(decided) / float64(rows), Unit: " bytes a rule"}.atMost(at.bar).
			noting("%d rows, role links and assignments included; %s bytes a rule before the users were decided", rows, number(float64(loaded)/float64(rows))))
	}
	return out, nil
}

// held are the bytes held once the policy is loaded, and once every user was decided.
func (w *world) held() (loaded, decided int64, err error) {
	m, err := memoryStore(w)
	if err != nil {
		return 0, 0, err
	}
	a, err := open(w, fresh{m}, directory(w))
	if err != nil {
		return 0, 0, err
	}
	defer a.Close()
	ctx := context.Background()
	before := heap()
	for _, tenant := range w.names {
		if _, err := a.Roles(ctx, access.Subject{ID: root, Tenant: tenant}); err != nil {
			return 0, 0, err
		}
	}
	loaded = heap() - before
	for _, tenant := range w.names {
		rows := w.policies[tenant].Rows
		for i := range w.users {
			// The first rule of the user's first role decides what is asked.
			if err := w.askOnce(ctx, a, tenant, user(i), rows); err != nil {
				return 0, 0, err
			}
		}
	}
	decided = heap() - before
	runtime.KeepAlive(a)
	return loaded, decided, nil
}

func (w *world) askOnce(ctx context.Context, a *access.Authorizer, tenant, who string, rows access.Rows) error {
	roles := rolesOf(rows, who)
	for _, r := range rows.Rules[:w.rules] {
		if !roles[r.Role] {
			continue
		}
		_, err := a.Authorize(ctx, access.Request{
			Subject: access.Subject{ID: who, Tenant: tenant}, Action: r.Action, Env: condition.Env{Time: noon},
			Resource: access.Resource{Type: r.Type, Record: scope.Of(&customer{ID: 1, TenantID: tenant, OwnerID: who})},
		})
		return err
	}
	return nil
}

// heap is what is in use once all garbage is gone.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what the first left to be swept or finalized
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
