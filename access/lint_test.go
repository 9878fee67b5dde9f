package access_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/access/reasontext"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lintCase is a policy in which lint finds something, and the same put right.
type lintCase struct {
	code           access.FindingCode
	name           string
	failing        string // policy text
	passing        string
	failed, passed access.Rows // rows beside the texts
}

func described(names ...string) []access.RoleInfo {
	var out []access.RoleInfo
	for _, n := range names {
		out = append(out, access.RoleInfo{Name: n, Purpose: "does a job", Owner: "head of sales"})
	}
	return out
}

func grantUntil(role string, until time.Time) access.Rows {
	return access.Rows{Grants: []access.Grant{{Subject: "bob", Role: role, Until: until}}}
}

const (
	repViews = "p, r:rep, acme, deal, view, own, allow\ng, u:ann, r:rep, acme\n"
	heldRep  = "g, u:ann, r:rep, acme\n"
)

var lintCases = []lintCase{
	{code: access.FindingDeadCondition, name: "own is never unowned",
		failing: heldRep + "p, r:rep, acme, deal, claim, own && unowned, allow", passing: heldRep + "p, r:rep, acme, deal, claim, old.unowned && new.own, allow"},
	{code: access.FindingDeadCondition, name: "own lies within team",
		failing: heldRep + "p, r:rep, acme, deal, view, own && !team, allow", passing: heldRep + "p, r:rep, acme, deal, view, team && !own, allow"},
	{code: access.FindingDeadCondition, name: "another action's name",
		failing: heldRep + "p, r:rep, acme, deal, edit, action.view && own, allow", passing: heldRep + "p, r:rep, acme, deal, *, action.view && own, allow"},
	{code: access.FindingDeadCondition, name: "a deny that is false whatever is known",
		failing: heldRep + "p, r:rep, acme, deal, view, office_hours && !always, deny", passing: heldRep + "p, r:rep, acme, deal, view, office_hours && !own, deny"},
	{code: access.FindingDeadCondition, name: "a deny that an unknown keeps alive",
		failing: heldRep + "p, r:rep, acme, deal, view, office_hours && !office_hours, allow",
		passing: heldRep + "p, r:rep, acme, deal, view, office_hours && !office_hours, deny"},
	{code: access.FindingDeadCondition, name: "a field rule of no action",
		failing: heldRep + "p2, r:rep, acme, deal, phone, action.view && action.export, read", passing: heldRep + "p2, r:rep, acme, deal, phone, action.view || action.export, read"},
	{code: access.FindingDeadCondition, name: "through a definition",
		failing: heldRep + "p, r:rep, acme, deal, view, mine && !team, allow", passing: heldRep + "p, r:rep, acme, deal, view, mine && team, allow",
		failed: mineDefined, passed: mineDefined},
	{code: access.FindingDeadTarget, name: "a star over a type with sensitive actions only",
		failing: heldRep + "p, r:rep, acme, vault, *, always, allow", passing: heldRep + "p, r:rep, acme, vault, *, always, deny"},
	{code: access.FindingDeadTarget, name: "fields of a type that has none",
		failing: heldRep + "p2, r:rep, acme, vault, *, always, read", passing: heldRep + "p2, r:rep, acme, *, *, always, read"},
	{code: access.FindingDeadRole, name: "nothing but the rule knows the role",
		failing: repViews + "p, r:rpe, acme, deal, edit, own, allow", passing: repViews + "p, r:rep, acme, deal, edit, own, allow"},
	{code: access.FindingDeadRole, name: "nor the field rule",
		failing: repViews + "p2, r:rpe, acme, deal, phone, own, read", passing: repViews + "p2, r:rpe, acme, deal, phone, own, read",
		passed: access.Rows{Roles: described("rpe")}},
	{code: access.FindingShadowed, name: "by one deny of the role's own",
		failing: heldRep + "p, r:rep, acme, deal, edit, own && office_hours, allow\np, r:rep, acme, *, edit, team, deny",
		passing: heldRep + "p, r:rep, acme, deal, edit, team && office_hours, allow\np, r:rep, acme, *, edit, own, deny"},
	{code: access.FindingShadowed, name: "by two denies together",
		failing: heldRep + "p, r:rep, acme, deal, edit, own, allow\np, r:rep, acme, deal, *, office_hours, deny\np, r:rep, acme, deal, edit, !office_hours, deny",
		passing: heldRep + "p, r:rep, acme, deal, edit, own, allow\np, r:rep, acme, deal, *, office_hours, deny\np, r:rep, acme, deal, view, !office_hours, deny"},
	{code: access.FindingShadowed, name: "by a deny of a role that all holders have",
		failing: "p, r:rep, acme, deal, edit, own, allow\np, r:staff, acme, deal, edit, always, deny\ng, u:ann, r:rep, acme\ng, u:ann, r:staff, acme",
		passing: "p, r:rep, acme, deal, edit, own, allow\np, r:staff, acme, deal, edit, always, deny\ng, u:ann, r:rep, acme\ng, u:ann, r:staff, acme\ng, u:bob, r:rep, acme"},
	{code: access.FindingShadowed, name: "but for the time of a grant",
		failing: "p, r:rep, acme, deal, edit, own, allow\np, r:staff, acme, deal, edit, always, deny\ng, u:ann, r:rep, acme\ng, u:ann, r:staff, acme\ng, u:bob, r:staff, acme",
		failed:  grantUntil("rep", noon.Add(time.Hour)),
		passing: "p, r:rep, acme, deal, edit, own, allow\np, r:staff, acme, deal, edit, always, deny\ng, u:ann, r:rep, acme\ng, u:ann, r:staff, acme",
		passed:  grantUntil("rep", noon.Add(time.Hour))},
	{code: access.FindingInheritedDeny, name: "a deny two roles down",
		failing: repViews + "p, r:low, acme, deal, delete, !office_hours, deny\ng, r:rep, r:low, acme\ng, r:mgr, r:rep, acme",
		passing: repViews + "p, r:mgr, acme, deal, delete, !office_hours, deny\ng, r:mgr, r:rep, acme"},
	{code: access.FindingInheritedDeny, name: "a hidden field",
		failing: repViews + "p2, r:rep, acme, deal, amount, always, hide\ng, r:mgr, r:rep, acme",
		passing: repViews + "p2, r:rep, acme, deal, amount, always, read\ng, r:mgr, r:rep, acme"},
	{code: access.FindingExportUnseen, name: "no view at all",
		failing: heldRep + "p, r:rep, acme, deal, export, own, allow", passing: repViews + "p, r:rep, acme, deal, export, own, allow"},
	{code: access.FindingExportUnseen, name: "the view is in a role that not all holders have",
		failing: heldRep + "p, r:rep, acme, deal, export, own, allow\np, r:viewer, acme, deal, view, own, allow\ng, u:ann, r:viewer, acme\ng, u:bob, r:rep, acme",
		passing: heldRep + "p, r:rep, acme, deal, export, own, allow\np, r:viewer, acme, deal, view, own, allow\ng, u:ann, r:viewer, acme"},
	{code: access.FindingExportBeyondView, name: "wider than the view",
		failing: repViews + "p, r:rep, acme, deal, export, team, allow", passing: repViews + "p, r:rep, acme, deal, export, own && office_hours, allow"},
	{code: access.FindingExportBeyondView, name: "when viewing is denied",
		failing: repViews + "p, r:rep, acme, deal, export, own, allow\np, r:rep, acme, deal, view, !office_hours, deny",
		passing: repViews + "p, r:rep, acme, deal, export, own, allow\np, r:rep, acme, deal, *, !office_hours, deny"},
	{code: access.FindingNoAssurance, name: "an export",
		failing: repViews + "p, r:rep, acme, deal, export, own || mfa, allow", passing: repViews + "p, r:rep, acme, deal, export, own && mfa, allow"},
	{code: access.FindingNoAssurance, name: "unless a deny asks for it",
		failing: repViews + "p, r:rep, acme, deal, export, own, allow\np, r:rep, acme, deal, edit, !mfa, deny",
		passing: repViews + "p, r:rep, acme, deal, export, own, allow\np, r:rep, acme, deal, export, !mfa, deny"},
	{code: access.FindingNoAssurance, name: "a job signs in nowhere",
		failing: "p, r:job, acme, deal, delete, global, allow\ng, u:system:nightly, r:job, acme\ng, u:ann, r:job, acme",
		passing: "p, r:job, acme, deal, delete, global, allow\ng, u:system:nightly, r:job, acme"},
	{code: access.FindingViewedByAll, name: "everyone",
		failing: repViews + "p, r:all, acme, deal, view, global, allow\ng, r:rep, r:all, acme\ng, u:bob, r:all, acme",
		passing: repViews + "p, r:all, acme, deal, view, global, allow\ng, u:bob, r:all, acme"},
	{code: access.FindingViewedByAll, name: "unless a deny may apply",
		failing: "p, r:all, acme, deal, *, own || always, allow\ng, u:bob, r:all, acme",
		passing: "p, r:all, acme, deal, *, own || always, allow\ng, u:bob, r:all, acme\np, r:all, acme, deal, view, !office_hours, deny"},
	{code: access.FindingViewedByAll, name: "of a type that belongs to somebody",
		failing: heldRep + "p, r:rep, acme, policy, view, always, allow", passing: heldRep + "p, r:rep, acme, page, view, always, allow"},
	{code: access.FindingUndescribed, name: "no description",
		failing: repViews, passing: repViews, passed: access.Rows{Roles: described("rep")}},
	{code: access.FindingUndescribed, name: "a group without an owner",
		failing: repViews, failed: access.Rows{Roles: []access.RoleInfo{{Name: "rep", Purpose: "exports reports", Group: true}}},
		passing: repViews, passed: access.Rows{Roles: []access.RoleInfo{{Name: "rep", Purpose: "exports reports", Owner: "head of sales", Group: true}}}},
	{code: access.FindingUnheld, name: "nobody",
		failing: repViews + "p, r:mgr, acme, deal, view, team, allow", passing: repViews + "p, r:mgr, acme, deal, view, team, allow\ng, u:max, r:mgr, acme"},
	{code: access.FindingUnheld, name: "those to whom it was granted, until it ended",
		failing: repViews + "p, r:mgr, acme, deal, view, team, allow", failed: grantUntil("mgr", noon),
		passing: repViews + "p, r:mgr, acme, deal, view, team, allow", passed: grantUntil("mgr", noon.Add(time.Second))},
	{code: access.FindingUnheld, name: "whoever holds a role above holds it",
		failing: repViews + "p, r:low, acme, deal, edit, own, allow\ng, r:mgr, r:low, acme",
		passing: repViews + "p, r:low, acme, deal, edit, own, allow\ng, r:rep, r:low, acme"},
	{code: access.FindingUnknownRole, name: "an assignment misspelt",
		failing: repViews + "g, u:bob, r:rpe, acme", passing: repViews + "g, u:bob, r:rpe, acme", passed: access.Rows{Roles: described("rpe")}},
	{code: access.FindingUnknownRole, name: "a link misspelt",
		failing: repViews + "g, r:mgr, r:rpe, acme\ng, u:bob, r:mgr, acme", passing: repViews + "g, r:mgr, r:rep, acme\ng, u:bob, r:mgr, acme"},
	{code: access.FindingUnknownRole, name: "a grant misspelt",
		failing: repViews, failed: grantUntil("rpe", noon.Add(time.Hour)), passing: repViews, passed: grantUntil("rep", noon.Add(time.Hour))},
	{code: access.FindingUnusedName, name: "a definition",
		failing: repViews, failed: mineDefined, passing: repViews + "p, r:rep, acme, deal, edit, mine, allow", passed: mineDefined},
	{code: access.FindingUnusedName, name: "through one that is not used either",
		failing: repViews, failed: mineAtNight, passing: repViews + "p2, r:rep, acme, deal, phone, mine_at_night, read", passed: mineAtNight},
	{code: access.FindingExpiringAdmin, name: "a grant",
		failing: adminPolicy, failed: grantUntil("admin", noon.Add(time.Hour)), passing: adminPolicy + "g, u:bob, r:admin, acme"},
	{code: access.FindingExpiringAdmin, name: "through a role that inherits it",
		failing: adminPolicy + "g, r:boss, r:admin, acme", failed: grantUntil("boss", noon.Add(time.Hour)),
		passing: adminPolicy + "g, r:boss, r:rep, acme", passed: grantUntil("boss", noon.Add(time.Hour))},
}

var (
	mfa         = access.Definition{Name: "mfa", Condition: &condition.Spec{Assurance: &condition.Assurance{Level: 2}}}
	mineDefined = access.Rows{Definitions: []access.Definition{{Name: "mine", Expr: "own"}}}
	mineAtNight = access.Rows{Definitions: []access.Definition{{Name: "mine", Expr: "own"}, {Name: "mine_at_night", Expr: "mine && !office_hours"}}}
)

// linted are the findings about a policy of acme; office_hours and mfa are defined for every tenant.
func linted(t *testing.T, policy string, more access.Rows) []access.Finding {
	t.Helper()
	rows, err := access.ParseRows(policy)
	require.NoError(t, err)
	rows.Definitions = append([]access.Definition{officeHours, mfa}, more.Definitions...)
	rows.Definitions[0].Tenant, rows.Definitions[1].Tenant = access.Shared, access.Shared
	rows.Grants, rows.Roles = more.Grants, more.Roles
	return lintedRows(t, rows)
}

func lintedRows(t *testing.T, rows access.Rows) []access.Finding {
	t.Helper()
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	found, err := over(t, store, withVault).Lint(context.Background(), "acme")
	require.NoError(t, err)
	return found
}

// withVault adds a type that has sensitive actions only, and no field, and one whose records are nobody's.
func withVault(c *access.Config) {
	nobodys := scope.Schema{SingleTenant: true, Attrs: []scope.Attr{{Name: "id", Kind: scope.KindInt}}}
	c.Catalog.Types = append(c.Catalog.Types,
		access.Type{Name: "vault", Schema: nobodys, Actions: []access.Action{{Name: "export"}, {Name: "delete"}}},
		access.Type{Name: "page", Schema: nobodys, Actions: []access.Action{{Name: "view"}}})
}

func byCode(found []access.Finding, code access.FindingCode) (texts []string) {
	for _, f := range found {
		if f.Code == code {
			texts = append(texts, f.Text(reasontext.English))
		}
	}
	return texts
}

func TestLint(t *testing.T) {
	seen := map[access.FindingCode]bool{}
	var en, zh strings.Builder
	for _, c := range lintCases {
		seen[c.code] = true
		name := string(c.code) + ": " + c.name
		t.Run(name, func(t *testing.T) {
			failing := linted(t, c.failing, c.failed)
			assert.NotEmpty(t, byCode(failing, c.code), "found instead: %v", failing)
			assert.Empty(t, byCode(linted(t, c.passing, c.passed), c.code))
			en.WriteString("# " + name + "\n")
			zh.WriteString("# " + name + "\n")
			for _, f := range failing {
				if f.Code == c.code {
					en.WriteString(f.Text(reasontext.English) + "\n")
					zh.WriteString(f.Text(reasontext.Chinese) + "\n")
				}
			}
		})
	}
	for _, code := range access.FindingCodes() {
		assert.True(t, seen[code], "no fixture for %s", code)
	}
	golden(t, "lint/findings.en.golden", en.String())
	golden(t, "lint/findings.zh.golden", zh.String())
}

// golden compares with a file below testdata, or writes it if ACCESS_UPDATE_GOLDEN is set.
func golden(t *testing.T, name, have string) {
	t.Helper()
	file := filepath.Join("testdata", filepath.FromSlash(name))
	if os.Getenv("ACCESS_UPDATE_GOLDEN") != "" {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(have), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), have, file)
}

func TestEveryFindingHasSentencesInBothLanguages(t *testing.T) {
	for _, c := range access.FindingCodes() {
		require.True(t, reasontext.HasFinding(string(c)), c)
		en, zh := reasontext.Finding("en", string(c)), reasontext.Finding("zh", string(c))
		assert.NotEqual(t, string(c), en)
		assert.NotEqual(t, en, zh)
		assert.Equal(t, en, reasontext.Finding("fr", string(c)))
	}
	assert.Equal(t, "no_such", reasontext.Finding("en", "no_such"))
}

// Everything at once is right: lint has nothing to say.
func TestLintIsSilentAboutACleanPolicy(t *testing.T) {
	found := linted(t, adminPolicyWithMFA+`
p, r:rep, acme, deal, view, own, allow
p, r:rep, acme, deal, export, own && mfa, allow
p, r:rep, acme, deal, delete, own && mfa, allow
p2, r:rep, acme, deal, *, always, read
p, r:mgr, acme, deal, view, team, allow
p, r:mgr, acme, deal, view, !office_hours, deny
g, r:mgr, r:rep, acme
g, u:ann, r:rep, acme
g, u:max, r:mgr, acme
`, access.Rows{Roles: described("rep", "mgr", "admin")})
	assert.Empty(t, found)
}

const adminPolicyWithMFA = "p, r:admin, acme, policy, administer, mfa, allow\ng, u:root, r:admin, acme\n"

func TestLintSpeaksOfTheTenantsOwnRows(t *testing.T) {
	shared, err := access.ParseRows("p, r:rep, *, deal, export, global, allow\np, r:spare, *, deal, view, own && unowned, allow")
	require.NoError(t, err)
	own, err := access.ParseRows("g, u:ann, r:rep, acme")
	require.NoError(t, err)
	store, err := access.NewMemoryStore(access.Policy{Tenant: access.Shared, Rows: shared}, access.Policy{Tenant: "acme", Rows: own})
	require.NoError(t, err)
	a := over(t, store)
	found, err := a.Lint(context.Background(), "acme")
	require.NoError(t, err)
	assert.Empty(t, found, "a tenant can't put right what is not his")
	found, err = a.Lint(context.Background(), access.Shared)
	require.NoError(t, err)
	assert.Equal(t, []access.FindingCode{
		access.FindingDeadCondition, access.FindingExportUnseen, access.FindingNoAssurance, access.FindingUndescribed, access.FindingUndescribed,
	}, findingCodes(found), "who holds a shared role is not for the shared rows to say")
}

func findingCodes(found []access.Finding) (out []access.FindingCode) {
	for _, f := range found {
		out = append(out, f.Code)
	}
	return out
}

func TestLintErrors(t *testing.T) {
	ctx := context.Background()
	store := &failing{Store: memory(t, repPolicy)}
	a := over(t, store)
	for _, bad := range []string{"", "a,b"} {
		_, err := a.Lint(ctx, bad)
		assert.ErrorIs(t, err, access.ErrInvalid, bad)
	}
	found, err := a.Lint(ctx, "nobody")
	assert.NoError(t, err)
	assert.Empty(t, found)
	store.set(true)
	_, err = a.Lint(ctx, "acme")
	assert.ErrorIs(t, err, access.ErrUnavailable)
	require.NoError(t, a.Close())
	_, err = a.Lint(ctx, "acme")
	assert.ErrorIs(t, err, access.ErrClosed)
}
