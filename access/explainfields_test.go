package access_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// levels are those of a decision by a new Authorizer over the world.
func (w *world) level(t *testing.T, r access.Request, fieldName, where string) string {
	t.Helper()
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: w.rows}, access.Policy{Tenant: access.Shared, Rows: w.shared})
	require.NoError(t, err, where)
	dir := access.NewMemoryDirectory()
	dir.Set("acme", w.org)
	a, err := access.New(context.Background(), store, access.Config{
		Catalog:   access.Catalog{Types: []access.Type{customerType("customer"), customerType("deal")}},
		Directory: dir, Now: func() time.Time { return w.now }, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	require.NoError(t, err, where)
	defer a.Close()
	d, err := a.Authorize(context.Background(), r)
	require.NoError(t, err, where)
	require.True(t, d.Allowed(), where)
	if r.Resource.Collection() {
		return d.Fields().Without().Of(fieldName).String()
	}
	levels, err := d.Fields().For(r.Resource.Record)
	require.NoError(t, err, where)
	return levels.Of(fieldName).String()
}

// A field shows as the decision's mask says; the rules that give the level alone give it, and without the rules that hide
// it a field shows as foretold.
func TestAFieldIsExplainedAsItShows(t *testing.T) {
	whys, parts := map[access.FieldWhy]int{}, map[access.FieldPart]int{}
	inWorlds(t, 15, func(w *world) { w.entangle(); w.addFieldRules(); w.letAllView() }, func(w *world, a *access.Authorizer, where string) {
		for _, subject := range w.subjects() {
			env := w.env()
			for i, res := range []access.Resource{{Record: w.records[0].view()}, {Record: w.records[1].view()}, {}} {
				res.Type = "customer"
				r := access.Request{Subject: access.Subject{ID: subject, Tenant: "acme"}, Action: "view", Resource: res, Env: env}
				x := explained(t, a, r, where)
				if !x.Allowed {
					continue
				}
				require.Len(t, x.Parties, 1)
				for _, f := range x.Parties[0].Fields {
					where := fmt.Sprintf("%s: %s resource %d: %+v", where, subject, i, f)
					whys[f.Why]++
					require.Equal(t, f.Level, w.level(t, r, f.Field, where), where)
					of := func(parts ...access.FieldPart) (out []access.FieldRule) {
						for _, x := range f.Rules {
							if slices.Contains(parts, x.Part) {
								out = append(out, x.Rule)
							}
						}
						return out
					}
					for _, x := range f.Rules {
						parts[x.Part]++
					}
					if w.rng.IntN(4) > 0 {
						continue
					}
					switch f.Why {
					case access.FieldHidden:
						bare := w.copied()
						bare.rows.Fields = without(bare.rows.Fields, of(access.FieldHides), equal)
						displaced := of(access.FieldDisplaced) // they would come back with the last rule for the field gone
						if len(displaced) == 0 {
							require.Equal(t, f.Unhidden, bare.level(t, r, f.Field, where), where)
						}
						require.NotEmpty(t, of(access.FieldHides), where)
					case access.FieldNoRule, access.FieldUnmet:
						require.Equal(t, "hide", f.Level, where)
						require.Empty(t, of(access.FieldGives, access.FieldHides, access.FieldLower), where)
						require.Equal(t, f.Why == access.FieldNoRule, len(f.Rules) == 0, where)
					default:
						if i == 2 && f.Why != access.FieldShown {
							continue // without a record a mask takes in the masks that a record may bring
						}
						alone := w.copied()
						alone.rows.Fields = of(access.FieldGives)
						require.Equal(t, f.Level, alone.level(t, r, f.Field, where), where)
					}
				}
			}
		}
	})
	t.Logf("%v %v", whys, parts)
	for _, why := range []access.FieldWhy{access.FieldShown, access.FieldMasked, access.FieldHidden, access.FieldUnmet} {
		assert.Positive(t, whys[why], why)
	}
	for _, part := range []access.FieldPart{access.FieldGives, access.FieldHides, access.FieldLower, access.FieldWithheld, access.FieldDisplaced} {
		assert.Positive(t, parts[part], part)
	}
}

func (w *world) letAllView() {
	w.rows.Rules = slices.DeleteFunc(w.rows.Rules, func(r access.Rule) bool { return r.Effect == access.Deny })
	w.shared.Rules = slices.DeleteFunc(w.shared.Rules, func(r access.Rule) bool { return r.Effect == access.Deny })
	for _, role := range []string{"a", "b", "c", "d", "ann"} {
		if r := (access.Rule{Role: role, Tenant: "acme", Type: "customer", Action: "view", When: "global", Effect: access.Allow}); !slices.Contains(w.rows.Rules, r) {
			w.rows.Rules = append(w.rows.Rules, r)
		}
	}
}

func TestWhyAFieldIsMaskedOrHidden(t *testing.T) {
	a := acme(t, maskPolicy+"p2, r:lead, acme, deal, phone, always, mask:last4\ng, u:max, r:lead, acme\n")
	tell := func(who string, d deal, name string) access.FieldExplanation {
		x, err := a.Explain(context.Background(), request(who, "view", access.Resource{Record: scope.Of(&d)}))
		require.NoError(t, err)
		i := slices.IndexFunc(x.Parties[0].Fields, func(f access.FieldExplanation) bool { return f.Field == name })
		return x.Parties[0].Fields[i]
	}
	mine := tell("ann", annsDeal, "phone")
	assert.Equal(t, []any{"read", access.FieldShown}, []any{mine.Level, mine.Why})
	bobs := annsDeal
	bobs.OwnerID = "bob"
	masked := tell("ann", bobs, "phone")
	assert.Equal(t, []any{"mask:phone", access.FieldMasked}, []any{masked.Level, masked.Why})
	var why []access.FieldPart
	for _, r := range masked.Rules {
		why = append(why, r.Part)
	}
	assert.ElementsMatch(t, []access.FieldPart{access.FieldDisplaced, access.FieldWithheld, access.FieldGives}, why)
	merged := tell("max", bobs, "phone")
	assert.Equal(t, []any{"mask:full", access.FieldMaskMerged}, []any{merged.Level, merged.Why}, "the two masks are not ordered")
	hidden := tell("ann", annsDeal, "stage")
	assert.Equal(t, []any{"hide", access.FieldHidden, "read"}, []any{hidden.Level, hidden.Why, hidden.Unhidden})
}
