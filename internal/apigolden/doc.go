// Package apigolden writes down what the module exports, so that no exported name comes, goes or changes unseen.
//
// # Golden files
//
// testdata holds one file for each public package, named after it: testdata/access/accesshttp.txt. Each line is one
// thing that a host can write down in his program: a constant with its value, a variable, a function, a type, an
// exported field, a method. Lines are sorted, so a diff shows exactly what an edit did to the surface.
//
// The test fails when a file and its package differ. If the change is meant, rewrite the files and commit them with it:
//
//	APIGOLDEN_UPDATE=1 go test ./internal/apigolden
//
// # What is read
//
// [Load] takes types from the compiler's export data, so inferred types, constant values and promoted methods are
// those that a host's compiler sees. It lists for one platform, linux/amd64 without cgo, whatever it runs on.
package apigolden
