package audit_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/audit"
)

// full returns an event with every field set, found by reflection so that a field added later takes part in the tests.
func full(t *testing.T) audit.Event {
	t.Helper()
	var e audit.Event
	v := reflect.ValueOf(&e).Elem()
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		switch f := v.Field(i); f.Interface().(type) {
		case string:
			f.SetString(name + " of \"<张伟>\"\n")
		case []string:
			f.Set(reflect.ValueOf([]string{name + " 1", name + " 2"}))
		case map[string]string:
			f.Set(reflect.ValueOf(map[string]string{"b": "2", "a": "1"}))
		case bool:
			f.SetBool(true)
		case int:
			f.SetInt(7)
		case time.Time:
			f.Set(reflect.ValueOf(time.Date(2026, 3, 8, 17, 59, 59, 123456789, time.UTC)))
		default:
			require.Failf(t, "field of a new type", "teach full about %s", name)
		}
	}
	return e
}

func TestEventJSON(t *testing.T) {
	e := full(t)
	text, err := json.Marshal(e)
	require.NoError(t, err)
	var back audit.Event
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Equal(t, e, back)

	text, err = json.Marshal(audit.Event{})
	require.NoError(t, err)
	assert.JSONEq(t, `{"id":"","time":"0001-01-01T00:00:00Z","kind":"","allowed":false}`, string(text),
		"the fields that are always there, and no other; allowed is said even when false")
}

func TestCloneSharesNothing(t *testing.T) {
	e, want := full(t), full(t)
	c := e.Clone()
	require.Equal(t, want, c)
	v := reflect.ValueOf(&c).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i).Interface().(type) {
		case []string:
			f[0] = "changed"
		case map[string]string:
			f["a"] = "changed"
		}
	}
	assert.Equal(t, want, e)
	assert.Equal(t, audit.Event{}, audit.Event{}.Clone())
}

func ExampleEvent() {
	e := audit.Event{
		ID: "d-1", Time: time.Date(2026, 3, 9, 18, 30, 0, 0, time.UTC), Kind: audit.KindDecision,
		Tenant: "acme", Subject: "rep-7", Action: "view", Type: "customer", Record: "42",
		Reasons: []string{"outside_window"}, Rules: []string{"r:med_rep customer view after_18 deny"},
	}
	text, _ := json.Marshal(e)
	fmt.Println(string(text))
	// Output: {"id":"d-1","time":"2026-03-09T18:30:00Z","kind":"decision","tenant":"acme","subject":"rep-7","action":"view","type":"customer","record":"42","allowed":false,"reasons":["outside_window"],"rules":["r:med_rep customer view after_18 deny"]}
}
