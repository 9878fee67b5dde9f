package access

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A compiled program that lost its denies is caught by Casbin, which reads the rows.
func TestCrossCheckCatchesAWrongSnapshot(t *testing.T) {
	rows, err := ParseRows("p, r:rep, acme, deal, view, global, allow\np, r:rep, acme, deal, view, own, deny\ng, u:ann, r:rep, acme")
	require.NoError(t, err)
	store, err := NewMemoryStore(Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	var log bytes.Buffer
	ctx := context.Background()
	a, err := New(ctx, store, Config{
		Catalog: Catalog{Types: []Type{{Name: "deal", Schema: scope.Schema{SingleTenant: true, Owner: []string{"owner_id"},
			Attrs: []scope.Attr{{Name: "id", Kind: scope.KindInt}, {Name: "owner_id", Kind: scope.KindText}}}}}},
		Now: func() time.Time { return time.Unix(0, 0) }, CrossCheck: 1, Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	require.NoError(t, err)
	defer func() { require.NoError(t, a.Close()) }()
	r := Request{Subject: Subject{ID: "ann", Tenant: "acme"}, Action: "view",
		Resource: Resource{Type: "deal", Record: scope.FromMap(map[string]any{"id": 1, "owner_id": "ann"})}}
	d, err := a.Authorize(ctx, r)
	require.NoError(t, err)
	require.False(t, d.Allowed())

	v, err := a.get(ctx, "acme")
	require.NoError(t, err)
	deal := a.cat.types["deal"]
	p, err := v.snap.program(v.snap.set([]string{"rep"}), deal, deal.actions["view"])
	require.NoError(t, err)
	require.Len(t, p.denies, 1)
	p.denies = nil
	d, err = a.Authorize(ctx, r)
	assert.ErrorIs(t, err, ErrMismatch)
	assert.False(t, d.Allowed(), "a disagreement denies")
	assert.Contains(t, log.String(), "disagree")
}
