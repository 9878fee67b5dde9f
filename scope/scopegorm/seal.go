package scopegorm

import (
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// sealed is a condition of the host in parentheses of its own, checked to stay inside them. Without these a text such
// as "a\nOR b", which GORM leaves bare, would let the condition beside it be evaded.
type sealed struct {
	run   *run
	inner clause.Expression
}

func (s sealed) Build(b clause.Builder) { s.enclose(b, s.inner.Build) }

func (s sealed) enclose(b clause.Builder, build func(clause.Builder)) {
	st, ok := b.(*gorm.Statement)
	if !ok {
		_ = b.AddError(s.run.refuse("a condition is built outside a statement", ""))
		return
	}
	_ = st.WriteByte('(')
	from := st.SQL.Len()
	build(b)
	if err := checkFragment(st.SQL.String()[from:], s.run.dialect); err != nil {
		_ = b.AddError(s.run.refuseText(err))
	}
	_ = st.WriteByte(')')
}

// checkFragment reports why SQL is not one expression.
func checkFragment(sql string, d scope.Dialect) error {
	tokens, err := lex(sql, d)
	for _, t := range tokens {
		if t.class == mark && t.text == "," && t.depth == 0 {
			return errors.New("it is a list")
		}
	}
	return err
}

// sealedNegatable keeps the form that Not gives a condition which knows its own negation.
type sealedNegatable struct{ sealed }

func (s sealedNegatable) NegationBuild(b clause.Builder) {
	s.enclose(b, s.inner.(clause.NegationExpressionBuilder).NegationBuild)
}

func (r *run) refuseText(err error) error {
	return r.refuse("a text in it cannot be kept in its place: "+err.Error(), "write the condition with ? and values")
}

// seal encloses every leaf of a condition; And, Or and Not stay what they are, because GORM joins by their type.
func (r *run) seal(e clause.Expression) clause.Expression {
	switch e := e.(type) {
	case clause.AndConditions:
		return clause.AndConditions{Exprs: r.sealAll(e.Exprs)}
	case clause.OrConditions:
		return clause.OrConditions{Exprs: r.sealAll(e.Exprs)}
	case clause.NotConditions:
		return clause.NotConditions{Exprs: r.sealAll(e.Exprs)}
	case sealed:
		return r.seal(e.inner)
	case sealedNegatable:
		return r.seal(e.inner)
	case clause.Where:
		e.Exprs = r.sealAll(e.Exprs)
		return sealed{r, e}
	}
	e = r.adopt(e)
	if _, ok := e.(clause.NegationExpressionBuilder); ok {
		return sealedNegatable{sealed{r, e}}
	}
	return sealed{r, e}
}

func (r *run) sealAll(exprs []clause.Expression) []clause.Expression {
	out := make([]clause.Expression, 0, len(exprs))
	for _, e := range exprs {
		if e != nil {
			out = append(out, r.seal(e))
		}
	}
	return out
}
