package main

// oracleGuards are what keeps a changed policy apart from the one before. The random worlds of internal/oracle must notice
// each: small tests hold some of them, too, but none of those looks at everything that a change could leave behind.
var oracleGuards = []guard{
	{
		name: "who was somebody under the rules before stays it",
		file: "access/subject.go",
		old:  " || !v.snap.sets.holds(h.set) {",
		new:  " {",
		test: "TestDifferential",
		pkg:  "internal/oracle",
	},
	{
		name: "who moved to another team keeps the records of the old one",
		file: "access/subject.go",
		old:  "if h.org != v.org || ",
		new:  "if ",
		test: "TestDifferential",
		pkg:  "internal/oracle",
	},
	{
		name: "a clock that is set back revives what a subject held",
		file: "access/subject.go",
		old:  " && (x.ended.IsZero() || latest.Before(x.ended))",
		new:  "",
		test: "TestDifferential",
		pkg:  "internal/oracle",
	},
	{
		name: "who lost a role keeps what was worked out with it",
		file: "access/change.go",
		old:  "fresh.direct = slices.Clone(now.direct)\n",
		new:  "fresh.direct = slices.Clone(now.direct)\n\t\t\tfresh.holder.Store(now.holder.Load())\n",
		test: "TestDifferential",
		pkg:  "internal/oracle",
	},
	{
		name: "a change writes into the rules that earlier decisions stand on",
		file: "access/change.go",
		old:  "fresh.rules, fresh.fields = slices.Clone(now.rules)",
		new:  "fresh.rules, fresh.fields = now.rules",
		test: "TestDifferential",
		pkg:  "internal/oracle",
	},
	{
		name: "a role's last rule is removed and stays",
		file: "access/table.go",
		old:  "	next.parts[at] = slices.DeleteFunc(slices.Clone(t.parts[at]), func(e entry[V]) bool { return e.key == key })\n",
		new:  "\t_ = at\n",
		test: "TestDifferential",
		pkg:  "internal/oracle",
	},
	{
		name: "a rule and a link are changed at once, and the rule stays as it was",
		file: "access/change.go",
		old:  "next.sets = newRoleSets()",
		new:  "next.sets = before.sets",
		test: "TestDifferential",
		pkg:  "internal/oracle",
	},
	{
		name: "an allow turned into a deny still allows",
		file: "access/program.go",
		old:  "	key = binary.AppendUvarint(key, uint64(len(b.allows)))\n\tkey = binary.AppendUvarint(key, uint64(len(b.denies)))\n",
		new:  "",
		test: "TestDifferential",
		pkg:  "internal/oracle",
	},
	{
		name: "a rule that was only tried is in force once another one is made",
		file: "access/program.go",
		old:  "		text(s.texts.all[w])\n",
		new:  "		text(string(rune(w)))\n",
		test: "TestDifferential",
		pkg:  "internal/oracle",
	},
}
