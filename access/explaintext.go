package access

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/access/reasontext"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Text tells the explanation to an administrator, one fact a line, in "en" or "zh".
func (e Explanation) Text(lang string) string {
	t := teller{lang: lang, words: wordsIn(lang)}
	d := e.Decision
	verdict := t.denied
	if d.Allowed() {
		verdict = t.allowed
	}
	t.line(0, "%s: %s %s %s/%s", verdict, d.Action(), d.Type(), d.Subject().Tenant, d.Subject().ID)
	for _, r := range d.Reasons() {
		text := reasontext.Admin(lang, string(r.Code))
		if r.Rule != (Rule{}) {
			text += fmt.Sprintf(" [%s]", r.Rule)
		}
		if len(r.Missing) > 0 {
			text += fmt.Sprintf(" (%s)", strings.Join(r.Missing, ", "))
		}
		t.line(1, "%s", text)
	}
	for _, g := range e.Grounds {
		t.ground(g)
	}
	t.more(e.MoreGrounds)
	for _, m := range e.Misses {
		t.miss(m)
	}
	t.more(e.MoreMisses)
	for _, r := range e.Remedies {
		t.remedy(r)
	}
	t.more(e.MoreRemedies)
	shows := e.Allowed || slices.ContainsFunc(e.Misses, func(m Miss) bool { return m.Code == MissFieldNotWritable })
	for _, p := range e.Parties {
		t.party(p, len(e.Parties) > 1)
		if shows {
			t.fieldsOf(p)
		}
	}
	return t.String()
}

// teller writes an explanation line by line.
type teller struct {
	strings.Builder
	words
	lang string
}

func (t *teller) line(depth int, format string, args ...any) {
	t.WriteString(strings.Repeat("  ", depth))
	fmt.Fprintf(t, format, args...)
	t.WriteByte('\n')
}

func (t *teller) more(there bool) {
	if there {
		t.line(1, "%s", t.words.more)
	}
}

func (t *teller) on(image string) string {
	if image == "" {
		return ""
	}
	return " (" + image + ")"
}

func (t *teller) ground(g Ground) {
	t.line(0, "%s %s%s", t.because, g.Rule, t.on(g.Image))
	for _, s := range g.Path {
		t.line(1, "%s", t.step(s))
	}
	t.named(1, g.Names)
	for _, d := range g.Denies {
		t.line(1, "%s %s: %s%s", t.rule, d.Rule, t.truth[d.Value], t.inline(d.Names))
	}
}

func (t *teller) step(s Step) string {
	switch {
	case s.Assignment != nil:
		return s.Assignment.String()
	case s.Grant != nil:
		return fmt.Sprintf("%s %s %s %s %s", t.grant, s.Grant.Subject, s.Grant.Role, t.until, instantText(s.Grant.Until))
	case s.Inherits != nil:
		return s.Inherits.String()
	}
	return ""
}

func instantText(at time.Time) string { return at.UTC().Format(time.RFC3339) }

func (t *teller) named(depth int, names []NameExplanation) {
	for _, n := range names {
		t.line(depth, "%s", t.name(n))
	}
}

func (t *teller) inline(names []NameExplanation) string {
	out := ""
	for _, n := range names {
		out += "; " + t.name(n)
	}
	return out
}

func (t *teller) name(n NameExplanation) string {
	out := fmt.Sprintf("%s = %s", n.Name, t.truth[n.Value])
	if n.Open {
		out = fmt.Sprintf("%s = %s", n.Name, t.open)
	}
	if n.Missing != "" {
		out += fmt.Sprintf(" (%s %s)", t.missing, n.Missing)
	}
	if n.Wanted != scope.Unknown {
		out += fmt.Sprintf(" (%s %s)", t.wanted, t.truth[n.Wanted])
	}
	return out
}

func (t *teller) miss(m Miss) {
	about := ""
	if m.Rule != nil {
		about = fmt.Sprintf(" [%s]%s", m.Rule, t.on(m.Image))
	}
	t.line(0, "%s %s%s", t.nearest, reasontext.Miss(t.lang, string(m.Code)), about)
	t.named(1, m.Names)
	for _, d := range m.Denies {
		t.line(1, "%s %s", t.rule, d)
	}
	if len(m.Fields) > 0 {
		t.line(1, "%s", strings.Join(m.Fields, ", "))
	}
}

func (t *teller) remedy(r Remedy) {
	what := ""
	switch {
	case r.Env != nil:
		what = circumstance(r.Code, *r.Env)
	case r.Attr != "" && r.Value == nil:
		what = fmt.Sprintf("%s = NULL%s", r.Attr, t.on(r.Image))
	case r.Attr != "":
		what = fmt.Sprintf("%s = %s%s", r.Attr, *r.Value, t.on(r.Image))
	case r.Add != nil:
		what = r.Add.text()
	case r.Remove != nil:
		what = r.Remove.text()
	default:
		what = r.Subject
	}
	t.line(0, "%s %s %s", t.would, reasontext.Remedy(t.lang, string(r.Code)), what)
}

// circumstance is the one that a remedy changes.
func circumstance(code RemedyCode, e condition.Env) string {
	switch {
	case code == RemedyAddress:
		return e.Addr.String()
	case code == RemedyPlace && e.Place != nil:
		return fmt.Sprintf("%.4f, %.4f", e.Place.Lat, e.Place.Lon)
	case code == RemedySignIn && e.SignIn != nil:
		return strings.TrimSpace(fmt.Sprintf("%d %s", e.SignIn.Level, strings.Join(e.SignIn.Methods, ", ")))
	}
	return instantText(e.Time)
}

// text is the rows of a remedy, of which there is one.
func (r Rows) text() string {
	var out []string
	for _, x := range r.Rules {
		out = append(out, x.String())
	}
	for _, x := range r.Fields {
		out = append(out, x.String())
	}
	for _, x := range r.Assignments {
		out = append(out, x.String())
	}
	for _, x := range r.Suspensions {
		out = append(out, strings.TrimSpace(x.Subject+" "+x.Reason))
	}
	return strings.Join(out, "; ")
}

func (t *teller) party(p PartyExplanation, several bool) {
	if several {
		t.line(0, "%s %s", t.subject, p.Subject)
	}
	for _, r := range p.Roles {
		via := ""
		if r.Via != r.Role {
			via = fmt.Sprintf(" (%s %s)", t.via, r.Via)
		}
		t.line(0, "%s %s%s", t.role, r.Role, via)
	}
	for _, r := range p.Rules {
		t.line(0, "%s %s: %s%s%s", t.rule, r.Rule, t.truth[r.Value], t.on(r.Image), t.inline(r.Names))
	}
}

// fieldsOf tells of the fields that a rule is about; no other shows.
func (t *teller) fieldsOf(p PartyExplanation) {
	for _, f := range p.Fields {
		if len(f.Rules) > 0 {
			t.field(f)
		}
	}
}

// field tells of a field shown in clear which rules show it; of another how each rule about it came out.
func (t *teller) field(f FieldExplanation) {
	unhidden := ""
	if f.Unhidden != "" {
		unhidden = fmt.Sprintf(" (%s %s)", t.unhidden, f.Unhidden)
	}
	t.line(0, "%s %s: %s%s. %s", t.words.field, f.Field, f.Level, unhidden, reasontext.Field(t.lang, string(f.Why)))
	for _, r := range f.Rules {
		if r.Part == FieldDisplaced || f.Why == FieldShown && r.Part != FieldGives {
			continue
		}
		t.line(1, "%s: %s, %s%s", r.Rule, t.truth[r.Value], t.part[r.Part], t.inline(r.Names))
	}
}
