// Package policy holds the rules of the two demo tenants: rows in Casbin's CSV form, and the scopes and conditions that
// these rows name. Read acme.csv for who may do what.
package policy
