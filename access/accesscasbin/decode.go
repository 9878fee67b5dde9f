package accesscasbin

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/casbin/casbin/v2/model"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// widened is the model, with room for row types that it has not: Casbin's own complaint about those does not name the
// row.
func widened() (model.Model, error) {
	m, err := model.NewModelFromString(access.Model())
	if err != nil {
		return nil, fmt.Errorf("accesscasbin: model: %w", err)
	}
	for _, sec := range []string{"p", "g"} {
		for i := range 10 {
			if ptype := fmt.Sprint(sec, i); m[sec][ptype] == nil {
				m[sec][ptype] = &model.Assertion{Key: ptype, Tokens: m[sec][sec].Tokens, PolicyMap: map[string]int{}}
			}
		}
	}
	return m, nil
}

// decode returns the rows that an adapter put into the model, by tenant, sorted, each once, or names the first that is
// none of ours. Whose a misshapen row would be nobody knows, so one refuses all.
func decode(m model.Model) (map[string][][]string, error) {
	out := map[string][][]string{}
	for _, line := range rows(m) {
		tenant, err := check(line)
		if err != nil {
			return nil, fmt.Errorf("accesscasbin: %w", err)
		}
		out[tenant] = append(out[tenant], line)
	}
	for tenant, lines := range out {
		slices.SortFunc(lines, slices.Compare[[]string])
		out[tenant] = slices.CompactFunc(lines, slices.Equal[[]string])
	}
	return out, nil
}

// rows are all there are in any section, those of our types first, in the order in which the adapter read them.
func rows(m model.Model) [][]string {
	types := []struct{ sec, ptype string }{{"p", "p"}, {"p", "p2"}, {"g", "g"}}
	for _, sec := range slices.Sorted(maps.Keys(m)) {
		for _, ptype := range slices.Sorted(maps.Keys(m[sec])) {
			if t := struct{ sec, ptype string }{sec, ptype}; !slices.Contains(types, t) {
				types = append(types, t)
			}
		}
	}
	var out [][]string
	for _, t := range types {
		for _, values := range m[t.sec][t.ptype].Policy {
			out = append(out, append([]string{t.ptype}, values...))
		}
	}
	return out
}

// check returns the tenant of a row, or why it is none of ours.
func check(line []string) (tenant string, err error) {
	bad := func(err error) error {
		return &access.InvalidError{What: "row", Value: strings.Join(line, ", "), Err: err}
	}
	var shape access.Rows
	if err := shape.AddLine(line...); err != nil {
		return "", err
	}
	for i, v := range line[1:] {
		switch {
		case strings.TrimSpace(v) == "":
			return "", bad(fmt.Errorf("value %d is blank", i+1))
		case strings.ContainsRune(v, ','):
			return "", bad(fmt.Errorf("value %d holds a comma: Casbin may have taken another row for the same", i+1))
		}
	}
	tenant = line[2]
	if line[0] == "g" {
		tenant = line[3]
	}
	if err := checkTenant(tenant); err != nil {
		return "", bad(fmt.Errorf("its tenant %q %w", tenant, err))
	}
	return tenant, nil
}
