package accesshttp

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"

	"github.com/realclientip/realclientip-go"
)

// Addr is the address of the client as far as it can be believed: that of the connection or, if that is one of
// Options.TrustedProxies, the rightmost address in X-Forwarded-For that is not. An IPv4 address mapped into IPv6 is given
// as IPv4, ports and zones are left out. The zero Addr means that the address is not known: what a proxy wrote cannot be
// read, or names proxies only.
func (g *Guard) Addr(r *http.Request) netip.Addr { return g.addrs.client(r) }

type addresses struct {
	trusted   []netip.Prefix
	forwarded realclientip.RightmostTrustedRangeStrategy
}

func newAddresses(trusted []netip.Prefix) (*addresses, error) {
	a := &addresses{}
	var ranges []net.IPNet
	for _, p := range trusted {
		p, err := checkPrefix(p)
		if err != nil {
			return nil, err
		}
		a.trusted = append(a.trusted, p)
		ranges = append(ranges, net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())})
	}
	var err error
	a.forwarded, err = realclientip.NewRightmostTrustedRangeStrategy("X-Forwarded-For", ranges)
	return a, err
}

func checkPrefix(p netip.Prefix) (netip.Prefix, error) {
	const mapped = 96 // bits before an IPv4 address inside IPv6
	if p.Addr().Is4In6() && p.Bits() >= mapped {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-mapped)
	}
	switch {
	case !p.IsValid():
		return p, fmt.Errorf("hold the zero prefix: use netip.MustParsePrefix")
	case p.Bits() == 0:
		return p, fmt.Errorf("hold %s, which is everybody: list your proxies", p)
	case p != p.Masked():
		return p, fmt.Errorf("hold %s, which has host bits: write %s, or %s for the one address", p, p.Masked(),
			netip.PrefixFrom(p.Addr(), p.Addr().BitLen()))
	}
	return p, nil
}

func (a *addresses) client(r *http.Request) netip.Addr {
	peer := parseAddr(realclientip.RemoteAddrStrategy{}.ClientIP(nil, r.RemoteAddr))
	if !slices.ContainsFunc(a.trusted, func(p netip.Prefix) bool { return p.Contains(peer) }) {
		return peer
	}
	return parseAddr(a.forwarded.ClientIP(r.Header, r.RemoteAddr))
}

// parseAddr reads what the strategies hand out, where a mapped IPv4 address is one already; blank is the zero Addr.
func parseAddr(text string) netip.Addr {
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}
	}
	return addr.WithZone("")
}
