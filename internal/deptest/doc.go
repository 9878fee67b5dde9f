// Package deptest holds the module to its shape. It has no code, only tests; each row in them carries its reason, and
// a failure prints it.
//
// # Imports
//
// rules_test.go has two tables. "confined" says where a library may be imported at all: GORM only in packages named
// *gorm, net/http only where requests are handled, and so on. "closed" names packages with a short list of everything
// they may import beside the standard library: the leaves, which never reach the hub, and the hub, which never reaches
// its adapters. Files are read from source under every build tag; test files are free unless a row says otherwise.
//
// To import something new, first ask whether its package is the right place. If so, widen its row and its reason.
//
// # What a host compiles
//
// testdata/core.txt lists the packages outside the standard library that a program compiles if it imports only access,
// scope, field, audit and access/condition. When it changes on purpose:
//
//	DEPTEST_UPDATE=1 go test ./internal/deptest
//
// # Signatures
//
// What those packages export mentions their own types, each other's and the standard library's. A host never has to
// import somebody else's module, nor to follow its major versions, to call this one.
//
// # The module
//
// At most twenty direct requirements, each with a comment why; versions that must not move; the entries of the top
// folder.
package deptest
