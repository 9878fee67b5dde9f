// Package field decides which fields of a record a subject sees, in what form, and which he may write.
//
//	out, err := field.Redact(ctx, decision.Fields(), customers) // a copy to show
//	err = field.CheckWrite(decision.Fields(), scope.Of(&old), scope.Of(&new))
//
// # Levels
//
// Each field of each record stands at one [Level]:
//
//	hide         not shown; in a row it has no key
//	mask:phone   shown in part, by a masker
//	read         shown in clear
//	once         set when the record is created, read from then on
//	edit         read and changed
//
// # Merging rules
//
// A [Mask] is made of the rules of all roles that a subject has. A rule names a field or *, and the records on which it
// holds. For one field of one record:
//
//  1. A role's rules for the field replace that role's rules for *, whether or not they hold.
//  2. A hide that is not false hides, whatever other rules say. Where it cannot be known, it hides.
//  3. Of the other rules those count that are true; the highest level wins.
//  4. Of several maskers the one counts that shows less than all others, and full if there is none.
//  5. Where no rule counts the field is hidden. So are all fields of the zero [Mask], and of the zero [Levels].
//
// Whoever acts for somebody else gets the lower level of the two: [Intersect].
//
// # Masking
//
// [Maskers] holds these, and what a host registers:
//
//	phone    13212345917      132****5917       other numbers: the last two digits
//	email    12345@email.com  1****@email.com
//	name     张三             张*                Ada Lovelace: A** L*******
//	first3   6222021234       622*******
//	last4    6222021234       ******1234
//	full     any              ****
//
// They count and keep grapheme clusters, what a reader takes for one character, and never cut one. An empty text stays
// empty. A text of another form than the masker reads, one that is not UTF-8, and one so short that nothing would be
// covered become ****. All masked forms but **** tell the length.
//
// # What redaction copies
//
// [Redact] gives back the type it got; [Rows] and [Row] give maps without the hidden keys, for JSON, CSV and templates.
// Both find fields as package scope finds attributes: by the tag access, the column in the tag gorm, or in snake case.
// Related records are fields only if the mask lists them, by the same name, and then they are copied as they are, with
// no mask of their own: redact them with the mask of their own type instead. Unexported fields of a record are left out.
//
// A copy refers to nothing of the original. The one exception are unexported fields inside a visible value: they belong
// to the package that declares the type, which assigns them as Go does. That suits values such as time.Time and
// netip.Addr, whose own MarshalJSON and String keep working; math/big numbers are copied in full.
//
// Redaction does not know methods: a record type's own String or MarshalJSON sees the redacted copy, and nothing more.
//
// # Sorting, filtering, counting
//
// An order or a filter on a field tells its value without showing it. Ask [Mask.Clear] first.
package field
