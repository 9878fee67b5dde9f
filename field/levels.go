package field

// Levels holds the form of every field for one record. The zero Levels hides everything. It never changes and may be
// used by several goroutines.
type Levels struct {
	p     *program
	forms []Form // one for each of p.fields
}

// Of returns the field's form; a field that the type does not have is hidden.
func (l Levels) Of(field string) Form {
	if l.p == nil {
		return Form{}
	}
	if i, known := l.p.index[field]; known {
		return l.forms[i]
	}
	return Form{}
}

// Visible returns the fields that are shown, in part or in clear, in the mask's order.
func (l Levels) Visible() []string { return l.at(Masked, Read, Once, Edit) }

// Writable returns the fields that may be changed on an existing record, in the mask's order.
func (l Levels) Writable() []string { return l.at(Edit) }

// WritableOnCreate returns the fields that may be set when a record is created, in the mask's order.
func (l Levels) WritableOnCreate() []string { return l.at(Once, Edit) }

func (l Levels) at(levels ...Level) []string {
	var out []string
	for i, f := range l.forms {
		for _, level := range levels {
			if f.Level == level {
				out = append(out, l.p.fields[i])
			}
		}
	}
	return out
}
