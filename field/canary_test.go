package field_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

type mobile string

type order struct {
	Number string
	Lines  []*string
}

type base struct {
	OwnerID string
	TeamID  *int64
	Shadow  string // covered by the customer's own
}

type Contact struct {
	Phone mobile
	Email *string
}

type address struct{ City, Street string }

// customer has a field of every make, and cannot be copied at once.
type customer struct {
	base
	*Contact
	Name    string
	Shadow  string
	Note    sql.NullString
	Nick    sql.Null[string]
	Extra   map[string]any
	Tags    []string
	Raw     json.RawMessage
	Amount  *big.Int `access:"amount"`
	Score   int
	Seen    *time.Time
	Any     any
	Pair    [2]*string
	Place   address `gorm:"embedded;embeddedPrefix:place_"`
	Bought  []order `access:"orders"`
	Last    *order  // related, named last
	Secret  string  `access:"-"`
	private *string
}

// lead can be copied at once.
type lead struct {
	base
	Name, Phone, Mail string
	Email             *string
	Orders            []order
	Secret            string  `access:"-"`
	Place             address `gorm:"embedded;embeddedPrefix:place_"`
}

var (
	customerFields = []string{"owner_id", "team_id", "phone", "email", "name", "shadow", "note", "nick", "extra", "tags", "raw",
		"amount", "score", "seen", "any", "pair", "place_city", "place_street", "orders", "last"}
	leadFields = []string{"owner_id", "team_id", "name", "phone", "mail", "email", "orders", "place_city", "place_street"}
)

func ptr[T any](v T) *T { return &v }

// canary is a text that says to which field it belongs.
func canary(name string) string { return "canary-" + name + "-0123456789" }

func newOrder(name string) order {
	return order{Number: canary(name), Lines: []*string{ptr(canary(name))}}
}

func newCustomer(owner string, team any) customer {
	c := customer{
		base:    base{OwnerID: owner, Shadow: canary("base-shadow")},
		Contact: &Contact{Phone: mobile(canary("phone")), Email: ptr(canary("email"))},
		Name:    canary("name"), Shadow: canary("shadow"),
		Note:   sql.NullString{String: canary("note"), Valid: true},
		Nick:   sql.Null[string]{V: canary("nick"), Valid: true},
		Extra:  map[string]any{"deep": []any{canary("extra"), map[string]*string{"k": ptr(canary("extra"))}}},
		Tags:   []string{canary("tags")},
		Raw:    json.RawMessage(`"` + canary("raw") + `"`),
		Amount: big.NewInt(771001), Score: 771002, Seen: ptr(time.Date(2071, 1, 1, 0, 0, 0, 0, time.UTC)),
		Any:    &order{Number: canary("any")},
		Pair:   [2]*string{ptr(canary("pair")), nil},
		Place:  address{canary("place_city"), canary("place_street")},
		Bought: []order{newOrder("orders")}, Last: ptr(newOrder("last")),
		Secret: canary("secret"), private: ptr(canary("private")),
	}
	if team, ok := team.(int); ok {
		c.TeamID = ptr(int64(team))
	}
	return c
}

func newLead(owner string, team any) lead {
	l := lead{base: base{OwnerID: owner}, Name: canary("name"), Phone: canary("phone"), Mail: canary("mail"),
		Email: ptr(canary("email")), Orders: []order{newOrder("orders")}, Secret: canary("secret"),
		Place: address{canary("place_city"), canary("place_street")}}
	l.Shadow = canary("shadow")
	if team, ok := team.(int); ok {
		l.TeamID = ptr(int64(team))
	}
	return l
}

// texts collects every text and number that reflection can reach, in unexported fields too.
func texts(v reflect.Value, out *[]string) {
	switch v.Kind() {
	case reflect.String:
		*out = append(*out, v.String())
	case reflect.Int, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint64:
		*out = append(*out, fmt.Sprint(v))
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() && v.Type() != reflect.TypeFor[*time.Location]() {
			texts(v.Elem(), out)
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 && v.Kind() == reflect.Slice {
			*out = append(*out, string(v.Bytes()))
			return
		}
		for i := range v.Len() {
			texts(v.Index(i), out)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			texts(v.Field(i), out)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			texts(it.Key(), out)
			texts(it.Value(), out)
		}
	}
}

// shout overwrites everything that can be overwritten in place.
func shout(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			if n, ok := v.Interface().(*big.Int); ok {
				n.Bits()[0]++
				return
			}
			shout(v.Elem())
		}
	case reflect.Interface:
		if !v.IsNil() {
			shout(v.Elem())
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			shout(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() || v.Type().Field(i).Anonymous {
				shout(v.Field(i))
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			shout(it.Value())
			v.SetMapIndex(it.Key(), reflect.Zero(v.Type().Elem()))
		}
	}
	if v.CanSet() {
		v.SetZero()
	}
}

var marks = map[string]string{"amount": "771001", "score": "771002", "seen": "2071-01-01"}

// sees reports whether a field's content is in what was printed.
func sees(printed, name string) bool {
	mark := marks[name]
	if mark == "" {
		mark = canary(name)
	}
	return strings.Contains(printed, mark)
}

func printed(t *testing.T, v any) string {
	var all []string
	texts(reflect.ValueOf(v), &all)
	data, err := json.Marshal(v)
	require.NoError(t, err)
	return fmt.Sprintf("%+v\n%s\n%s", v, data, strings.Join(all, "\n"))
}

// canaries redacts random records by random rules: what is hidden is nowhere in the copy, what is visible is, and the
// copy shares no memory with the original.
func canaries[T any](t *testing.T, fields []string, make func(owner string, team any) T) {
	seed := rand.Uint64()
	rnd := rand.New(rand.NewPCG(seed, 2))
	for round := range 400 {
		rules := randomRules(rnd, fields)
		m := newMask(t, fields, rules...)
		owner, team := []string{"alice", "bob"}[rnd.IntN(2)], []any{7, 8, nil}[rnd.IntN(3)]
		in := []*T{ptr(make(owner, team)), nil, ptr(make("zed", nil)), ptr(make(owner, team))}
		out, err := field.Redact(context.Background(), m, in)
		about := fmt.Sprintf("seed %d round %d rules %v", seed, round, rules)
		require.NoError(t, err, about)
		require.Nil(t, out[1])
		rows, err := field.Rows(context.Background(), m, in)
		require.NoError(t, err, about)
		require.Nil(t, rows[1])
		for i := range out {
			if in[i] == nil {
				continue
			}
			l, err := m.For(scope.OfAny(any(*in[i])))
			require.NoError(t, err)
			copied, row := printed(t, *out[i]), printed(t, rows[i])
			for _, name := range append(fields, "secret", "private", "base-shadow") {
				if name == "owner_id" || name == "team_id" {
					continue
				}
				clear := l.Of(name).Level >= field.Read
				require.Equal(t, clear, sees(copied, name), "%s: %s in %s", about, name, copied)
				require.Equal(t, clear, sees(row, name), "%s: %s in row %s", about, name, row)
				_, present := rows[i][name]
				require.Equal(t, l.Of(name).Level > field.Hide, present, "%s: key %s", about, name)
			}
		}
		shout(reflect.ValueOf(out))
		shout(reflect.ValueOf(rows))
		require.Equal(t, make(owner, team), *in[0], "%s: the original changed", about)
	}
}

func TestCanariesInStructBuiltUp(t *testing.T) { canaries(t, customerFields, newCustomer) }
func TestCanariesInStructCopied(t *testing.T)  { canaries(t, leadFields, newLead) }

func TestCanariesInMaps(t *testing.T) {
	canaries(t, leadFields, func(owner string, team any) map[string]any {
		m := map[string]any{"owner_id": owner, "team_id": team, "private": canary("private")}
		for _, name := range leadFields[2:] {
			m[name] = ptr(canary(name))
		}
		m["orders"] = []order{newOrder("orders")}
		return m
	})
}
