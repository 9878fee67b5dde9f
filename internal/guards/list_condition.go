package main

var conditionGuards = []guard{
	{
		name: "somebody who may be outside is inside",
		file: "access/condition/circle.go",
		old:  "case distance+p.AccuracyM <= c.radiusM:",
		new:  "case distance <= c.radiusM:",
		test: "TestCirclePlaces",
	},
	{
		name: "a position that is none is somewhere",
		file: "access/condition/circle.go",
		old:  "if p == nil || !p.valid() {",
		new:  "if p == nil {",
		test: "TestCircleImpossiblePlaces",
	},
	{
		name: "a window past midnight opens on a day of its own",
		file: "access/condition/daily.go",
		old:  "d.days[yesterday] && now < d.to",
		new:  "(d.days[yesterday] || true) && now < d.to",
		test: "TestDailyMinuteByMinute|TestDailyRandomWindows",
	},
	{
		name: "a window depends on the machine's zone",
		file: "access/condition/daily.go",
		old:  "case \"Local\", \"localtime\":",
		new:  "case \"\\x00\":",
		test: "TestCompileRefuses",
	},
	{
		name: "a window found open is open when it has closed",
		file: "access/condition/daily.go",
		old:  "!t.Before(s.from) && t.Before(s.to) {",
		new:  "!t.Before(s.from) {",
		test: "TestDailyMinuteByMinute",
	},
	{
		name: "a sign-in of tomorrow is believed",
		file: "access/condition/assurance.go",
		old:  "case s.At.IsZero() || ahead(s, now):",
		new:  "case s.At.IsZero():",
		test: "TestAssurance",
	},
	{
		name: "a sign-in too old is fresh",
		file: "access/condition/assurance.go",
		old:  "now.Before(s.At.Add(a.maxAge)))",
		new:  "true)",
		test: "TestAssurance",
	},
	{
		name: "the second of two keys of one name wins",
		file: "access/condition/parse.go",
		old:  "if slices.Contains(open[top], key) {",
		new:  "if slices.Contains(open[top], key) && false {",
		test: "TestParseRefuses",
	},
	{
		name: "of two conditions one is not heeded",
		file: "access/condition/spec.go",
		old:  "if set != 1 {",
		new:  "if set == 0 {",
		test: "TestCompileRefuses",
	},
}
