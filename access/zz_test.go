package access_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/stretchr/testify/require"
)

func TestZZ(t *testing.T) {
	a := acme(t, adminPolicy+`
p, r:rep, acme, deal, edit, own, allow
p2, r:rep, acme, deal, *, always, read
p2, r:rep, acme, deal, phone, own, mask:phone
`)
	rows, err := access.ParseRows(`
p, r:rep, acme, deal, view, team && office_hours, allow
p, r:rep, acme, deal, edit, own && team, allow
p, r:rep, acme, deal, transfer, old.own && new.team, allow
p, r:rep, acme, deal, create, own, allow
p2, r:rep, acme, deal, stage, own, edit
g, u:bob, r:rep, acme
`)
	require.NoError(t, err)
	d, err := a.Diff(context.Background(), by("root"), add(rows), access.DiffOptions{})
	require.NoError(t, err)
	fmt.Println(d.Text("en"))
	b, _ := json.MarshalIndent(d, "", " ")
	fmt.Println(len(b))
}
