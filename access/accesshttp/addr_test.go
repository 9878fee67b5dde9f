package accesshttp_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accesshttp"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
)

func trusting(prefixes ...string) tweak {
	return func(_ *access.Config, o *accesshttp.Options) {
		o.TrustedProxies = nil
		for _, p := range prefixes {
			o.TrustedProxies = append(o.TrustedProxies, netip.MustParsePrefix(p))
		}
	}
}

func TestAddr(t *testing.T) {
	direct := newWorld(t, trusting())
	proxied := newWorld(t, trusting("10.0.0.0/8", "::ffff:192.168.0.0/112", "fd00::/8"))
	for _, c := range []struct {
		name, remote string
		forwarded    []string
		direct, want string // "" is unknown
	}{
		{name: "port", remote: "198.51.100.4:1234", direct: "198.51.100.4", want: "198.51.100.4"},
		{name: "no port", remote: "198.51.100.4", direct: "198.51.100.4", want: "198.51.100.4"},
		{name: "brackets", remote: "[2001:db8::1]:1234", direct: "2001:db8::1", want: "2001:db8::1"},
		{name: "zone", remote: "[fe80::1%eth0]:1234", direct: "fe80::1", want: "fe80::1"},
		{name: "mapped", remote: "[::ffff:198.51.100.4]:1234", direct: "198.51.100.4", want: "198.51.100.4"},
		{name: "unix socket", remote: "@", forwarded: []string{"203.0.113.7"}},
		{name: "blank", remote: "", forwarded: []string{"203.0.113.7"}},
		{name: "unspecified", remote: "0.0.0.0:80", forwarded: []string{"203.0.113.7"}},
		{name: "a stranger's header", remote: "198.51.100.4:1234", forwarded: []string{"203.0.113.7"}, direct: "198.51.100.4", want: "198.51.100.4"},
		{name: "a proxy's header", remote: "10.0.0.1:1", forwarded: []string{"203.0.113.7"}, direct: "10.0.0.1", want: "203.0.113.7"},
		{name: "leftmost is attacker text", remote: "10.0.0.1:1", forwarded: []string{"203.0.113.7, 198.51.100.4"}, direct: "10.0.0.1", want: "198.51.100.4"},
		{name: "two lines are one list", remote: "10.0.0.1:1", forwarded: []string{"203.0.113.7", "198.51.100.4"}, direct: "10.0.0.1", want: "198.51.100.4"},
		{name: "two proxies", remote: "10.0.0.1:1", forwarded: []string{"198.51.100.4, 10.9.9.9"}, direct: "10.0.0.1", want: "198.51.100.4"},
		{name: "a forged proxy to the left", remote: "10.0.0.1:1", forwarded: []string{"203.0.113.7, 10.9.9.9, 198.51.100.4"}, direct: "10.0.0.1", want: "198.51.100.4"},
		{name: "ipv6 proxy", remote: "[fd00::1]:1", forwarded: []string{"198.51.100.4"}, direct: "fd00::1", want: "198.51.100.4"},
		{name: "mapped prefix", remote: "192.168.0.9:1", forwarded: []string{"198.51.100.4"}, direct: "192.168.0.9", want: "198.51.100.4"},
		{name: "mapped proxy", remote: "[::ffff:10.0.0.1]:1", forwarded: []string{"::ffff:198.51.100.4"}, direct: "10.0.0.1", want: "198.51.100.4"},
		{name: "port and brackets in the header", remote: "10.0.0.1:1", forwarded: []string{"[2001:db8::7%eth0]:99"}, direct: "10.0.0.1", want: "2001:db8::7"},
		{name: "no header", remote: "10.0.0.1:1", direct: "10.0.0.1"},
		{name: "proxies only", remote: "10.0.0.1:1", forwarded: []string{"10.0.0.2"}, direct: "10.0.0.1"},
		{name: "rightmost unreadable", remote: "10.0.0.1:1", forwarded: []string{"203.0.113.7, unknown"}, direct: "10.0.0.1"},
		{name: "rightmost blank", remote: "10.0.0.1:1", forwarded: []string{"203.0.113.7,"}, direct: "10.0.0.1"},
		{name: "blank line", remote: "10.0.0.1:1", forwarded: []string{"203.0.113.7", ""}, direct: "10.0.0.1"},
		{name: "zone on ipv4", remote: "10.0.0.1:1", forwarded: []string{"203.0.113.7%x"}, direct: "10.0.0.1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			from(c.remote, c.forwarded...)(r)
			assert.Equal(t, addr(c.direct), direct.Addr(r), "no proxies")
			assert.Equal(t, addr(c.want), proxied.Addr(r), "behind proxies")
		})
	}
}

func addr(text string) netip.Addr {
	a, _ := netip.ParseAddr(text)
	return a
}

// Whatever a client sends, the address its proxy appended is the one that counts.
func FuzzForwardedFor(f *testing.F) {
	w := newWorld(f)
	client := netip.MustParseAddr("198.51.100.4")
	f.Add("203.0.113.7", true)
	f.Add("203.0.113.7, 10.0.0.9", false)
	f.Add("\"", true)
	f.Add("[::1", false)
	f.Fuzz(func(t *testing.T, sent string, sameLine bool) {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = "10.0.0.1:443"
		if sameLine {
			r.Header["X-Forwarded-For"] = []string{sent + ", " + client.String()}
		} else {
			r.Header["X-Forwarded-For"] = []string{sent, client.String()}
		}
		assert.Equal(t, client, w.Addr(r))
		r.Header["X-Forwarded-For"] = strings.Split(sent, "\n")
		got := w.Addr(r)
		assert.False(t, netip.MustParsePrefix("10.0.0.0/8").Contains(got), "a proxy is no client")
		assert.False(t, got.Is4In6() || got.Zone() != "")
	})
}

func TestTrustedProxiesAreChecked(t *testing.T) {
	w := newWorld(t)
	for text, p := range map[string]netip.Prefix{
		"zero prefix":                      {},
		"which is everybody":               netip.MustParsePrefix("0.0.0.0/0"),
		"write 10.0.0.0/8, or 10.1.2.3/32": netip.MustParsePrefix("10.1.2.3/8"),
		"hold 0.0.0.0/0":                   netip.MustParsePrefix("::ffff:0.0.0.0/96"),
	} {
		_, err := accesshttp.New(w.authz, accesshttp.Options{Subject: basicUser, TrustedProxies: []netip.Prefix{p}})
		require.ErrorIs(t, err, access.ErrInvalid)
		assert.ErrorContains(t, err, text)
	}
}

func TestSpoofedAddressOpensNothing(t *testing.T) {
	mux := newWorld(t).mux()
	edit := func(more func(*http.Request)) int { return as("alice", mux, "PUT", "/customers/c1", more).Code }
	assert.Equal(t, 200, edit(from("10.0.0.1:1", "203.0.113.7")))
	assert.Equal(t, 403, edit(from("10.0.0.1:1", "203.0.113.7, 198.51.100.4")), "leftmost")
	assert.Equal(t, 403, edit(from("10.0.0.1:1", "203.0.113.7", "198.51.100.4")), "a line of his own")
	assert.Equal(t, 403, edit(from("198.51.100.4:1", "203.0.113.7")), "past the proxy")
	assert.Equal(t, 403, edit(from("10.0.0.1:1", "203.0.113.7, garbage")), "unknown")
	assert.Equal(t, 403, edit(func(r *http.Request) {
		from("198.51.100.4:1")(r)
		for _, h := range []string{"X-Real-Ip", "Forwarded", "True-Client-Ip", "Cf-Connecting-Ip"} {
			r.Header.Set(h, "203.0.113.7")
		}
	}), "other headers")
}

func TestEnvCannotSetTheAddress(t *testing.T) {
	var seen netip.Addr
	w := newWorld(t, func(_ *access.Config, o *accesshttp.Options) {
		o.Env = func(_ *http.Request, e *condition.Env) {
			seen, e.Addr, e.Device = e.Addr, addr("203.0.113.7"), "phone"
		}
	})
	r := httptest.NewRequest("GET", "/", nil)
	r.SetBasicAuth("alice", "")
	from("198.51.100.4:1")(r)
	req, err := w.Request(r, "view", "customer")
	require.NoError(t, err)
	assert.Equal(t, addr("198.51.100.4"), seen)
	assert.Equal(t, addr("198.51.100.4"), req.Env.Addr)
	assert.Equal(t, "phone", req.Env.Device)
	assert.Equal(t, access.Subject{ID: "alice", Tenant: "acme"}, req.Subject)
	assert.True(t, req.Resource.Collection())
}
