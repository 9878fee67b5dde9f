package accessgorm

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// LogEntry is a change as it was applied.
type LogEntry struct {
	access.Entry
	Revision uint64 // the number it was given
}

// LogLimit is the most entries that one call of [Store.Log] returns.
const LogLimit = 1_000

// Log returns the changes of a tenant's own rows (of the shared ones for [access.Shared]) with a revision above after,
// oldest first and at most [LogLimit] of them: ask again with the last one's revision until none come.
func (s *Store) Log(ctx context.Context, tenant string, after uint64) ([]LogEntry, error) {
	if _, err := reach(tenant); err != nil {
		return nil, err
	}
	var rows []logRow
	err := s.table(s.db.WithContext(ctx), tableLog).Where("tenant = ? AND rev > ?", tenant, after).Order("rev").Limit(LogLimit).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("accessgorm: log of %q: %w", tenant, err)
	}
	out := make([]LogEntry, 0, len(rows))
	for _, r := range rows {
		e := LogEntry{Revision: r.Rev}
		if err := json.Unmarshal([]byte(r.Content), &e.Entry); err != nil {
			return nil, badRow(tableLog, fmt.Sprint(r.Rev), err)
		}
		if e.Tenant != r.Tenant || e.By != r.Author || formatTime(e.At) != r.Made {
			return nil, badRow(tableLog, fmt.Sprint(r.Rev), fmt.Errorf("was edited by hand: its columns and its content differ"))
		}
		out = append(out, e)
	}
	return out, nil
}
