// Package seed makes the demo's database: two tenants, acme and globex, with people, teams, regions and records. The same
// program always makes the same data, and no date in it depends on the day it is run.
//
// The numbers of customers, the names of teams and the roles of the two tenants collide on purpose: whatever forgets the
// tenant somewhere shows the wrong company's rows.
package seed
