// Package columns finds the columns of a Go struct: which fields are attributes of a record, and
// under which names.
//
// # Names
//
// A field is named by its tag access:"name", else by the column in its gorm tag, else by its Go
// name in the snake case that GORM uses. The tag access:"-" leaves a field out.
//
// # Structs in structs
//
// Embedded structs contribute their fields, also through pointers, and so do fields tagged
// gorm:"embedded", with their embeddedPrefix in front. Where Go lets one field shadow another of
// the same name, only the one that Go selects is a column; where Go calls the name ambiguous,
// neither is. Fields that hold related records (structs and slices of structs that are neither
// times nor driver values) are not columns.
//
// # Errors
//
// Two fields of one column name make the type unusable: [Plan.Err] says which.
package columns
