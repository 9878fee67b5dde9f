package access

import (
	"fmt"
	"log/slog"
	"math"
	"reflect"
	"slices"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/audit"
	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// AuditFailure says what happens to a decision whose event could not be written.
type AuditFailure uint8

const (
	// DenyOnAuditFailure answers with ErrAudit and the zero Decision.
	DenyOnAuditFailure AuditFailure = iota
	// ProceedWithoutAudit logs the failure and lets the decision stand, but for sensitive actions and changes of
	// policy: no receipt, no access.
	ProceedWithoutAudit
)

// Config is everything New may be told. Only Catalog is required.
type Config struct {
	// Catalog is what the host protects.
	Catalog Catalog

	// Directory knows the tenants' people, teams and regions. Without one a subject is known if he holds an
	// assignment or a live grant, and belongs to no team or region.
	Directory Directory

	// Loader fetches records that requests name by id, and answers scopes that look at related rows. Without one
	// such requests are errors.
	Loader Loader

	// Scopes are the host's own scopes by name, beside the stock ones.
	Scopes map[string]scope.Resolver

	// Conditions are the host's own conditions by name. One that panics, returns an error or takes longer than
	// ConditionBudget (0 means 50 ms) is unknown, which helps nobody; Logger and Health tell of it. Nobody can say for
	// how long such a condition stays as it is: a decision that asked one is valid until the instant it was made.
	Conditions      map[string]condition.Func
	ConditionBudget time.Duration

	// Maskers are the maskers that field rules may name; nil means field.NewMaskers().
	Maskers *field.Maskers

	// Now is the clock of decisions; nil means time.Now. It is called from several goroutines.
	Now func() time.Time

	// Poll is how often policy revisions are looked up, DirectoryPoll how often those of the Directory, MaxStale how long
	// decisions go on without a successful look at both. For Poll 0 means 5 s, for DirectoryPoll 5 s or Poll, whichever
	// is less, for MaxStale 30 s or three times the longer of the two, whichever is more. Negative values, and a MaxStale
	// below twice the longer of the two, are refused. Touch looks at once.
	Poll, DirectoryPoll, MaxStale time.Duration

	// Operators may change the rows shared by all tenants.
	Operators []Subject

	// Bootstrap may make the first change of their own tenant's policy, while it stands at revision 0.
	Bootstrap []Subject

	// Audit receives an event for each decision that is not advisory and for each commit and policy change; nil
	// means none. It is called before Authorize returns. AuditFailure says what a failure does.
	Audit        audit.Sink
	AuditFailure AuditFailure

	// CrossCheck is the share of decisions about records, from 0 to 1, that Casbin decides a second time. A
	// disagreement is ErrMismatch, a denial, and reported to Logger.
	CrossCheck float64

	// Logger receives what has no caller to return to; nil means slog.Default().
	Logger *slog.Logger
}

func (c *Config) complete() error {
	if err := c.completePolls(); err != nil {
		return err
	}
	if c.ConditionBudget < 0 {
		return invalid("configuration", "ConditionBudget", fmt.Errorf("is negative"))
	}
	if c.ConditionBudget == 0 {
		c.ConditionBudget = defaultBudget
	}
	for name, part := range map[string]any{"Directory": c.Directory, "Loader": c.Loader, "Audit": c.Audit} {
		if isNilPointer(part) {
			return invalid("configuration", name, fmt.Errorf("is a nil pointer: leave it out, or pass a real one"))
		}
	}
	if math.IsNaN(c.CrossCheck) || c.CrossCheck < 0 || c.CrossCheck > 1 {
		return invalid("configuration", "CrossCheck", fmt.Errorf("is %v, it must lie between 0 and 1", c.CrossCheck))
	}
	if c.AuditFailure > ProceedWithoutAudit {
		return invalid("configuration", "AuditFailure", fmt.Errorf("is unknown"))
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	c.Maskers = maskers(c.Maskers)
	c.Operators, c.Bootstrap = slices.Clone(c.Operators), slices.Clone(c.Bootstrap)
	for _, s := range slices.Concat(c.Operators, c.Bootstrap) {
		if err := s.check(); err != nil {
			return err
		}
	}
	return nil
}

func (c *Config) completePolls() error {
	const usual = 5 * time.Second
	if c.Poll < 0 || c.DirectoryPoll < 0 || c.MaxStale < 0 {
		return invalid("configuration", "Poll, DirectoryPoll, MaxStale", fmt.Errorf("are negative"))
	}
	if c.Poll == 0 {
		c.Poll = usual
	}
	if c.DirectoryPoll == 0 {
		c.DirectoryPoll = min(usual, c.Poll)
	}
	longer := max(c.Poll, c.DirectoryPoll)
	if c.MaxStale == 0 {
		c.MaxStale = max(30*time.Second, 3*longer)
	}
	if c.MaxStale < 2*longer {
		return invalid("configuration", "MaxStale", fmt.Errorf("is %v, less than twice the longer of Poll (%v) and DirectoryPoll (%v): decisions would be stale between two looks", c.MaxStale, c.Poll, c.DirectoryPoll))
	}
	return nil
}

// isNilPointer reports whether an interface holds a pointer that is nil, which calls would fall over.
func isNilPointer(x any) bool {
	v := reflect.ValueOf(x)
	return v.Kind() == reflect.Pointer && v.IsNil()
}
