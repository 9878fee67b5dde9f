package orgtree

// Dialect is the database that a [Source] reads. The zero Dialect is invalid.
type Dialect uint8

// The databases. MySQL includes MariaDB.
const (
	SQLite Dialect = iota + 1
	Postgres
	MySQL
)
