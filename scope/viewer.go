package scope

import (
	"slices"
	"strings"
)

// Viewer is a [Subject] made ready for a [Layout]: his ids converted, his regions as intervals. It never changes.
type Viewer struct {
	id      string // "" if it can't be the id of anybody
	teams   []string
	regions []span
	trees   *Trees
	ints    *intIDs // nil if none of his ids is an integer
}

// Trees are the hierarchies that viewers share.
type Trees struct{ Teams, Regions SpanTree }

// SpanTree is a [Tree] that numbers its nodes so that those below one are an interval.
type SpanTree interface {
	Tree
	// Span returns the node's number and one past the last number of those below it. ok is false if the tree does not
	// know the node.
	Span(node string) (first, end int, ok bool)
}

type span struct{ first, end int32 }

type intIDs struct {
	id    int64 // 0: none
	teams []int64
}

// many is from how many on a list is searched by halving.
const many = 8

// NewViewer makes a subject ready. The trees are those of the subject; nil if there are none.
func NewViewer(sub Subject, trees *Trees) Viewer {
	v := Viewer{trees: trees, teams: sub.Teams}
	if isID(sub.ID) {
		v.id = sub.ID
	}
	if slices.ContainsFunc(v.teams, func(t string) bool { return !isID(t) }) || len(v.teams) > many {
		v.teams = slices.DeleteFunc(slices.Clone(v.teams), func(t string) bool { return !isID(t) })
		slices.Sort(v.teams)
	}
	if trees != nil {
		for _, region := range sub.Regions {
			if first, end, ok := trees.Regions.Span(region); ok {
				v.regions = append(v.regions, span{int32(first), int32(end)})
			}
		}
	}
	v.ints = integers(sub)
	return v
}

// isID reports whether a text can be the id of somebody; see [ParseID].
func isID(text string) bool { return strings.TrimSpace(text) != "" }

func integers(sub Subject) *intIDs {
	var ints intIDs
	if v, ok := ParseID(KindInt, sub.ID); ok {
		ints.id = v.num
	}
	for _, t := range sub.Teams {
		if v, ok := ParseID(KindInt, t); ok {
			ints.teams = append(ints.teams, v.num)
		}
	}
	if ints.id == 0 && ints.teams == nil {
		return nil
	}
	slices.Sort(ints.teams)
	return &ints
}

// is reports whether the attribute names the viewer: NULL names nobody.
func (v *Viewer) is(s spot, r Record) (yes, ok bool) {
	text, number, is := s.read(r)
	switch {
	case is != full:
		return false, is == null
	case s.kind == spotText:
		return v.id != "" && text == v.id, true
	}
	return v.ints != nil && v.ints.id != 0 && number == v.ints.id, true
}

// inTeams reports whether what the spot holds is one of the viewer's teams.
func (v *Viewer) inTeams(s spot, text string, number int64) bool {
	if s.kind == spotText {
		return among(v.teams, text)
	}
	return v.ints != nil && among(v.ints.teams, number)
}

func among[T string | int64](list []T, x T) bool {
	if len(list) > many {
		_, found := slices.BinarySearch(list, x)
		return found
	}
	return slices.Contains(list, x)
}

// inTeamTree reports whether a team is at or below one of the viewer's; ok is false without trees.
func (v *Viewer) inTeamTree(node string) (yes, ok bool) {
	if v.trees == nil {
		return false, false
	}
	at, _, known := v.trees.Teams.Span(node)
	if !known || !isID(node) {
		return false, true
	}
	return slices.ContainsFunc(v.teams, func(t string) bool {
		first, end, ok := v.trees.Teams.Span(t)
		return ok && first <= at && at < end
	}), true
}

// inRegions reports whether a region is at or below one of the viewer's; ok is false without trees.
func (v *Viewer) inRegions(node string) (yes, ok bool) {
	if v.trees == nil {
		return false, false
	}
	if len(v.regions) == 0 {
		return false, true
	}
	at, _, known := v.trees.Regions.Span(node)
	if !known || !isID(node) {
		return false, true
	}
	for _, x := range v.regions {
		if int(x.first) <= at && at < int(x.end) {
			return true, true
		}
	}
	return false, true
}
