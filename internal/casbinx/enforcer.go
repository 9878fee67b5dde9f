package casbinx

import (
	"errors"
	"fmt"
	"slices"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
	"github.com/casbin/casbin/v2/persist"
	defaultrolemanager "github.com/casbin/casbin/v2/rbac/default-role-manager"
)

// Functions decide what the type and the action of a rule cover. Both are required, pure and safe for concurrent use.
type Functions struct {
	CoversType   func(pattern, typ, eft string) bool
	CoversAction func(pattern, typ, action, eft string) bool
}

// New returns an enforcer holding the lines, each a row type (p, p2 or g) and its values, all of one tenant: shared
// rows are written out under its name. Lines that are there twice count once. The enforcer keeps nothing of lines.
func New(lines [][]string, f Functions) (*casbin.Enforcer, error) {
	if f.CoversType == nil || f.CoversAction == nil {
		return nil, errors.New("casbinx: CoversType and CoversAction are both required")
	}
	if err := checkLines(lines); err != nil {
		return nil, err
	}
	m, err := model.NewModelFromString(modelText)
	if err != nil {
		return nil, fmt.Errorf("casbinx: model: %w", err)
	}
	e, err := casbin.NewEnforcer(m)
	if err != nil {
		return nil, fmt.Errorf("casbinx: enforcer: %w", err)
	}
	// A role manager set on a filled enforcer is not used until its links are rebuilt, so it comes first.
	e.SetNamedRoleManager("g", defaultrolemanager.NewRoleManager(MaxDepth))
	addFunctions(e, f)
	for _, l := range lines {
		if err := persist.LoadPolicyArray(slices.Clone(l), e.GetModel()); err != nil {
			return nil, fmt.Errorf("casbinx: row %q: %w", l, err)
		}
	}
	if err := e.BuildRoleLinks(); err != nil {
		return nil, fmt.Errorf("casbinx: role links: %w", err)
	}
	return e, nil
}

func addFunctions(e *casbin.Enforcer, f Functions) {
	e.AddFunction("coversType", func(args ...any) (any, error) {
		s, err := texts(args, 3)
		return err == nil && f.CoversType(s[0], s[1], s[2]), err
	})
	e.AddFunction("coversAction", func(args ...any) (any, error) {
		s, err := texts(args, 4)
		return err == nil && f.CoversAction(s[0], s[1], s[2], s[3]), err
	})
	e.AddFunction("holds", holds)
}

// texts returns args as n strings.
func texts(args []any, n int) ([]string, error) {
	out := make([]string, 0, n)
	for _, a := range args {
		if s, ok := a.(string); ok {
			out = append(out, s)
		}
	}
	if len(out) != n || len(args) != n {
		return nil, fmt.Errorf("casbinx: a function was called with %d arguments, %d of them strings; it takes %d strings", len(args), len(out), n)
	}
	return out, nil
}
