package accessgorm

import (
	"fmt"

	"github.com/seed9b40ffc1/crmaccess/access"
)

const tableRole = "role"

// What a row of the role table describes.
const (
	kindRole  = "role"
	kindGroup = "group"
)

type roleRow struct {
	Tenant  string `gorm:"column:tenant;primaryKey"`
	Hash    string `gorm:"column:hash;primaryKey"`
	Name    string `gorm:"column:name"`
	Kind    string `gorm:"column:kind"` // kindRole or kindGroup
	Purpose string `gorm:"column:purpose"`
	Owner   string `gorm:"column:owner"`
}

func (r roleRow) key() (tenant, hash string) { return r.Tenant, r.Hash }

func (r roleRow) digest() [32]byte {
	return rowHash(tableRole, r.Tenant, r.Name, r.Kind, r.Purpose, r.Owner)
}

func encodeRole(r access.RoleInfo) roleRow {
	row := roleRow{Tenant: r.Tenant, Name: r.Name, Kind: kindRole, Purpose: r.Purpose, Owner: r.Owner}
	if r.Group {
		row.Kind = kindGroup
	}
	row.Hash = hexed(row.digest())
	return row
}

func (r roleRow) decode() (access.RoleInfo, error) {
	info := access.RoleInfo{Name: r.Name, Tenant: r.Tenant, Purpose: r.Purpose, Owner: r.Owner, Group: r.Kind == kindGroup}
	if err := checkSide(r, r.Tenant, r.Name); err != nil {
		return info, err
	}
	if r.Kind != kindRole && r.Kind != kindGroup {
		return info, fmt.Errorf("its kind %q is neither %s nor %s", r.Kind, kindRole, kindGroup)
	}
	return info, nil
}
