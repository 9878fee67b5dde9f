// Package model holds the records of the demo CRM: GORM structs, the Catalog that tells the access library about them,
// and what pages need to know of each kind (titles, choices, labels).
//
// Records of different tenants live in the same tables and share their numbers: customer 1 of acme and customer 1 of
// globex are two rows. The primary key is therefore the tenant together with the id.
package model
