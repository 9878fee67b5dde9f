package scope

import (
	"fmt"
	"slices"
)

// Subject is what a directory knows of who asks.
type Subject struct {
	ID, Tenant string
	Teams      []string // ids of the teams he belongs to
	Regions    []string
	TeamTree   Tree // nil: the hierarchy is not known
	RegionTree Tree
	Reporting  ReportingTree       // nil: nobody's superior is known
	Attrs      map[string][]string // further attributes, by name
}

// Resolver turns a scope's name into a predicate for one subject and one type. It must be safe for
// concurrent use and must not change what it is given.
type Resolver interface {
	// Check reports what the type lacks for this scope. It is called when policy is written and
	// loaded.
	Check(s *Schema) error
	// Resolve returns the subject's predicate. It is called only for schemas that passed Check. It
	// does not test the tenant: see [Predicate.Within].
	Resolve(sub Subject, s *Schema) Predicate
}

// Stock returns the scopes that come with the library, in a map of the caller's own: own, team,
// team_tree, region, global, reports, unowned, created and always.
func Stock() map[string]Resolver {
	return map[string]Resolver{
		"own": Own(), "team": Team(), "team_tree": TeamTree(), "region": Region(), "global": Global(),
		"reports": Reports(AllLevels), "unowned": Unowned(), "created": Created(), "always": Always(),
	}
}

// Own holds the records whose owner, or one of whose owners, is the subject. A record without an
// owner is nobody's: False.
func Own() Resolver { return stock{name: "own", sight: sightOwn, owner: true, resolve: own} }

// Team holds what [Own] holds and the records of the subject's teams.
func Team() Resolver {
	return stock{name: "team", sight: sightTeam, owner: true, team: true, resolve: team}
}

// TeamTree holds what [Team] holds and the records of teams below the subject's.
func TeamTree() Resolver {
	return stock{name: "team_tree", sight: sightTeamTree, owner: true, team: true, resolve: teamTree}
}

// Region holds what [Team] holds and the records of the subject's regions and those below.
func Region() Resolver {
	return stock{name: "region", sight: sightRegion, owner: true, team: true, region: true, resolve: region}
}

// Global holds every record of the tenant.
func Global() Resolver { return stock{name: "global", sight: sightEverything, resolve: everything} }

// Always is for actions that have no record, such as signing in.
func Always() Resolver { return stock{name: "always", sight: sightEverything, resolve: everything} }

// Unowned holds the records that nobody owns: every owner is NULL, "", 0 or the nil uuid.
func Unowned() Resolver { return stock{name: "unowned", owner: true, resolve: unowned} }

// Created holds the records that the subject created.
func Created() Resolver {
	return stock{name: "created", sight: sightCreated, creator: true, resolve: created}
}

// stock is a resolver with what it needs of a type.
type stock struct {
	name                         string
	sight                        Sight // none: only by its predicate
	owner, team, region, creator bool
	resolve                      func(Subject, *Schema) Predicate
}

func (r stock) Check(s *Schema) error {
	if s == nil {
		return errNoSchema
	}
	var lacks []string
	need := func(what string, needed bool, attrs ...string) {
		declared := func(a string) bool { _, ok := s.Attr(a); return ok }
		if needed && (len(attrs) == 0 || slices.ContainsFunc(attrs, func(a string) bool { return !declared(a) })) {
			lacks = append(lacks, what)
		}
	}
	need("Owner", r.owner, s.Owner...)
	need("Team", r.team, s.Team)
	need("Region", r.region, s.Region)
	need("Creator", r.creator, s.Creator)
	if lacks != nil {
		return fmt.Errorf("scope: type %q can't have the scope %s: it lacks %q: name declared attributes in its schema",
			s.Type, r.name, lacks)
	}
	return nil
}

func (r stock) Resolve(sub Subject, s *Schema) Predicate { return r.resolve(sub, s) }

func everything(Subject, *Schema) Predicate { return All() }

func own(sub Subject, s *Schema) Predicate {
	var mine []Predicate
	for _, owner := range s.Owner {
		mine = append(mine, Is(owner, ids(s, owner, sub.ID)...))
	}
	return Or(mine...)
}

func team(sub Subject, s *Schema) Predicate {
	return Or(own(sub, s), In(s.Team, ids(s, s.Team, sub.Teams...)...))
}

// teamTree tests teams that the tree does not know by themselves, so that it holds what team does.
func teamTree(sub Subject, s *Schema) Predicate {
	var loose []string
	for _, t := range sub.Teams {
		if sub.TeamTree == nil || !sub.TeamTree.Has(t) {
			loose = append(loose, t)
		}
	}
	return Or(own(sub, s), In(s.Team, ids(s, s.Team, loose...)...), Under(s.Team, sub.TeamTree, sub.Teams...))
}

func region(sub Subject, s *Schema) Predicate {
	return Or(team(sub, s), Under(s.Region, sub.RegionTree, sub.Regions...))
}

func unowned(_ Subject, s *Schema) Predicate {
	var blank []Predicate
	for _, owner := range s.Owner {
		a, _ := s.Attr(owner)
		blank = append(blank, IsBlank(owner, a.Kind))
	}
	return And(blank...)
}

func created(sub Subject, s *Schema) Predicate {
	return Is(s.Creator, ids(s, s.Creator, sub.ID)...)
}

// ids converts texts to ids of the attribute's kind and drops those that are not.
func ids(s *Schema, attr string, texts ...string) []Value {
	a, _ := s.Attr(attr)
	var values []Value
	for _, text := range texts {
		if v, ok := ParseID(a.Kind, text); ok {
			values = append(values, v)
		}
	}
	return values
}
