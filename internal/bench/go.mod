module github.com/seed9b40ffc1/crmaccess/internal/bench

go 1.23.0

replace github.com/seed9b40ffc1/crmaccess => ../..

require (
	github.com/casbin/casbin/v2 v2.135.0 // a peer, and what the library wraps
	github.com/cedar-policy/cedar-go v1.2.6 // a peer
	github.com/seed9b40ffc1/crmaccess v0.0.0 // what is measured
	github.com/stretchr/testify v1.11.1 // assertions in tests
	golang.org/x/sys v0.34.0 // processor time on Linux
)

require (
	github.com/bmatcuk/doublestar/v4 v4.6.1 // indirect
	github.com/casbin/govaluate v1.3.0 // indirect
	github.com/davecgh/go-spew v1.1.1 // indirect
	github.com/golang/geo v0.0.0-20260818125358-b200a1149890 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/pmezard/go-difflib v1.0.0 // indirect
	github.com/rivo/uniseg v0.4.7 // indirect
	golang.org/x/exp v0.0.0-20220921023135-46d9e7742f1e // indirect
	golang.org/x/sync v0.16.0 // indirect
	golang.org/x/text v0.27.0 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect
)
