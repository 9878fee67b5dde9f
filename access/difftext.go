package access

import (
	"fmt"
	"strings"

	"github.com/seed9b40ffc1/crmaccess/access/reasontext"
)

type diffWords struct {
	none, nothing, more, unheld, subjects, for_, from, until, example, uncertain string
	kind                                                                         map[DiffKind]string
}

func diffWordsIn(lang string) diffWords {
	if lang == reasontext.Chinese {
		return diffWords{"没有任何差异", "无", "另有 %d 处差异未列出", "无人持有的角色：", "共 %d 人", "角色", "自 ", "至 ", "例如", "可能还有更多",
			map[DiffKind]string{DiffGained: "获得", DiffLost: "失去", DiffChanged: "改变", DiffMay: "可能不同"}}
	}
	return diffWords{"nothing changes for anybody", "nothing", "and %d differences more", "roles that nobody holds: ", "%d in all", "by role", "from ", "until ", "e.g.", "perhaps more",
		map[DiffKind]string{DiffGained: "gained", DiffLost: "lost", DiffChanged: "changed", DiffMay: "may differ"}}
}

// Text tells the differences to an administrator, one a line with an example below it, in "en" or "zh".
func (d Differences) Text(lang string) string {
	w := diffWordsIn(lang)
	var b strings.Builder
	if d.None() {
		b.WriteString(w.none + "\n")
	}
	for _, x := range d.List {
		x.text(&b, w)
	}
	if d.More > 0 {
		fmt.Fprintf(&b, w.more+"\n", d.More)
	}
	if len(d.Unheld) > 0 {
		b.WriteString(w.unheld + strings.Join(d.Unheld, ", ") + "\n")
	}
	return b.String()
}

func (d Difference) text(b *strings.Builder, w diffWords) {
	fmt.Fprintf(b, "%s: %s %s", w.kind[d.Kind], strings.Join(d.Actions, ", "), d.Type)
	if d.Fields != nil {
		b.WriteString("." + strings.Join(d.Fields, ", ."))
	}
	fmt.Fprintf(b, " [%s -> %s]", orNothing(d.Old, w), orNothing(d.New, w))
	for _, l := range d.Levels {
		fmt.Fprintf(b, " %s -> %s", l.Old, l.New)
	}
	if len(d.Roles) > 0 {
		fmt.Fprintf(b, ", %s %s", w.for_, strings.Join(d.Roles, ", "))
	}
	if len(d.Subjects) > 0 {
		b.WriteString(": " + strings.Join(d.Subjects, ", "))
	}
	if d.Count > len(d.Subjects) {
		fmt.Fprintf(b, " ("+w.subjects+")", d.Count)
	}
	from, until := d.span()
	if from != "" {
		b.WriteString(", " + w.from + from)
	}
	if until != "" {
		b.WriteString(", " + w.until + until)
	}
	if d.Uncertain {
		b.WriteString(", " + w.uncertain)
	}
	b.WriteByte('\n')
	if d.Example != nil {
		b.WriteString("  " + w.example + " " + d.Example.String() + "\n")
	}
}

func orNothing(s string, w diffWords) string {
	if s == "" {
		return w.nothing
	}
	return s
}

// String is the example in one line.
func (e Example) String() string {
	out := e.Subject + " " + e.Action
	for _, r := range []struct {
		name string
		row  map[string]string
	}{{"record", e.Record}, {"new", e.New}} {
		if r.row == nil {
			continue
		}
		var parts []string
		for _, name := range sortedKeys(r.row) {
			parts = append(parts, fmt.Sprintf("%s=%q", name, r.row[name]))
		}
		out += " " + r.name + "{" + strings.Join(parts, " ") + "}"
	}
	for _, more := range append(append([]string{}, e.Related...), e.Circumstances...) {
		out += ", " + more
	}
	return out
}
