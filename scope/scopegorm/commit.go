package scopegorm

import (
	"reflect"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// commit records what was done under each decision of the statement. Where that fails the statement has failed: a
// write is rolled back by GORM's transaction, and rows that were read are taken from the host again.
func (r *run) commit(count int) {
	var done []string
	for _, d := range r.used {
		if slices.Contains(done, d.ID()) {
			continue
		}
		done = append(done, d.ID())
		outcome := access.Outcome{Count: count, Detail: map[string]string{"statement": opOf(r.kind)}}
		if d.ID() == r.dec.ID() {
			outcome.Fields = r.fields
		}
		if err := r.auth.Commit(r.st.Context, d, outcome); err != nil {
			_ = r.db.AddError(err)
			r.forget()
			return
		}
	}
}

func (r *run) forget() {
	if rv := r.st.ReflectValue; r.kind == access.ReadRows && rv.IsValid() && rv.CanSet() && rv.Kind() != reflect.Map {
		rv.SetZero()
	} else if r.kind == access.ReadRows && rv.Kind() == reflect.Map {
		rv.Clear()
	}
	r.db.RowsAffected = 0
}
