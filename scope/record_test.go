package scope

import (
	"database/sql"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

type stamps struct {
	CreatedAt time.Time
	CreatedBy *int64
}

type lead struct {
	*stamps
	ID       int64
	TenantID string `access:"tenant"`
	OwnerID  int64
	Deputy   *string
	Team     sql.NullInt64 `gorm:"column:team_no"`
	Due      time.Time
	Secret   string `access:"-"`
	Tickets  []ticket
	hidden   int
}

type ticket struct{ ID int64 }

func TestRecordOfStruct(t *testing.T) {
	r := Of(&lead{ID: 1, OwnerID: 7, hidden: 1})
	assert.Equal(t, []string{"created_at", "created_by", "deputy", "due", "id", "owner_id", "team_no", "tenant"}, r.Names())
	for attr, want := range map[string]Value{"created_by": Null(), "deputy": Null(), "id": Int(1), "team_no": Null(), "tenant": Text("")} {
		k := want.Kind()
		if k == 0 {
			k = KindInt
		}
		v, err := r.Value(attr, k)
		assert.NoError(t, err)
		assert.Equal(t, want, v, attr)
		assert.True(t, r.Has(attr))
	}
	x, ok := r.Get("created_by")
	assert.True(t, ok)
	assert.Nil(t, x)
	x, ok = r.Get("owner_id")
	assert.True(t, ok)
	assert.Equal(t, int64(7), x)
	for _, attr := range []string{"secret", "Secret", "tickets", "hidden", "tenant_id", "team", "stamps", ""} {
		_, ok := r.Get(attr)
		assert.False(t, ok, attr)
		assert.False(t, r.Has(attr))
		_, err := r.Value(attr, KindText)
		var missing *MissingError
		assert.ErrorAs(t, err, &missing, attr)
	}
}

func TestRecordsOfEveryShapeAgree(t *testing.T) {
	l := lead{ID: 1, OwnerID: 7}
	m := map[string]any{"id": 1, "owner_id": 7}
	for _, r := range []Record{Of(&l), OfAny(&l), OfAny(l), OfAny(m), FromMap(m), OfAny(FromMap(m))} {
		ok, err := And(Eq("id", Int(1)), Eq("owner_id", Int(7))).Match(r)
		assert.NoError(t, err)
		assert.True(t, ok)
		assert.False(t, r.IsZero())
	}
}

func TestNoRecordIsAnError(t *testing.T) {
	two := struct {
		A int `gorm:"column:x"`
		B int `gorm:"column:x"`
	}{}
	var nilMap map[string]any
	for name, r := range map[string]Record{
		"zero": {}, "nil pointer": Of[lead](nil), "nil any": OfAny(nil), "typed nil": OfAny((*lead)(nil)), "number": OfAny(7),
		"not a struct": Of(new(int)), "pointer to pointer": Of(new(*lead)), "nil map": FromMap(nilMap), "two of one name": Of(&two),
		"nil with rows": Of[lead](nil).With("tickets"),
	} {
		_, err := r.Value("id", KindInt)
		assert.Error(t, err, name)
		_, ok := r.Get("id")
		assert.False(t, ok, name)
		assert.False(t, r.Has("id"), name)
		assert.Empty(t, r.Names(), name)
		assert.Equal(t, name == "zero", r.IsZero(), name)
		_, err = IsNull("id").Eval(r)
		assert.Error(t, err, name)
	}
}

func TestWithLeavesTheRecordItIsCalledOn(t *testing.T) {
	p := must(Exists("tickets", All()).Within(singleLeads(), "acme"))
	row := FromMap(map[string]any{"tenant": "acme"})
	bare := FromMap(map[string]any{"id": 1})
	none := bare.With("tickets")
	some := none.With("tickets", row)
	_, err := p.Eval(bare)
	assert.Error(t, err)
	answer, err := p.Eval(none)
	assert.NoError(t, err)
	assert.Equal(t, False, answer)
	answer, err = p.Eval(some)
	assert.NoError(t, err)
	assert.Equal(t, True, answer)
}
