package main

import "slices"

// all is the list of guards.
func all() []guard {
	return slices.Concat(accessGuards, policyGuards, quickGuards, oracleGuards, lintGuards, diffGuards, scopeGuards, fieldGuards, scopegormGuards, httpGuards, storeGuards, auditGuards, conditionGuards, explainGuards, scopesqlGuards, orgGuards)
}
