package access

import (
	"context"
	"fmt"
	"strings"

	"github.com/seed9b40ffc1/crmaccess/access/reasontext"
)

// FindingCode says what lint found, for programs; package reasontext has the sentences.
type FindingCode string

// The finding codes.
const (
	FindingDeadCondition    FindingCode = "dead_condition"          // a rule whose when can't be as the rule needs it
	FindingDeadTarget       FindingCode = "dead_target"             // a rule that covers no action or field of any type
	FindingDeadRole         FindingCode = "dead_role"               // a rule of a role that no other row names
	FindingShadowed         FindingCode = "shadowed"                // an allow that denies, in Names, always take back
	FindingInheritedDeny    FindingCode = "inherited_deny"          // a deny or hide that Role gets by inheritance
	FindingExportUnseen     FindingCode = "export_without_view"     // an export of types, in Names, that its role can't view
	FindingExportBeyondView FindingCode = "export_beyond_view"      // an export of more than its role can view
	FindingNoAssurance      FindingCode = "no_assurance"            // a sensitive action, whatever the sign-in was
	FindingViewedByAll      FindingCode = "viewed_by_all"           // a type, in Names, that everyone views globally
	FindingUndescribed      FindingCode = "undescribed_role"        // Role lacks a purpose or an owner, in Names
	FindingUnheld           FindingCode = "unheld_role"             // nobody holds Role, now or later
	FindingUnknownRole      FindingCode = "unknown_role"            // Role is given or inherited, and there is no such role
	FindingUnusedName       FindingCode = "unused_name"             // a definition, in Names, that no rule uses
	FindingExpiringAdmin    FindingCode = "expiring_administration" // a right to administer that ends by itself
)

// FindingCodes lists every code.
func FindingCodes() []FindingCode {
	return []FindingCode{
		FindingDeadCondition, FindingDeadTarget, FindingDeadRole, FindingShadowed, FindingInheritedDeny, FindingExportUnseen,
		FindingExportBeyondView, FindingNoAssurance, FindingViewedByAll, FindingUndescribed, FindingUnheld,
		FindingUnknownRole, FindingUnusedName, FindingExpiringAdmin,
	}
}

// Finding is one thing about a policy that somebody should look at. It refuses nothing.
type Finding struct {
	Code  FindingCode `json:"code"`
	Role  string      `json:"role,omitempty"`  // the role that it is about
	Row   string      `json:"row,omitempty"`   // the row to look at, as text
	Names []string    `json:"names,omitempty"` // what else it is about; the code says what
}

// Text tells the finding to an administrator in one line, in "en" or "zh".
func (f Finding) Text(lang string) string {
	out := reasontext.Finding(lang, string(f.Code))
	if f.Role != "" {
		out += " " + wordsIn(lang).role + " " + f.Role
	}
	if f.Row != "" {
		out += " [" + f.Row + "]"
	}
	if len(f.Names) > 0 {
		out += " (" + strings.Join(f.Names, "; ") + ")"
	}
	return out
}

// Lint looks for what is likely not meant in a tenant's policy as the store has it now. It speaks of the tenant's own
// rows, in the light of those shared by all; ask for Shared to hear about the latter. The findings come in the order of
// their codes and then of their text, always the same for the same policy and time. A row that is invalid is an error
// that names it. Show findings to holders of the action explain only.
//
// Lint does no I/O but the load. Each finding is logged once soon after a policy is loaded or changed: as a warning, or for
// debugging if it is merely untidy (undescribed_role, unheld_role, unused_name).
func (a *Authorizer) Lint(ctx context.Context, tenant string) ([]Finding, error) {
	if a.closed.Load() {
		return nil, ErrClosed
	}
	return a.lintStored(ctx, tenant)
}

func (ts *tenants) lintStored(ctx context.Context, tenant string) ([]Finding, error) {
	if tenant != Shared {
		if err := CheckID(tenant); err != nil {
			return nil, invalid("tenant", tenant, err)
		}
	}
	p, err := ts.store.Load(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, outside(err))
	}
	s, err := ts.compile(p)
	if err != nil {
		return nil, err
	}
	return s.lint(ts.cfg.Now()), nil
}
