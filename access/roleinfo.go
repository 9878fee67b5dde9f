package access

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// RoleInfo says what a role is for and who answers for it. Decisions don't read it; Lint names the roles without.
type RoleInfo struct {
	Name    string `json:"name"`
	Tenant  string `json:"tenant"`            // or Shared
	Purpose string `json:"purpose,omitempty"` // one line, at most MaxText bytes
	Owner   string `json:"owner,omitempty"`   // a person or a department, as Purpose
	Group   bool   `json:"group,omitempty"`   // a permission group: held on top of a job's role, usually by a grant
}

// MaxText is the largest length, in bytes, of a role's purpose and of its owner.
const MaxText = 1000

// roleInfos checks that each role is described once by its tenant, and once by the rows shared by all.
func (v validator) roleInfos(tenant string, infos []RoleInfo) error {
	type key struct{ tenant, name string }
	seen := map[key]bool{}
	for _, r := range infos {
		err := v.roleInfo(tenant, r)
		if k := (key{r.Tenant, r.Name}); err == nil && seen[k] {
			err = fmt.Errorf("is described twice")
		} else {
			seen[k] = true
		}
		if err != nil {
			return invalid("role", r.Name, err)
		}
	}
	return nil
}

func (v validator) roleInfo(tenant string, r RoleInfo) error {
	if err := v.checkOwner(tenant, r.Tenant, r.Name); err != nil {
		return err
	}
	if err := checkLine(r.Purpose); err != nil {
		return fmt.Errorf("the purpose %w", err)
	}
	if err := checkLine(r.Owner); err != nil {
		return fmt.Errorf("the owner %w", err)
	}
	return nil
}

// checkLine reports why s is not one line that every database keeps as it is.
func checkLine(s string) error {
	if len(s) > MaxText {
		return fmt.Errorf("is %d bytes long, at most %d are allowed", len(s), MaxText)
	}
	if !utf8.ValidString(s) {
		return fmt.Errorf("is not valid UTF-8")
	}
	for _, r := range s {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return fmt.Errorf("holds the control character %U", r)
		}
	}
	return nil
}
