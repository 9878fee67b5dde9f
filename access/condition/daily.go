package condition

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

const (
	secondsPerDay = 24 * 60 * 60

	// A window may fall into the gap of a clock change and so come only every second week; one that has not changed in
	// this time never does.
	horizon = 15 * 24 * time.Hour
)

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} // as time.Weekday counts

type daily struct {
	zone     *time.Location
	from, to int     // seconds since midnight on the wall clock
	days     [7]bool // on which the window begins
	latest   atomic.Pointer[segment]
}

// segment is a stretch of time, [from, to), in which the answer is the same.
type segment struct {
	from, to time.Time
	answer   scope.Truth
	changes  bool // at to; else to is only how far was looked
}

func compileDaily(s Daily) (*daily, error) {
	d := &daily{}
	var err error
	if d.zone, err = loadZone(s.Zone); err != nil {
		return nil, err
	}
	if d.from, err = parseClock("daily.from", s.From); err != nil {
		return nil, err
	}
	if d.to, err = parseClock("daily.to", s.To); err != nil {
		return nil, err
	}
	if d.from == secondsPerDay {
		return nil, fmt.Errorf("daily.from %q is the end of a day; write \"00:00\"", s.From)
	}
	if d.from == d.to {
		return nil, fmt.Errorf("daily.from and daily.to are both %q; write from \"00:00\" to \"24:00\" for a whole day", s.From)
	}
	if err := checkList("daily.days", s.Days); err != nil {
		return nil, err
	}
	for i, day := range s.Days {
		n := slices.Index(weekdays, day)
		if n < 0 {
			return nil, fmt.Errorf("daily.days[%d] %q is no day; write one of %s", i, day, strings.Join(weekdays, ", "))
		}
		d.days[n] = true
	}
	if s.Days == nil {
		d.days = [7]bool{true, true, true, true, true, true, true}
	}
	return d, nil
}

func loadZone(name string) (*time.Location, error) {
	switch name {
	case "":
		return nil, errors.New(`daily.zone is missing; name one, such as "Europe/Berlin" or "UTC"`)
	case "Local", "localtime":
		return nil, fmt.Errorf("daily.zone %q differs from machine to machine; name one, such as \"Europe/Berlin\" or \"UTC\"", name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("daily.zone %q is not known here (%w); write an IANA name such as \"Europe/Berlin\", and import _ \"time/tzdata\" if the machine has no zone files", name, err)
	}
	return zone, nil
}

// parseClock returns the seconds since midnight of "15:04" or "15:04:05", "24:00" included.
func parseClock(field, text string) (int, error) {
	if text == "24:00" || text == "24:00:00" {
		return secondsPerDay, nil
	}
	layout := "15:04:05"
	if len(text) == len("15:04") {
		layout = "15:04"
	}
	t, err := time.Parse(layout, text)
	if err != nil || len(text) != len(layout) {
		return 0, fmt.Errorf("%s %q is no time of day; write it as \"08:00\" or \"08:00:00\"", field, text)
	}
	return secondOfDay(t), nil
}

func secondOfDay(t time.Time) int {
	hour, minute, second := t.Clock()
	return hour*3600 + minute*60 + second
}

func (d *daily) eval(t time.Time) scope.Truth {
	if t.IsZero() {
		return scope.Unknown
	}
	return d.segment(t).answer
}

func (d *daily) until(t time.Time) (time.Time, bool) {
	if t.IsZero() {
		return time.Time{}, false
	}
	s := d.segment(t)
	if !s.changes {
		return time.Time{}, false
	}
	return s.to, true
}

// segment returns the stretch that t is in. Requests come in the order of time, nearly, so the latest is kept; reading
// it costs a fraction of asking the wall clock.
func (d *daily) segment(t time.Time) *segment {
	if s := d.latest.Load(); s != nil && !t.Before(s.from) && t.Before(s.to) {
		return s
	}
	// Built anew, t has no monotonic reading, which would hide a clock that is set back, and keeps nothing of the caller's
	// Env on the heap.
	s := d.compute(time.Unix(t.Unix(), int64(t.Nanosecond())).In(d.zone))
	d.latest.Store(s)
	return s
}

func (d *daily) compute(t time.Time) *segment {
	open := d.open(t)
	s := &segment{from: t, to: t, answer: truth(open)}
	for end := t.Add(horizon); s.to.Before(end) && !s.changes; {
		next := d.edge(s.to)
		if !next.After(s.to) {
			break // there is no later time.Time
		}
		s.to, s.changes = next, d.open(next) != open
	}
	return s
}

// open reads the wall clock of t, which is in the zone.
func (d *daily) open(t time.Time) bool {
	now, today := secondOfDay(t), t.Weekday()
	if d.from < d.to {
		return d.days[today] && d.from <= now && now < d.to
	}
	yesterday := (today + 6) % 7
	return d.days[today] && now >= d.from || d.days[yesterday] && now < d.to
}

// edge returns the first instant after t at which the wall clock shows from, to or midnight, or is set anew. Between
// edges the window neither opens nor closes.
func (d *daily) edge(t time.Time) time.Time {
	now, next := secondOfDay(t), secondsPerDay
	for _, at := range [...]int{d.from, d.to} {
		if now < at && at < next {
			next = at
		}
	}
	edge := t.Add(time.Duration(next-now)*time.Second - time.Duration(t.Nanosecond()))
	// ZoneBounds is a day off on 31 December of leap years to come; the change that it then names lies before t.
	if _, change := t.ZoneBounds(); change.After(t) && change.Before(edge) {
		return change
	}
	return edge
}
