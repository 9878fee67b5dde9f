package scopegorm

import (
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"
	"gorm.io/gorm/utils"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// armJoins writes the scope of every association that the statement joins into its ON. Joins by text stay as they are:
// a protected table in one is found in the finished SQL.
func (r *run) armJoins() error {
	seen := map[string]bool{}
	for i := range r.st.Joins {
		j := &r.st.Joins[i]
		chain := r.associations(j.Name)
		if chain == nil {
			continue
		}
		on := joinCondition{run: r, scopes: map[string]joined{}}
		parent := ""
		for k, rel := range chain {
			alias := rel.Name
			if parent != "" {
				alias = utils.NestedRelationName(parent, rel.Name)
			}
			parent = alias
			if k == len(chain)-1 && j.Alias != "" {
				alias = j.Alias
			}
			m := r.models.byTable[tableKey(rel.FieldSchema.Table)]
			if m == nil {
				continue
			}
			p, err := r.joinScope(m, j.JoinType, j.Expression != nil)
			if err != nil {
				return err
			}
			on.scopes[alias] = joined{m, p}
			if !seen[parent] {
				r.joined[tableKey(m.gorm.Table)]++
			}
			seen[parent] = true
		}
		if j.On != nil {
			on.host = r.sealAll(hostConditions(j.On.Exprs))
		}
		if len(on.scopes) > 0 || len(on.host) > 0 {
			j.On = &clause.Where{Exprs: []clause.Expression{on}}
		}
	}
	return nil
}

// joinScope is the scope of a joined association, if the join can be held to it.
func (r *run) joinScope(m *model, kind clause.JoinType, own bool) (scope.Predicate, error) {
	outer := r.target.model
	r.target.model = m
	defer func() { r.target.model = outer }()
	if own || !slices.Contains([]clause.JoinType{"", clause.LeftJoin, clause.InnerJoin}, kind) {
		return scope.Predicate{}, r.refuse("it is joined in a way that keeps rows which ON excludes", "use Joins or InnerJoins with the association's name")
	}
	d, err := r.decision(m.name, access.ReadRows)
	if err != nil {
		return scope.Predicate{}, err
	}
	if p := d.Scope(); len(p.Facts()) == 0 {
		return p, nil
	}
	return scope.Predicate{}, r.refuse("its scope asks for related rows, which ON cannot hold", "use Preload")
}

// associations resolves the name of a join as GORM does: "Team" or "Team.Region". It is nil for any other text.
func (r *run) associations(name string) []*schema.Relationship {
	if r.st.Schema == nil {
		return nil
	}
	var chain []*schema.Relationship
	next := r.st.Schema.Relationships.Relations
	if rel := next[name]; rel != nil {
		return []*schema.Relationship{rel}
	}
	for _, part := range strings.Split(name, ".") {
		rel := next[part]
		if rel == nil {
			return nil
		}
		chain = append(chain, rel)
		next = rel.FieldSchema.Relationships.Relations
	}
	return chain
}

// joined is a protected association of a join.
type joined struct {
	model *model
	scope scope.Predicate
}

// joinCondition is the whole of a join's ON beyond its keys. GORM builds it once for each association on the way, in a
// statement whose Table is the alias.
type joinCondition struct {
	run    *run
	scopes map[string]joined // by alias
	host   []clause.Expression
}

// Build implements clause.Expression.
func (c joinCondition) Build(b clause.Builder) {
	st, ok := b.(*gorm.Statement)
	if !ok {
		_ = b.AddError(c.run.refuse("a join is built outside a statement", ""))
		return
	}
	_ = st.WriteByte('(')
	j, protected := c.scopes[st.Table]
	if protected {
		writePredicate(b, j.scope, j.model, c.run.dialect, st.Table)
	}
	if len(c.host) > 0 {
		if protected {
			st.WriteString(" AND ")
		}
		_ = st.WriteByte('(')
		clause.Where{Exprs: slices.Clone(c.host)}.Build(b)
		_ = st.WriteByte(')')
	}
	if !protected && len(c.host) == 0 {
		st.WriteString("1=1")
	}
	_ = st.WriteByte(')')
}

// hostConditions takes the host's part out of a join that was armed before.
func hostConditions(exprs []clause.Expression) []clause.Expression {
	if len(exprs) == 1 {
		if c, ok := exprs[0].(joinCondition); ok {
			return c.host
		}
	}
	return exprs
}
