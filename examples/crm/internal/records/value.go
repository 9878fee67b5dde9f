package records

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/mail"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gorm.io/gorm/schema"

	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"
)

// Values are what a write sets, by column, in the Go type of the column.
type Values map[string]any

// Fault is what can be wrong with a value.
type Fault string

// The faults. TooLong and NotAChoice come with what would be right.
const (
	Unknown    Fault = "unknown"    // there is no such column, or nobody and nothing of that name
	NotNull    Fault = "not_null"   // null, where there must be a value
	NotNumber  Fault = "not_number" // not a whole number
	NotList    Fault = "not_list"   // not a list of words
	NotTime    Fault = "not_time"
	NotText    Fault = "not_text"
	NotPhone   Fault = "not_phone"
	NotEmail   Fault = "not_email"
	NotDay     Fault = "not_day"
	Negative   Fault = "negative"
	TooLong    Fault = "too_long"
	ManyLines  Fault = "many_lines"
	Blank      Fault = "blank"
	NotAChoice Fault = "not_a_choice"
)

// ValueError says what is wrong with a value that was sent.
type ValueError struct {
	Column string
	Fault  Fault
	Right  string // what would be right, where that can be listed
}

func (e *ValueError) Error() string {
	return "records: " + e.Column + ": " + string(e.Fault) + " " + e.Right
}

const longest = 2000 // characters in a text

func (t *table[T, P]) field(name string) (*schema.Field, error) {
	f := t.columns.LookUpField(name)
	if f == nil || f.DBName != name {
		return nil, &ValueError{Column: name, Fault: Unknown}
	}
	return f, nil
}

func (t *table[T, P]) FromJSON(name string, raw json.RawMessage) (any, error) {
	f, err := t.field(name)
	if err != nil {
		return nil, err
	}
	into := reflect.New(f.FieldType)
	if f.FieldType.Kind() != reflect.Pointer && bytes.Equal(bytes.TrimSpace(raw), []byte("null")) {
		return nil, &ValueError{Column: name, Fault: NotNull}
	}
	if err := json.Unmarshal(raw, into.Interface()); err != nil {
		return nil, &ValueError{Column: name, Fault: mistyped(f)}
	}
	value := into.Elem().Interface()
	if p, ok := value.(*string); ok && p != nil && strings.TrimSpace(*p) == "" {
		value = (*string)(nil)
	}
	return value, t.check(name, value)
}

func (t *table[T, P]) FromText(name, text string) (any, error) {
	f, err := t.field(name)
	if err != nil {
		return nil, err
	}
	var value any
	switch reflect.New(f.FieldType).Elem().Interface().(type) {
	case string:
		value = text
	case *string:
		value = &text
		if strings.TrimSpace(text) == "" {
			value = (*string)(nil)
		}
	case model.Tags:
		words := strings.Split(text, ",")
		value, err = model.NewTags(slices.DeleteFunc(words, func(w string) bool { return strings.TrimSpace(w) == "" })...)
	case int64:
		value, err = strconv.ParseInt(text, 10, 64)
	default:
		err = fmt.Errorf("no text for it")
	}
	if err != nil {
		return nil, &ValueError{Column: name, Fault: mistyped(f)}
	}
	return value, t.check(name, value)
}

func (t *table[T, P]) Number(name string) bool {
	f, err := t.field(name)
	return err == nil && f.FieldType == reflect.TypeFor[int64]()
}

func mistyped(f *schema.Field) Fault {
	switch f.FieldType {
	case reflect.TypeFor[int64]():
		return NotNumber
	case reflect.TypeFor[model.Tags]():
		return NotList
	case reflect.TypeFor[time.Time]():
		return NotTime
	}
	return NotText
}

// check holds a value against what its column can be.
func (t *table[T, P]) check(name string, value any) error {
	text := ""
	switch v := value.(type) {
	case int64:
		if v < 0 {
			return &ValueError{Column: name, Fault: Negative}
		}
		return nil
	case string:
		text = v
	case model.Tags:
		text = string(v)
	case *string:
		if v != nil {
			text = *v
		}
	default:
		return nil
	}
	options := t.kind.Options[name]
	switch {
	case !utf8.ValidString(text):
		return &ValueError{Column: name, Fault: NotText}
	case utf8.RuneCountInString(text) > longest:
		return &ValueError{name, TooLong, strconv.Itoa(longest)}
	case name != "body" && strings.ContainsFunc(text, unicode.IsControl):
		return &ValueError{Column: name, Fault: ManyLines}
	case name == t.kind.Title && strings.TrimSpace(text) == "":
		return &ValueError{Column: name, Fault: Blank}
	case options != nil && !slices.Contains(options, text):
		return &ValueError{name, NotAChoice, strings.Join(options, ", ")}
	case slices.Contains(t.kind.Days, name) && text != "" && !isDay(text):
		return &ValueError{Column: name, Fault: NotDay}
	case name == "phone" && text != "" && !phone.MatchString(text):
		return &ValueError{Column: name, Fault: NotPhone}
	case name == "email" && text != "" && !isEmail(text):
		return &ValueError{Column: name, Fault: NotEmail}
	}
	return nil
}

var phone = regexp.MustCompile(`^\+?[0-9][0-9 ()/-]{3,28}[0-9]$`)

// isEmail tells a bare address from a display name, a list or something else.
func isEmail(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text
}

func isDay(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}
