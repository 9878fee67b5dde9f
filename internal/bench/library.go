package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// catalog lists the world's types, all of one struct.
func catalog(s shape) access.Catalog {
	var out access.Catalog
	for i := range s.types {
		t := access.Type{
			Name: fmt.Sprintf("type_%d", i), Model: customer{},
			Schema: scope.Schema{Tenant: "tenant_id", Owner: []string{"owner_id"}, Team: "team_id", Region: "region_id"},
		}
		for j := range s.actions {
			t.Actions = append(t.Actions, access.Action{Name: fmt.Sprintf("act_%d", j), Kinds: access.ReadRows})
		}
		if t.Name == claimType {
			t.Actions = append(t.Actions, access.Action{Name: claim})
		}
		out.Types = append(out.Types, t)
	}
	return out
}

// directory holds the world's people.
func directory(w *world) *access.MemoryDirectory {
	d := access.NewMemoryDirectory()
	for _, tenant := range w.names {
		o := access.Organisation{Teams: w.teams, Regions: w.regions}
		for _, id := range sortedKeys(w.people[tenant]) {
			o.People = append(o.People, *w.people[tenant][id])
		}
		d.Set(tenant, o)
	}
	return d
}

func memoryStore(w *world) (*access.MemoryStore, error) {
	return access.NewMemoryStore(slices.Collect(maps.Values(w.policies))...)
}

// open returns an Authorizer over the store. It polls so seldom that polling is not measured.
func open(w *world, s access.Store, d access.Directory) (*access.Authorizer, error) {
	return access.New(context.Background(), s, access.Config{
		Catalog: catalog(w.shape), Directory: d, Now: func() time.Time { return noon },
		Poll: time.Hour, MaxStale: 3 * time.Hour, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), // lint has much to say of such policies
	})
}

// openMemory returns an Authorizer over a store in memory, warm: every question was asked once.
func openMemory(w *world) (*access.Authorizer, error) {
	s, err := memoryStore(w)
	if err != nil {
		return nil, err
	}
	a, err := open(w, s, directory(w))
	if err != nil {
		return nil, err
	}
	return a, warm(a, w)
}

func warm(a *access.Authorizer, w *world) error {
	for i := range w.questions {
		if _, err := a.Authorize(context.Background(), w.questions[i].request()); err != nil {
			return err
		}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
