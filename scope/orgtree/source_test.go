package orgtree

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var acme = []Person{
	{ID: "10", Superior: "8", Inactive: true},
	{ID: "11", Inactive: true},
	{ID: "7", Teams: []string{"1"}, Regions: []string{"cn"}, Attrs: map[string][]string{"skill": {"crm"}}},
	{ID: "8", Teams: []string{"1", "2"}, Regions: []string{"cn-gd"}, Superior: "7"},
	{ID: "9", Superior: "8", Inactive: true},
}

func TestAnOrganisationIsReadFromTheHostsTables(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, h host) {
		o := h.staffed().load(h.source(mapping()))
		assert.Equal(t, acme, o.People, "those without a flag, with a false one and those who left are inactive; nobody of ACME is here")
		assert.Equal(t, []string{"1", "2"}, o.Teams.Subtree("1"))
		assert.Equal(t, "east", o.Teams.Name("2"))
		assert.False(t, o.Teams.Has("3"), "another tenant's")
		assert.True(t, o.Regions.Under("cn-gd", "cn"))
	})
}

func TestWhoeverIsNotThereIsUnknown(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, h host) {
		s := h.staffed().source(mapping())
		for _, tenant := range []string{"", "nobody", "Acme", "acme ", "' OR '1'='1", "*"} {
			_, err := s.Load(context.Background(), tenant)
			assert.ErrorIs(t, err, ErrUnknownTenant, "%q", tenant)
			_, err = s.Revision(context.Background(), tenant)
			assert.ErrorIs(t, err, ErrUnknownTenant, "%q", tenant)
		}
		assert.Empty(t, s.at, "nothing is kept for names that anybody makes up")
	})
}

func TestRowsThatAreNoOrganisationAreRefusedWhole(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, h host) {
		s := h.staffed().source(mapping())
		good := h.load(s)
		for _, row := range []struct{ spoil, mend, says string }{
			{"UPDATE squads SET above = 2 WHERE id = 1", "UPDATE squads SET above = NULL WHERE id = 1", `teams: ["1" "2" "1"] is a cycle`},
			{"UPDATE squads SET above = 3 WHERE id = 2", "UPDATE squads SET above = 1 WHERE id = 2", `teams: parent "3" of "2"`},
			{"UPDATE branches SET above = 'x' WHERE id = 'cn'", "UPDATE branches SET above = NULL WHERE id = 'cn'", `regions: parent "x" of "cn"`},
			{"INSERT INTO squads VALUES (2, 'acme', NULL, 'twin', 1)", "DELETE FROM squads WHERE title = 'twin'", `teams: id "2" is given twice`},
			{"INSERT INTO squads VALUES (NULL, 'acme', NULL, 'none', 1)", "DELETE FROM squads WHERE id IS NULL", "teams: a row has no id"},
			{"INSERT INTO branches VALUES ('', NULL, 1)", "DELETE FROM branches WHERE id = ''", "regions: a row has no id"},
			{"INSERT INTO branches VALUES ('cn ', NULL, 1)", "DELETE FROM branches WHERE LENGTH(id) = 3", `regions: an id "cn " begins or ends with a blank`},
			{"UPDATE staff SET branch = 'CN' WHERE id = 7", "UPDATE staff SET branch = 'cn' WHERE id = 7", `"7" is in the unknown region "CN"`},
			{"INSERT INTO staff_squads VALUES (7, 3, 1)", "DELETE FROM staff_squads WHERE staff_id = 7 AND squad_id = 3", `"7" is in the unknown team "3"`},
			{"INSERT INTO staff_squads VALUES (7, NULL, 1)", "DELETE FROM staff_squads WHERE squad_id IS NULL", "team links: a row has no id"},
			{"UPDATE staff SET boss = 9 WHERE id = 7", "UPDATE staff SET boss = NULL WHERE id = 7", `by their superiors: ["8" "7" "9" "8"] is a cycle`},
			{"UPDATE staff SET boss = 70 WHERE id = 8", "UPDATE staff SET boss = 7 WHERE id = 8", `the superior "70" of "8" is not among them`},
		} {
			h.exec(row.spoil)
			o, err := s.Load(context.Background(), "acme")
			var refused *RefusedError
			if assert.ErrorAs(t, err, &refused, row.spoil) {
				assert.ErrorContains(t, err, row.says)
				assert.Equal(t, "acme", refused.Tenant)
			}
			assert.Zero(t, o, "nothing of it is given away")
			h.exec(row.mend)
		}
		assert.Equal(t, good.People, h.load(s).People)
	})
}

func TestEveryChangeIsAnotherRevision(t *testing.T) {
	untimed := mapping()
	untimed.People.TeamLinks.UpdatedAt = ""
	for name, tables := range map[string]Tables{"timed": mapping(), "read whole": untimed, "the host's own": mapping()} {
		t.Run(name, func(t *testing.T) {
			onEveryDatabase(t, func(t *testing.T, h host) {
				if name == "the host's own" {
					tables.Version = map[bool]string{true: "SELECT version FROM versions WHERE company = $1", false: "SELECT version FROM versions WHERE company = ?"}[h.dialect == Postgres]
				}
				s := h.staffed().source(tables)
				last := h.load(s).Revision
				assert.Equal(t, last, h.revision(s), "nothing happened")
				for i, change := range []string{
					"UPDATE staff SET active = FALSE, changed = %d WHERE id = 7",
					"UPDATE staff SET left_at = '2026-01-01 00:00:00' WHERE id = 8",
					"UPDATE squads SET above = NULL, changed = %d WHERE id = 2",
					"DELETE FROM staff_squads WHERE staff_id = 8 AND squad_id = 1",
					"INSERT INTO branches VALUES ('us', NULL, %d)",
					"DELETE FROM staff WHERE id = 9",
				} {
					if change = stamped(change); name == "the host's own" {
						change += fmt.Sprintf("; UPDATE versions SET version = 'v%d'", i+2)
					}
					h.exec(change)
					now := h.revision(s)
					assert.Greater(t, now, last, change)
					assert.Equal(t, now, h.load(s).Revision, "what is loaded is what was announced")
					last = now
				}
			})
		})
	}
}

// stamped fills in a time of change.
func stamped(statement string) string {
	return strings.ReplaceAll(statement, "%d", fmt.Sprint(time.Now().UnixNano()))
}

// Two changes in one tick: the second keeps both the number of rows and the time of the last change.
func TestAChangeInTheSameTickIsFoundWhenTheTickIsOver(t *testing.T) {
	h := sqlite(t).staffed()
	s := h.source(mapping())
	now := time.Now()
	s.now = func() time.Time { return now }
	first := h.load(s).Revision
	h.exec("UPDATE staff SET active = FALSE WHERE id = 7")
	assert.Equal(t, first, h.revision(s), "it can't be told yet")
	now = now.Add(settle)
	second := h.revision(s)
	require.Greater(t, second, first)
	o := h.load(s)
	assert.Equal(t, second, o.Revision)
	assert.True(t, o.People[2].Inactive, "7 has left")
	now = now.Add(time.Hour)
	assert.Equal(t, second, h.revision(s), "once is enough")
}

func TestARevisionNeverComesBack(t *testing.T) {
	h := sqlite(t).staffed()
	tables := mapping()
	tables.Version = "SELECT version FROM versions WHERE company = ?"
	s := h.source(tables)
	first := h.load(s).Revision
	h.exec("UPDATE versions SET version = 'v2'")
	second := h.revision(s)
	h.exec("UPDATE versions SET version = 'v1'")
	third := h.revision(s)
	assert.Less(t, first, second)
	assert.Less(t, second, third)
	h.exec("UPDATE staff SET company = 'moved' WHERE company = 'acme'")
	_, err := s.Load(context.Background(), "acme")
	require.ErrorIs(t, err, ErrUnknownTenant)
	h.exec("UPDATE staff SET company = 'acme' WHERE company = 'moved'")
	assert.Less(t, third, h.load(s).Revision)
}

// Of a reader whose rows may be older than what another has seen meanwhile, the number is not believed.
func TestAnOlderReadingGetsNoNewNumber(t *testing.T) {
	s := sqlite(t).source(mapping())
	slow := s.begin("acme")
	fast := s.begin("acme")
	_, ok := s.number("acme", "new", fast)
	require.True(t, ok)
	_, ok = s.number("acme", "old", slow)
	assert.False(t, ok)
}

// A person moves between two teams while others read: nobody ever sees him in both or none.
func TestAMoveIsNeverSeenHalf(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, h host) {
		s := h.staffed().source(mapping())
		stop := make(chan struct{})
		var group sync.WaitGroup
		group.Add(1)
		go func() {
			defer group.Done()
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				tx, err := h.db.Begin()
				if err != nil {
					continue
				}
				_, err1 := tx.Exec(fmt.Sprintf("UPDATE staff_squads SET squad_id = %d, changed = %d WHERE staff_id = 7", 1+i%2, time.Now().UnixNano()))
				_, err2 := tx.Exec(fmt.Sprintf("UPDATE staff SET branch = '%s', changed = %d WHERE id = 7", []string{"cn", "cn-gd"}[i%2], time.Now().UnixNano()))
				if err1 != nil || err2 != nil || tx.Commit() != nil {
					_ = tx.Rollback()
				}
			}
		}()
		met := map[string]int{}
		numbers := map[uint64]string{}
		for range 60 {
			o := h.load(s)
			p := o.People[2]
			require.Equal(t, "7", p.ID)
			state := fmt.Sprint(p.Teams, p.Regions)
			met[state]++
			if was, ok := numbers[o.Revision]; ok {
				assert.Equal(t, was, state, "one revision, two states")
			}
			numbers[o.Revision] = state
		}
		close(stop)
		group.Wait()
		for state := range met {
			assert.Contains(t, []string{"[1] [cn]", "[2] [cn-gd]"}, state)
		}
	})
}

func TestOneTenantNeedsNoColumn(t *testing.T) {
	h := sqlite(t)
	h.exec("CREATE TABLE users (id TEXT, unit TEXT, live INT); CREATE TABLE units (id TEXT); INSERT INTO units VALUES ('a'); INSERT INTO users VALUES ('ann', 'a', 1)")
	s := h.source(Tables{OnlyTenant: "acme", People: People{Table: "main.users", ID: "id", Team: "unit", Active: "live"}, Teams: Nodes{Table: "units", ID: "id"}})
	assert.Equal(t, []Person{{ID: "ann", Teams: []string{"a"}}}, h.load(s).People)
	_, err := s.Load(context.Background(), "globex")
	assert.ErrorIs(t, err, ErrUnknownTenant)
	h.exec("UPDATE users SET live = 2")
	_, err = s.Load(context.Background(), "acme")
	assert.ErrorContains(t, err, `the flag of "ann" is "2", neither true nor false`)
}

// A link may hold a rule that denies, so that one that can't be placed is not passed over.
func TestALinkOfNobodyIsRefused(t *testing.T) {
	h := sqlite(t)
	h.exec(`CREATE TABLE users (id TEXT, company TEXT); CREATE TABLE units (id TEXT, company TEXT); CREATE TABLE members (who TEXT, unit TEXT, company TEXT);
		INSERT INTO users VALUES ('ann', 'acme'), ('eve', 'globex'); INSERT INTO units VALUES ('a', 'acme'); INSERT INTO members VALUES ('ann', 'a', 'acme')`)
	tables := Tables{
		People: People{Table: "users", ID: "id", Tenant: "company", TeamLinks: Links{Table: "members", Person: "who", Node: "unit", Tenant: "company"}},
		Teams:  Nodes{Table: "units", ID: "id", Tenant: "company"},
	}
	assert.Equal(t, []Person{{ID: "ann", Teams: []string{"a"}}}, h.load(h.source(tables)).People)
	for _, nobody := range []string{"Ann", "eve", "ben"} {
		h.exec("UPDATE members SET who = '" + nobody + "'")
		_, err := h.source(tables).Load(context.Background(), "acme")
		assert.ErrorContains(t, err, `team links: "`+nobody+`" is linked with "a", but is not among the people`)
	}
}

func TestAnErrorIsNoOrganisation(t *testing.T) {
	h := sqlite(t).staffed()
	s := h.source(mapping())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := s.Load(ctx, "acme")
	assert.ErrorIs(t, err, context.Canceled)
	h.load(s)
	h.exec("DROP TABLE squads")
	_, err = s.Load(context.Background(), "acme")
	assert.ErrorContains(t, err, "squads")
	_, err = s.Revision(context.Background(), "acme")
	assert.ErrorContains(t, err, "squads")
	assert.NotErrorIs(t, err, ErrUnknownTenant)
	_, err = (*Source)(nil).Load(context.Background(), "acme")
	assert.ErrorContains(t, err, "NewSource")
	for _, version := range []string{"SELECT 1 WHERE 1=0 AND '' = ?", "SELECT NULL WHERE '' <> ?", "SELECT 1, 2 WHERE '' <> ?", "SELECT 1 WHERE '' <> ? UNION SELECT 2"} {
		tables := mapping()
		tables.Version = version
		_, err = h.source(tables).Load(context.Background(), "acme")
		assert.ErrorContains(t, err, "the version query", version)
	}
}
