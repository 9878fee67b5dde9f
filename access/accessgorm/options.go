package accessgorm

import (
	"fmt"
	"regexp"
)

// Option changes a default of New and Migrate; give both the same.
type Option func(*options)

type options struct{ prefix string }

// WithTable makes the tables' names begin with prefix and an underscore instead of crmaccess_: lower snake case, at
// most 30 letters, not casbin, which would be the table of a host's own gorm-adapter.
func WithTable(prefix string) Option {
	return func(o *options) { o.prefix = prefix }
}

var prefixForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,29}$`)

func newOptions(given []Option) (options, error) {
	o := options{prefix: "crmaccess"}
	for _, set := range given {
		set(&o)
	}
	if !prefixForm.MatchString(o.prefix) {
		return o, fmt.Errorf("accessgorm: table prefix %q: it must be lower snake case, at most 30 letters", o.prefix)
	}
	if o.prefix == "casbin" {
		return o, fmt.Errorf("accessgorm: table prefix %q: casbin_rule is the table of the host's own adapter, choose another", o.prefix)
	}
	return o, nil
}
