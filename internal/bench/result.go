package main

import (
	"fmt"
	"math"
	"strconv"
)

// result is one line: something measured, held to a bar or told for information.
type result struct {
	Name    string  `json:"name"`
	Value   float64 `json:"value"`
	Low     float64 `json:"low,omitempty"` // the middle half of the rounds lay between Low and High
	High    float64 `json:"high,omitempty"`
	Unit    string  `json:"unit,omitempty"` // with what stands before it: "x of map", " ns"
	Bar     float64 `json:"bar,omitempty"`
	Bound   bound   `json:"bound,omitempty"`
	Note    string  `json:"note,omitempty"`
	Instead string  `json:"instead,omitempty"` // why nothing was measured
}

// bound says on which side of its bar a value must lie.
type bound string

const (
	unbound bound = "" // there is no bar
	atMost  bound = "at most"
	atLeast bound = "at least"
)

// missed reports whether the value lies on the wrong side. What is no number misses every bar.
func (r result) missed() bool {
	switch {
	case r.Instead != "":
		return false
	case r.Bound == atMost:
		return !(r.Value <= r.Bar)
	case r.Bound == atLeast:
		return !(r.Value >= r.Bar)
	}
	return false
}

// measured is a result with the spread of its rounds.
func measured(name string, s spread, unit string) result {
	return result{Name: name, Value: s.Median, Low: s.Low, High: s.High, Unit: unit}
}

func (r result) atMost(bar float64) result {
	r.Bar, r.Bound = bar, atMost
	return r
}

func (r result) atLeast(bar float64) result {
	r.Bar, r.Bound = bar, atLeast
	return r
}

func (r result) noting(format string, args ...any) result {
	r.Note = fmt.Sprintf(format, args...)
	return r
}

// String is the line.
func (r result) String() string {
	if r.Instead != "" {
		return r.Name + ": " + r.Instead
	}
	line := r.Name + ": " + r.value()
	if r.Bound != unbound {
		line += ", bar " + r.bar() + ": " + r.verdict()
	}
	switch noise := r.noise(); {
	case noise != "" && r.Note != "":
		line += " (" + noise + "; " + r.Note + ")"
	case noise+r.Note != "":
		line += " (" + noise + r.Note + ")"
	}
	return line
}

func (r result) value() string { return number(r.Value) + r.Unit }

// bar is the bound with as much of its unit as a number needs.
func (r result) bar() string {
	unit := r.Unit
	if len(unit) > 0 && unit[0] == 'x' {
		unit = "x"
	}
	return number(r.Bar) + unit
}

func (r result) verdict() string {
	switch {
	case r.Bound == unbound:
		return ""
	case r.missed():
		return "MISSED"
	}
	return "ok"
}

func (r result) noise() string {
	if r.Low == r.High {
		return ""
	}
	return number(r.Low) + " to " + number(r.High)
}

// number is x with two digits, or more if it has more before the point.
func number(x float64) string {
	switch {
	case x == math.Trunc(x) || math.Abs(x) >= 100:
		return strconv.FormatFloat(math.Round(x), 'f', -1, 64)
	case math.Abs(x) >= 10:
		return strconv.FormatFloat(x, 'f', 0, 64)
	case math.Abs(x) >= 1:
		return strconv.FormatFloat(x, 'f', 1, 64)
	}
	return strconv.FormatFloat(x, 'g', 2, 64)
}
