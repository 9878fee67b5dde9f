package condition_test

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

func network(cidrs ...string) condition.Spec {
	return condition.Spec{Network: &condition.Network{CIDRs: cidrs}}
}

func TestNetwork(t *testing.T) {
	office := []string{"10.1.0.0/16", "192.0.2.7/32", "2001:db8::/32"}
	for _, c := range []struct {
		cidrs []string
		addr  string
		want  scope.Truth
	}{
		{office, "10.1.255.255", scope.True},
		{office, "10.2.0.0", scope.False},
		{office, "192.0.2.7", scope.True},
		{office, "192.0.2.8", scope.False},
		{office, "2001:db8::1", scope.True},
		{office, "2001:db9::1", scope.False},
		{office, "::ffff:10.1.2.3", scope.True},
		{office, "::ffff:10.2.2.3", scope.False},
		{office, "2001:db8::1%eth0", scope.True},
		{office, "::ffff:10.1.2.3%eth0", scope.True},
		{office, "::10.1.2.3", scope.False},
		{office, "0.0.0.0", scope.Unknown},
		{office, "::", scope.Unknown},
		{office, "::ffff:0.0.0.0", scope.Unknown},
		{[]string{"0.0.0.0/0"}, "203.0.113.9", scope.True},
		{[]string{"0.0.0.0/0"}, "2001:db8::1", scope.False},
		{[]string{"0.0.0.0/0", "::/0"}, "0.0.0.0", scope.Unknown},
		{[]string{"::/0"}, "203.0.113.9", scope.False},
		{[]string{"::/0"}, "::ffff:203.0.113.9", scope.False},
		{[]string{"::ffff:192.0.2.0/120"}, "192.0.2.9", scope.True},
		{[]string{"::ffff:192.0.2.0/120"}, "::ffff:192.0.2.9", scope.True},
		{[]string{"::ffff:192.0.2.0/120"}, "192.0.3.9", scope.False},
		{[]string{"::ffff:0.0.0.0/96"}, "192.0.3.9", scope.True},
	} {
		cond := compile(t, network(c.cidrs...))
		env := condition.Env{Addr: netip.MustParseAddr(c.addr)}
		assert.Equal(t, c.want, cond.Eval(env), "%s in %v", c.addr, c.cidrs)
		if c.want == scope.Unknown {
			assert.Equal(t, "address", cond.Missing(env))
		}
	}
	assert.Equal(t, scope.Unknown, compile(t, network(office...)).Eval(condition.Env{}))
	assert.Equal(t, "address", compile(t, network(office...)).Missing(condition.Env{}))
}

// The other implementation of prefixes in the standard library agrees.
func TestNetworkRandom(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	inside := 0
	for range 20000 {
		ip := make(net.IP, []int{4, 16}[r.IntN(2)])
		for i := range ip {
			ip[i] = byte(r.Uint32())
		}
		bits := r.IntN(8*len(ip) + 1)
		prefix := net.IPNet{IP: ip.Mask(net.CIDRMask(bits, 8*len(ip))), Mask: net.CIDRMask(bits, 8*len(ip))}
		flip := r.IntN(8 * len(ip))
		other := append(net.IP{}, ip...)
		other[flip/8] ^= 1 << (flip % 8)
		addr, ok := netip.AddrFromSlice(other)
		require.True(t, ok)

		c := compile(t, network(prefix.String()))
		want := scope.False
		if prefix.Contains(other) {
			want = scope.True
			inside++
		}
		require.Equal(t, want, c.Eval(condition.Env{Addr: addr}), "seed %d: %s in %s", seed, addr, &prefix)
	}
	assert.Greater(t, inside, 1000)
}
