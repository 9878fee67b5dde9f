package access

import (
	"cmp"
	"slices"
	"time"
)

// CompareReport is what Compare counted, on this Authorizer since it was made: each process counts for itself, and a
// restart begins anew. A change of policy does not.
type CompareReport struct {
	Since time.Time      `json:"since,omitzero"` // of the first call
	Cells []ComparedCell `json:"cells,omitempty"`
	// Quiet are the types that were first asked about at least as long ago as the report was asked for, and since then
	// had no disagreement and no error. A type that was never asked about is not quiet.
	Quiet []string `json:"quiet,omitempty"`
	// Stray counts requests about types or actions that the Catalog does not have.
	Stray uint64 `json:"stray,omitempty"`
}

// ComparedCell is one action on one type.
type ComparedCell struct {
	Type      string    `json:"type"`
	Action    string    `json:"action"`
	Asked     uint64    `json:"asked"`
	Agreed    uint64    `json:"agreed"`
	OldOnly   uint64    `json:"old_only"` // the old check allowed what the policy refuses
	NewOnly   uint64    `json:"new_only"` // the policy allows what the old check refused
	Errors    uint64    `json:"errors"`   // the policy could not decide
	LastError string    `json:"last_error,omitempty"`
	Since     time.Time `json:"since"`          // first asked
	Wrong     time.Time `json:"wrong,omitzero"` // the last disagreement or error
	// Disagreements are the first hundred that differ in rule or direction; More counts what others there were.
	Disagreements []Disagreement `json:"disagreements,omitempty"`
	More          uint64         `json:"more,omitempty"`
}

// CompareReport reports what Compare counted, by type and action; quiet says for how long a type must have had no
// disagreement to be called quiet, and 0 calls none so. Its rules are for holders of the action explain. It works on a
// closed Authorizer too.
func (a *Authorizer) CompareReport(quiet time.Duration) CompareReport {
	out := CompareReport{Stray: a.compared.stray.Load()}
	if at := a.compared.since.Load(); at != 0 {
		out.Since = time.Unix(0, at)
	}
	a.compared.cells.Range(func(_, cell any) bool {
		if x, asked := cell.(*comparedCell).report(); asked {
			out.Cells = append(out.Cells, x)
		}
		return true
	})
	slices.SortFunc(out.Cells, func(x, y ComparedCell) int {
		return cmp.Or(cmp.Compare(x.Type, y.Type), cmp.Compare(x.Action, y.Action))
	})
	if quiet > 0 {
		out.Quiet = quietTypes(out.Cells, a.cfg.Now().Add(-quiet))
	}
	return out
}

// report is not asked if its first request is still being decided.
func (c *comparedCell) report() (x ComparedCell, asked bool) {
	at := c.first.Load()
	if at == 0 {
		return x, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	x = ComparedCell{
		Type: c.typ, Action: c.action, Agreed: c.agreed.Load(), OldOnly: c.rules.count[1], NewOnly: c.rules.count[0], Errors: c.failed,
		LastError: c.fault, Since: time.Unix(0, at), Wrong: c.wrong, Disagreements: c.rules.list(), More: c.rules.more,
	}
	x.Asked = x.Agreed + x.OldOnly + x.NewOnly + x.Errors
	return x, x.Asked > 0
}

// quietTypes are those first asked about before an instant, and without fault since.
func quietTypes(cells []ComparedCell, since time.Time) []string {
	var out []string
	for i := 0; i < len(cells); {
		typ, known, fault := cells[i].Type, false, false
		for ; i < len(cells) && cells[i].Type == typ; i++ {
			known = known || !cells[i].Since.After(since)
			fault = fault || cells[i].Wrong.After(since)
		}
		if known && !fault {
			out = append(out, typ)
		}
	}
	return out
}
