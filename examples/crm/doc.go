// Command crm is a small CRM in which every row, field and button went through Authorize.
//
//	go run ./examples/crm
//
// On its first start it makes a database of two companies, acme and globex, and then serves pages and a JSON interface
// on http://127.0.0.1:8080. Sign in as one of the demo people; the password is the name:
//
//	ann, bob  sales reps of one team       max   their manager
//	rita      manager of region East       dora  director, reads everything and changes nothing
//	sam       support                      mia   medical rep, 08:00 to 18:00 only
//	finn      field rep, near Shanghai     mark  marketing
//	pat       partner                      tina  trainee
//	adam      access administrator         gus   owner of globex
//
// # Flags
//
//	-addr  address to listen on
//	-db    database file, by default in the user's cache folder
//	-now   RFC 3339 instant at which the clock of decisions stands still: with -now 2026-03-02T18:00:00+08:00 mia is
//	       refused
//
// # Where somebody is
//
// finn sees his customers from around Shanghai only. A page shares a demo position with the buttons at its foot; a
// program states one in the header X-Demo-Place: lat,lon[,accuracy_m], which goes before that of the page.
//
// # How it is built
//
// internal/model describes the records to the access library, internal/policy holds the rules (read acme.csv),
// internal/seed makes the data, internal/records runs guarded statements, and internal/web is the HTTP side.
package main
