package casbinx

import (
	"errors"
	"fmt"
	"strings"
)

// checkLines reports the first row that Casbin would misread, and role links that it would not follow to the end.
func checkLines(lines [][]string) error {
	tenant := ""
	var links [][2]string
	for _, l := range lines {
		dom, err := checkLine(l)
		if err != nil {
			return fmt.Errorf("casbinx: row %q: %w", l, err)
		}
		if tenant == "" {
			tenant = dom
		}
		if dom != tenant {
			return fmt.Errorf("casbinx: row %q: belongs to tenant %q, the rows before it to %q", l, dom, tenant)
		}
		if l[0] == "g" && isRole(l[1]) {
			links = append(links, [2]string{l[1], l[2]})
		}
	}
	return checkLinks(links)
}

// checkLine returns the tenant of a well-formed row.
func checkLine(l []string) (tenant string, err error) {
	if len(l) == 0 {
		return "", errors.New("is empty")
	}
	n, ok := arity[l[0]]
	if !ok {
		return "", fmt.Errorf("%q is no row type, there are p, p2 and g", l[0])
	}
	if len(l)-1 != n {
		return "", fmt.Errorf("has %d values, a %s row has %d", len(l)-1, l[0], n)
	}
	for i, v := range l[1:] {
		switch {
		case strings.TrimSpace(v) == "":
			return "", fmt.Errorf("value %d is blank", i+1)
		case strings.ContainsRune(v, ','):
			return "", fmt.Errorf("value %d holds a comma, which Casbin joins values with", i+1)
		}
	}
	if l[0] == "g" {
		if !isRole(l[2]) || !isRole(l[1]) && !isUser(l[1]) {
			return "", errors.New(`a g row gives "u:<subject>" or "r:<role>" a role "r:<role>"`)
		}
		return l[3], nil
	}
	if !isRole(l[1]) {
		return "", errors.New(`the subject of a rule is a role, "r:<role>"`)
	}
	if l[0] == "p" && l[6] != "allow" && l[6] != "deny" {
		return "", fmt.Errorf("effect %q is neither allow nor deny", l[6])
	}
	return l[2], nil
}

func isRole(s string) bool { return len(s) > 2 && strings.HasPrefix(s, "r:") }
func isUser(s string) bool { return len(s) > 2 && strings.HasPrefix(s, "u:") }
