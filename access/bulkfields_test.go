package access_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// A bulk write sets a field only if it may be edited on every record that the rules reach, as it is and as it will be:
// also on those that only a rule about the new image reaches.
func TestABulkWriteSetsNoFieldThatIsNotEditableOnAllItReaches(t *testing.T) {
	stage := map[string]scope.Value{"stage": scope.Text("won")}
	handOver := map[string]scope.Value{"stage": scope.Text("won"), "owner_id": scope.Text("bob")}
	for _, c := range []struct {
		rules string
		set   map[string]scope.Value
		want  bool
	}{
		{"own", stage, true},
		{"new.own", stage, true},
		{"old.own && new.global", stage, true},
		{"global", stage, false},
		{"new.global", stage, false},
		{"!new.unowned", stage, false},
		{"old.own && new.global", handOver, false},
		{"new.own", handOver, false},
	} {
		a := acme(t, "p, r:rep, acme, deal, edit, "+c.rules+", allow\np2, r:rep, acme, deal, stage, own, edit\n"+
			"p2, r:rep, acme, deal, owner_id, always, edit\ng, u:ann, r:rep, acme\n")
		d, err := a.Authorize(context.Background(), request("ann", "edit", access.Resource{Set: c.set}))
		require.NoError(t, err, c.rules)
		assert.Equal(t, c.want, d.Allowed(), "%s: %v", c.rules, c.set)
	}
}

func TestAFieldIsNotWritableWhereARuleAboutTheNewImageReachesFurther(t *testing.T) {
	policy := "p, r:rep, acme, deal, edit, own, allow\np2, r:rep, acme, deal, stage, own, edit\ng, u:ann, r:rep, acme\n"
	assert.NoError(t, decide(t, acme(t, policy), "ann", "edit", access.Resource{}).Writable("stage"))
	wider := acme(t, policy+"p, r:rep, acme, deal, edit, new.global, allow\n")
	assert.ErrorIs(t, decide(t, wider, "ann", "edit", access.Resource{}).Writable("stage"), access.ErrDenied)
	assert.NoError(t, decide(t, wider, "ann", "edit", of(annsDeal)).Writable("stage"), "her own record")
}
