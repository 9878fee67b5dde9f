package columns

import (
	"database/sql"
	"encoding/json"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

type Base struct {
	ID        uint
	CreatedAt time.Time
	DeletedAt gorm.DeletedAt
}

type address struct {
	City    string
	ZIPCode string `gorm:"column:zip"`
}

type tag2 struct{ ID uint }

type customer struct {
	Base
	TenantID   string
	HTTPServer string
	Owner      *int64   `gorm:"column:owner_id;index"`
	Billing    address  `gorm:"embedded;embeddedPrefix:billing_"`
	Shipping   *address `gorm:"embedded;embeddedPrefix:ship_"`
	Limit      sql.NullFloat64
	Photo      []byte
	Meta       map[string]string `gorm:"serializer:json"`
	Raw        json.RawMessage
	Tags       []tag2 `gorm:"many2many:customer_tags"`
	ParentID   *uint
	Parent     *customer
	Ignored    string `gorm:"-"`
	private    string
}

// GORM itself says what the columns are.
func TestSameColumnsAsGORM(t *testing.T) {
	type model struct {
		gorm.Model
		Placed
		UUID   string
		APIKey string
	}
	for _, x := range []any{customer{private: ""}, model{}, Base{}, gorm.Model{}} {
		s, err := schema.Parse(x, &sync.Map{}, schema.NamingStrategy{})
		require.NoError(t, err)
		plan := Of(reflect.TypeOf(x))
		require.NoError(t, plan.Err)
		var names []string
		for _, f := range plan.Fields {
			names = append(names, f.Name)
			assert.Equal(t, reflect.TypeOf(x).FieldByIndex(f.Index).Type, f.Type, f.Name)
		}
		slices.Sort(names)
		want := slices.Clone(s.DBNames)
		slices.Sort(want)
		assert.Equal(t, want, names, "%T", x)
	}
}

type Placed struct {
	TeamID  int
	UserURL string
}

func FuzzSnakeIsGORMs(f *testing.F) {
	for _, s := range []string{"ID", "TeamID", "HTTPServer", "UserIDs", "A", "AB", "ABc", "Utf8", "UTF8Name", "V2Name", "X_Y", "HTTPSOnly", "Z9", "Été", "UIDs"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for i, r := range s {
			if r >= 0x80 || i == 0 && (r < 'A' || r > 'Z') || r != '_' && !(r >= '0' && r <= '9') && !(r >= 'a' && r <= 'z') && !(r >= 'A' && r <= 'Z') {
				return // no exported name of ASCII letters
			}
		}
		if s != "" {
			assert.Equal(t, schema.NamingStrategy{}.ColumnName("", s), Snake(s), "%q", s)
		}
	})
}

func names(x any) []string {
	out := []string{}
	for _, f := range Of(reflect.TypeOf(x)).Fields {
		out = append(out, f.Name)
	}
	return out
}

type inner struct {
	Name string
	Only int
}

type other struct{ Only int }

type Loop struct {
	*Loop
	Name string
}

func TestShadowingIsGos(t *testing.T) {
	type outer struct {
		inner
		Name string `access:"title"`
	}
	assert.Equal(t, []string{"only", "title"}, names(outer{}))
	type ambiguous struct {
		inner
		other
	}
	assert.Equal(t, []string{"name"}, names(ambiguous{}), "Go selects neither Only")
	type left struct {
		inner
		Name string `access:"-"`
	}
	assert.Equal(t, []string{"only"}, names(left{}), "the hidden field still shadows")
	type prefixed struct {
		Name  string
		inner `gorm:"embedded;embeddedPrefix:in_"`
	}
	assert.Equal(t, []string{"name", "in_name", "in_only"}, names(prefixed{}))
	assert.Equal(t, []string{"name"}, names(Loop{}), "a struct that embeds itself")
}

func TestTagsName(t *testing.T) {
	type row struct {
		A int `access:"alpha" gorm:"column:a1" json:"x,omitempty"`
		B int `gorm:"index; COLUMN:b1 ; not null" json:"-"`
		C int `gorm:"-:all"`
		D int `gorm:"-:migration" json:",omitempty"`
		E int `gorm:"-" access:"computed"`
		F struct{ X int }
		G struct{ X int } `access:"g"`
		H []*tag2
		I chan int
		J func()
		K any
		L [16]byte
		M *time.Time
		N []time.Time
	}
	plan := Of(reflect.TypeFor[row]())
	require.NoError(t, plan.Err)
	assert.Equal(t, []string{"alpha", "b1 ", "d", "computed", "g", "k", "l", "m", "n"}, names(row{}))
	f, ok := plan.Lookup("alpha")
	assert.True(t, ok)
	assert.Equal(t, "x", f.JSON)
	f, _ = plan.Lookup("d")
	assert.Equal(t, "D", f.JSON)
	_, ok = plan.Lookup("A")
	assert.False(t, ok)
}

func TestReadThroughNil(t *testing.T) {
	type row struct {
		*inner
		Ship *address `gorm:"embedded"`
	}
	plan := Of(reflect.TypeFor[row]())
	empty, full := row{}, row{inner: &inner{Name: "x"}, Ship: &address{City: "y"}}
	for name, want := range map[string]string{"name": "x", "city": "y"} {
		f, ok := plan.Lookup(name)
		require.True(t, ok)
		assert.False(t, f.Read(reflect.ValueOf(empty)).IsValid())
		assert.Equal(t, want, f.Read(reflect.ValueOf(full)).Interface())
	}
}

func TestTypesWithoutAPlan(t *testing.T) {
	type twice struct {
		A int `gorm:"column:x"`
		B int `access:"x"`
	}
	plan := Of(reflect.TypeFor[twice]())
	assert.ErrorContains(t, plan.Err, `"x"`)
	assert.Empty(t, plan.Fields)
	for _, typ := range []reflect.Type{nil, reflect.TypeFor[int](), reflect.TypeFor[*customer](), reflect.TypeFor[map[string]any]()} {
		plan := Of(typ)
		assert.Error(t, plan.Err)
		_, ok := plan.Lookup("id")
		assert.False(t, ok)
	}
}

func TestOneTypeOnePlan(t *testing.T) {
	var group sync.WaitGroup
	got := make([]*Plan, 8)
	type fresh struct{ A int }
	for i := range got {
		group.Add(1)
		go func() { defer group.Done(); got[i] = Of(reflect.TypeFor[fresh]()) }()
	}
	group.Wait()
	for _, p := range got {
		assert.Same(t, got[0], p)
	}
}
