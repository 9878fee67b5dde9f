package orgtree

// Tables says where a host keeps its organisation. Names of tables and columns are letters, digits and _; a table may
// carry its schema, as in crm.people, and may be a view. Each name is quoted, so it is taken as it is spelt.
type Tables struct {
	People  People
	Teams   Nodes // the zero Nodes: the host has none
	Regions Nodes

	// OnlyTenant is the tenant that all rows belong to, in a host that has one and no column for it. Otherwise each
	// table names its Tenant column.
	OnlyTenant string

	// Version is a query of the host's own for the revision of a tenant's organisation: one row of one column that
	// differs whenever anything in the tables does. It is given the tenant as its only value, for which it has one
	// placeholder: SELECT version FROM org_version WHERE tenant_id = ?
	//
	// Without it, and if each table names its UpdatedAt, the revision is how many rows each table has and when the last
	// was updated. Whatever keeps both is then not noticed: a row that is written without a new UpdatedAt, one that is
	// deleted while another with an old UpdatedAt is put in, a transaction that commits long after it set UpdatedAt, an
	// UpdatedAt from a clock that is behind another's. What happens within two seconds of a change that was noticed is found by reading a second time. Declare a Version that
	// triggers keep, or no UpdatedAt, if that can happen.
	//
	// If neither is given, each look reads all rows and compares them. That misses nothing and costs as much as a load.
	Version string
}

// People is the table of people.
type People struct {
	Table  string
	ID     string // column: an integer, a text or a uuid
	Tenant string // column

	// IDsAreGlobal says that no two tenants have people of one id. Links without a Tenant column need it.
	IDsAreGlobal bool

	Active   string // column of a flag; false and NULL are inactive
	LeftAt   string // column; whoever has a value in it, also one in the future, is inactive
	Superior string // column with the id of another row; NULL, "" and 0 are none

	Team, Region           string // columns with the id of one team or region; NULL, "" and 0 are none
	TeamLinks, RegionLinks Links  // tables with any number of them, beside the columns

	Attrs map[string]string // column by name of the attribute; NULL gives the person no such attribute

	UpdatedAt string // column, see Tables.Version
}

// Nodes is a table of teams or regions.
type Nodes struct {
	Table  string
	ID     string // column: an integer, a text or a uuid
	Tenant string // column
	Parent string // column with the id of the row above; NULL, "" and 0 are none
	Name   string // column; may be left out
	Shared bool   // the rows are those of every tenant; there is no Tenant column

	UpdatedAt string // column, see Tables.Version
}

// Links is a table that joins people with teams or regions, a row for each pair.
type Links struct {
	Table  string
	Person string // column with the id of a person
	Node   string // column with the id of a team or region
	Tenant string // column; without one the tenant is that of the person

	UpdatedAt string // column, see Tables.Version
}
