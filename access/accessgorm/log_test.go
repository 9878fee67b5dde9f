package accessgorm

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
)

func TestStore_log(t *testing.T) {
	_, s := fresh(t)
	first := entry("acme", 0, everything("acme"), access.Rows{})
	rev, err := s.Apply(ctx, first)
	require.NoError(t, err)
	must(t, s, "globex", rules("globex", 0, 1), access.Rows{})
	must(t, s, "acme", access.Rows{}, access.Rows{Assignments: everything("acme").Assignments})

	log, err := s.Log(ctx, "acme", 0)
	require.NoError(t, err)
	require.Len(t, log, 2, "another tenant's change is not in it")
	assert.Equal(t, LogEntry{Entry: first, Revision: rev}, log[0], "a change comes back as it was made")
	assert.Equal(t, everything("acme").Assignments, log[1].Remove.Assignments)
	log, err = s.Log(ctx, "acme", rev)
	require.NoError(t, err)
	require.Len(t, log, 1)
	assert.EqualValues(t, 3, log[0].Revision)
}

func TestStore_logIsPaged(t *testing.T) {
	db, s := fresh(t)
	rows := make([]logRow, 0, LogLimit+5)
	for n := range LogLimit + 5 {
		e := entry("acme", uint64(n), access.Rows{}, access.Rows{})
		content, err := json.Marshal(e)
		require.NoError(t, err)
		rows = append(rows, logRow{Rev: uint64(n + 1), Tenant: "acme", Author: e.By, Made: formatTime(e.At), Content: string(content)})
	}
	require.NoError(t, db.Table("crmaccess_log").CreateInBatches(rows, 500).Error)
	page, err := s.Log(ctx, "acme", 0)
	require.NoError(t, err)
	require.Len(t, page, LogLimit)
	page, err = s.Log(ctx, "acme", page[LogLimit-1].Revision)
	require.NoError(t, err)
	assert.Len(t, page, 5)
}

func TestStore_logEditedByHand(t *testing.T) {
	for _, edit := range []string{
		"UPDATE crmaccess_log SET author = 'somebody else' WHERE rev = 1", "UPDATE crmaccess_log SET made = '' WHERE rev = 1",
		"UPDATE crmaccess_log SET tenant = 'acme' WHERE rev = 2", "UPDATE crmaccess_log SET content = '{' WHERE rev = 1",
		"UPDATE crmaccess_log SET content = replace(content, 'root', 'somebody else') WHERE rev = 1",
	} {
		db, s := fresh(t)
		must(t, s, "acme", rules("acme", 0, 1), access.Rows{})
		must(t, s, "globex", rules("globex", 0, 1), access.Rows{})
		require.NoError(t, db.Exec(edit).Error)
		_, err := s.Log(ctx, "acme", 0)
		assert.ErrorIs(t, err, access.ErrInvalid, edit)
	}
}
