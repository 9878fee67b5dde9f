// Package app puts the demo together: database, policy, directory, audit trail, row guard and pages.
package app
