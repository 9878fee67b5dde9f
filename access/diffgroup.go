package access

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"hash"
	"slices"
	"time"
)

// collector gathers what was found out about subjects, the same differences of several in one.
type collector struct {
	max    int
	shared bool
	groups map[string]*group
	more   map[string]bool // keys of groups for which there was no room
	lost   int             // what had no room even there
}

// group is a difference with all who share it.
type group struct {
	Difference
	who hash.Hash // of the ids, in order
}

// maxNamed is how many subjects of a difference are named.
const maxNamed = 10

// tell adds what a contrast comes to for a subject.
func (p *sides) tell(c *contrast, id string, s stretch, v diffVerdict) {
	d := Difference{Tenant: p.next.snap.tenant, Type: c.typ.Name, Actions: []string{c.act.Name}, Until: s.until}
	if s.from.After(p.from) {
		d.From = s.from
	}
	if v.gained != (outcome{}) || v.lost != (outcome{}) {
		x := d
		x.Roles, x.Old, x.New = c.roles, c.was.text, c.next.text
		x.take(v.gained, DiffGained)
		x.take(v.lost, DiffLost)
		p.out.add(x, id)
	}
	for _, f := range v.fields {
		x := d
		x.Fields, x.Roles, x.Old, x.New = []string{f.name}, f.roles, f.old, f.new
		for _, change := range sortedLevels(f.levels) {
			o := f.levels[change]
			if o.found() {
				x.Levels = append(x.Levels, change)
			}
			x.take(o, change.kind(p.a.maskers))
		}
		if x.Kind != "" {
			p.out.add(x, id)
		}
	}
}

func sortedLevels(m map[LevelChange]outcome) []LevelChange {
	var out []LevelChange
	for c := range m {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b LevelChange) int { return cmp.Or(cmp.Compare(a.Old, b.Old), cmp.Compare(a.New, b.New)) })
	return out
}

// take adds one outcome to the difference.
func (d *Difference) take(o outcome, k DiffKind) {
	switch {
	case o.found() && (d.Kind == "" || d.Kind == DiffMay):
		d.Uncertain = d.Uncertain || d.Kind == DiffMay
		d.Kind = k
		e := *o.example
		d.Example = &e
	case o.found() && d.Kind != k:
		d.Kind = DiffChanged
	case o.maybe && d.Kind == "":
		d.Kind = DiffMay
	case o.maybe && !o.found() && d.Kind != DiffMay:
		d.Uncertain = true
	}
}

// same is a key that differences have in common which may be one.
func (d *Difference) same() string {
	return fmt.Sprintf("%q %q %q %v %q %q %q %q %v %v", d.Tenant, d.Type, d.Kind, d.Uncertain, d.Roles, d.Old, d.New, d.Levels,
		d.From.UnixNano(), d.Until.UnixNano())
}

func (x *collector) add(d Difference, id string) {
	key := d.same() + fmt.Sprintf(" %q %q", d.Actions, d.Fields)
	g := x.groups[key]
	if g == nil {
		room := 20 * x.max
		if len(x.groups) >= room {
			if x.more == nil {
				x.more = map[string]bool{}
			}
			if !x.more[key] && len(x.more) < room {
				x.more[key] = true
			} else if !x.more[key] {
				x.lost++
			}
			return
		}
		g = &group{Difference: d, who: sha256.New()}
		x.groups[key] = g
	}
	g.Count++
	_, _ = fmt.Fprintf(g.who, "%q", id)
	if len(g.Subjects) < maxNamed && !x.shared {
		g.Subjects = append(g.Subjects, id)
	}
}

// list merges differences that are the same for several actions or fields, and cuts them to what was asked for.
func (x *collector) list() (out []Difference, more int) {
	var all []*group
	for _, key := range sortedKeys(x.groups) {
		all = append(all, x.groups[key])
	}
	all = merge(all, func(g *group) string { return fmt.Sprintf("%q", g.Fields) }, func(into, g *group) { into.Actions = append(into.Actions, g.Actions...) })
	all = merge(all, func(g *group) string { return fmt.Sprintf("%q", g.Actions) }, func(into, g *group) { into.Fields = append(into.Fields, g.Fields...) })
	for _, g := range all {
		slices.Sort(g.Actions)
		slices.Sort(g.Fields)
		if x.shared {
			g.Example = nil
		}
		out = append(out, g.Difference)
	}
	slices.SortStableFunc(out, func(a, b Difference) int {
		return cmp.Or(
			cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Type, b.Type), slices.Compare(a.Actions, b.Actions), slices.Compare(a.Fields, b.Fields),
			slices.Compare(a.Roles, b.Roles), a.From.Compare(b.From), a.Until.Compare(b.Until), slices.Compare(a.Subjects, b.Subjects),
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Old, b.Old), cmp.Compare(a.New, b.New),
		)
	})
	more = len(x.more) + x.lost
	if len(out) > x.max {
		more += len(out) - x.max
		out = out[:x.max]
	}
	return out, more
}

// merge makes one of those groups that have the same subjects and say the same.
func merge(all []*group, also func(*group) string, join func(into, g *group)) []*group {
	first := map[string]*group{}
	var out []*group
	for _, g := range all {
		key := g.same() + also(g) + string(g.who.Sum(nil)) + fmt.Sprint(len(g.Fields) > 0)
		if into := first[key]; into != nil {
			join(into, g)
			continue
		}
		first[key] = g
		out = append(out, g)
	}
	return out
}

// when is the time of a difference for people.
func (d Difference) span() (from, until string) {
	if !d.From.IsZero() {
		from = d.From.UTC().Format(time.RFC3339)
	}
	if !d.Until.IsZero() {
		until = d.Until.UTC().Format(time.RFC3339)
	}
	return from, until
}
