package accessgorm

// The tables, without the prefix.
const (
	tableRule       = "rule"
	tableGrant      = "grant"
	tableDefinition = "definition"
	tableSuspension = "suspension"
	tableRevision   = "revision"
	tableLog        = "log"
)

// counter is the tenant of the revision row that numbers all changes. No real tenant is blank.
const counter = ""

type revisionRow struct {
	Tenant   string `gorm:"column:tenant;primaryKey"`
	Rev      uint64 `gorm:"column:rev"`
	RowCount uint64 `gorm:"column:row_count"`
	Digest   string `gorm:"column:digest"`
}

type logRow struct {
	Rev     uint64 `gorm:"column:rev;primaryKey;autoIncrement:false"`
	Tenant  string `gorm:"column:tenant"`
	Author  string `gorm:"column:author"`
	Made    string `gorm:"column:made"`    // timeLayout
	Content string `gorm:"column:content"` // the access.Entry as JSON
}

// sideRow is a row of a table beside the rule table. It is known by the hash of its values, stored with it.
type sideRow interface {
	key() (tenant, hash string)
	digest() [32]byte
}

type grantRow struct {
	Tenant  string `gorm:"column:tenant;primaryKey"`
	Hash    string `gorm:"column:hash;primaryKey"`
	Subject string `gorm:"column:subject"`
	Role    string `gorm:"column:role"`
	Begins  string `gorm:"column:begins"` // timeLayout, blank: has begun
	Ends    string `gorm:"column:ends"`   // timeLayout
	Purpose string `gorm:"column:purpose"`
}

func (g grantRow) key() (tenant, hash string) { return g.Tenant, g.Hash }

func (g grantRow) digest() [32]byte {
	return rowHash(tableGrant, g.Tenant, g.Subject, g.Role, g.Begins, g.Ends, g.Purpose)
}

type definitionRow struct {
	Tenant string `gorm:"column:tenant;primaryKey"`
	Hash   string `gorm:"column:hash;primaryKey"`
	Name   string `gorm:"column:name"`
	Body   string `gorm:"column:body"` // the access.Definition as JSON
}

func (d definitionRow) key() (tenant, hash string) { return d.Tenant, d.Hash }

func (d definitionRow) digest() [32]byte {
	return rowHash(tableDefinition, d.Tenant, d.Name, d.Body)
}

type suspensionRow struct {
	Tenant  string `gorm:"column:tenant;primaryKey"`
	Hash    string `gorm:"column:hash;primaryKey"`
	Subject string `gorm:"column:subject"`
	Reason  string `gorm:"column:reason"`
}

func (s suspensionRow) key() (tenant, hash string) { return s.Tenant, s.Hash }

func (s suspensionRow) digest() [32]byte {
	return rowHash(tableSuspension, s.Tenant, s.Subject, s.Reason)
}
