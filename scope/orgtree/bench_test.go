package orgtree

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// crowded fills the tables with 10,000 teams and 100,000 people, ten to a superior and a team for each.
func (h host) crowded() host {
	const teams, people, batch = 10_000, 100_000, 1_000
	insert := func(table string, n int, row func(i int) string) {
		for from := 1; from <= n; from += batch {
			var rows []string
			for i := from; i < min(from+batch, n+1); i++ {
				rows = append(rows, row(i))
			}
			h.exec("INSERT INTO " + table + " VALUES " + strings.Join(rows, ", "))
		}
	}
	h.exec("INSERT INTO branches VALUES ('cn', NULL, 1)")
	insert("squads", teams, func(i int) string { return fmt.Sprintf("(%d, 'acme', %d, 'team %d', 1)", i, i/10, i) })
	insert("staff", people, func(i int) string {
		return fmt.Sprintf("(%d, 'acme', TRUE, NULL, %d, 'cn', 'crm', 1)", i, i/10)
	})
	insert("staff_squads", people, func(i int) string { return fmt.Sprintf("(%d, %d, 1)", i, 1+i%teams) })
	return h
}

func BenchmarkSource(b *testing.B) {
	for _, d := range databases {
		b.Run(d.name, func(b *testing.B) {
			h := d.open(b).crowded()
			timed, whole := mapping(), mapping()
			whole.People.UpdatedAt = ""
			for name, tables := range map[string]Tables{"timed": timed, "read whole": whole} {
				s := h.source(tables)
				b.Run("load, "+name, func(b *testing.B) {
					for range b.N {
						require.Len(b, h.load(s).People, 100_000)
					}
				})
				b.Run("look, "+name, func(b *testing.B) {
					for range b.N {
						_, err := s.look(context.Background(), "acme")
						require.NoError(b, err)
					}
				})
			}
		})
	}
}
