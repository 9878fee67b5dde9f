package condition

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

type network struct{ prefixes []netip.Prefix }

func compileNetwork(s Network) (*network, error) {
	if len(s.CIDRs) == 0 {
		return nil, errors.New(`network.cidrs is empty; name at least one prefix, such as "10.1.0.0/16"`)
	}
	if err := checkList("network.cidrs", s.CIDRs); err != nil {
		return nil, err
	}
	n := &network{}
	for i, text := range s.CIDRs {
		p, err := parsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("network.cidrs[%d] %q %w", i, text, err)
		}
		n.prefixes = append(n.prefixes, p)
	}
	return n, nil
}

func parsePrefix(text string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(text)
	if err != nil {
		if addr, err := netip.ParseAddr(text); err == nil && addr.Zone() == "" {
			return p, fmt.Errorf("is an address; write \"%s/%d\" for this address alone", addr, addr.BitLen())
		}
		return p, errors.New(`is no prefix; write one as "10.1.0.0/16" or "2001:db8::/32"`)
	}
	if p.Masked() != p {
		return p, fmt.Errorf("has bits set beyond its length; write \"%s\"", p.Masked())
	}
	if p.Addr().Is4In6() {
		return p.Addr().Unmap().Prefix(p.Bits() - 96)
	}
	return p, nil
}

func (n *network) eval(addr netip.Addr) scope.Truth {
	addr = addr.Unmap().WithZone("")
	if !addr.IsValid() || addr.IsUnspecified() {
		return scope.Unknown
	}
	for _, p := range n.prefixes {
		if p.Contains(addr) {
			return scope.True
		}
	}
	return scope.False
}
