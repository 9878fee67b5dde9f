module github.com/seed9b40ffc1/crmaccess

go 1.23.0

require (
	github.com/casbin/casbin/v2 v2.135.0 // the model that the library wraps; the last release of v2
	github.com/casbin/gorm-adapter/v3 v3.39.0 // loads policy rows; the last release for casbin v2
	github.com/glebarez/go-sqlite v1.21.2 // SQLite in pure Go for database/sql, in tests of rendered predicates
	github.com/glebarez/sqlite v1.11.0 // SQLite in pure Go, for tests and the CRM example
	github.com/go-sql-driver/mysql v1.7.0 // MariaDB and MySQL, in tests of rendered predicates
	github.com/golang/geo v0.0.0-20260818125358-b200a1149890 // S2: circles on the sphere
	github.com/jackc/pgx/v5 v5.5.5 // PostgreSQL, in tests of rendered predicates
	github.com/jmoiron/sqlx v1.3.5 // reads rows by their tags, in the example of scopesql
	github.com/realclientip/realclientip-go v1.0.0 // the client address behind trusted proxies
	github.com/rivo/uniseg v0.4.7 // grapheme clusters, so that a masker cuts no character
	github.com/schollz/progressbar/v3 v3.18.0 // the CRM example's first start
	github.com/stretchr/testify v1.11.1 // assertions in tests
	golang.org/x/net v0.42.0 // html: the crawler that tests the CRM example
	golang.org/x/sync v0.16.0 // singleflight: one load per tenant
	golang.org/x/term v0.33.0 // is the CRM example's progress bar on a terminal?
	golang.org/x/text v0.27.0 // Unicode normal form of ids, and the language a reader asks for
	gorm.io/gorm v1.31.2 // the policy store and the row guard
)

require (
	github.com/bmatcuk/doublestar/v4 v4.6.1 // indirect
	github.com/casbin/govaluate v1.3.0 // indirect
	github.com/davecgh/go-spew v1.1.1 // indirect
	github.com/dustin/go-humanize v1.0.1 // indirect
	github.com/golang-sql/civil v0.0.0-20220223132316-b832511892a9 // indirect
	github.com/golang-sql/sqlexp v0.1.0 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/jackc/pgpassfile v1.0.0 // indirect
	github.com/jackc/pgservicefile v0.0.0-20221227161230-091c0ba34f0a // indirect
	github.com/jackc/puddle/v2 v2.2.1 // indirect
	github.com/jinzhu/inflection v1.0.0 // indirect
	github.com/jinzhu/now v1.1.5 // indirect
	github.com/mattn/go-isatty v0.0.20 // indirect
	github.com/microsoft/go-mssqldb v1.6.0 // indirect
	github.com/mitchellh/colorstring v0.0.0-20190213212951-d06e56a500db // indirect
	github.com/pkg/errors v0.9.1 // indirect
	github.com/pmezard/go-difflib v1.0.0 // indirect
	github.com/remyoudompheng/bigfft v0.0.0-20230129092748-24d4a6f8daec // indirect
	golang.org/x/crypto v0.40.0 // indirect
	golang.org/x/sys v0.34.0 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect
	gorm.io/driver/mysql v1.5.7 // indirect
	gorm.io/driver/postgres v1.5.9 // indirect
	gorm.io/driver/sqlserver v1.5.3 // indirect
	gorm.io/plugin/dbresolver v1.6.0 // indirect
	modernc.org/libc v1.22.5 // indirect
	modernc.org/mathutil v1.5.0 // indirect
	modernc.org/memory v1.5.0 // indirect
	modernc.org/sqlite v1.23.1 // indirect
)
