package casbinx

import _ "embed"

// MaxDepth is how many links a question may follow from a subject: one assignment and MaxDepth-1 inherited roles.
const MaxDepth = 32

//go:embed model.conf
var modelText string

// Model returns the text of the Casbin model.
func Model() string { return modelText }

// arity is the number of values of a row by its type.
var arity = map[string]int{"p": 6, "p2": 6, "g": 3}
