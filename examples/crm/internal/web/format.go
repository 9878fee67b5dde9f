package web

import (
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"
)

func functions() template.FuncMap {
	return template.FuncMap{
		"text":  text,
		"label": func(lang, name string) string { return model.Label(name)[lang] },
		"show":  show,
		"plain": plain,
		"tags":  func(v any) []string { t, _ := v.(model.Tags); return t.List() },
		"why":   whyAddress,
		"json":  func(v any) (string, error) { text, err := json.Marshal(v); return string(text), err },
		"args":  func(list ...any) []any { return list },
		"style": func() (template.CSS, error) {
			css, err := templates.ReadFile("templates/style.css")
			return template.CSS(css), err
		},
	}
}

func whyAddress(action, typ, id string) string {
	q := url.Values{"action": {action}, "type": {typ}}
	if id != "" {
		q.Set("id", id)
	}
	return "/why?" + q.Encode()
}

// plain is a value as a form sends it back.
func plain(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case time.Time:
		return v.UTC().Format(time.RFC3339)
	}
	return fmt.Sprint(value)
}

var money = []string{"amount", "credit_limit", "budget"}

// show is a value as people read it.
func show(org Organisation, tenant, lang, column string, value any) string {
	switch v := value.(type) {
	case time.Time:
		return v.UTC().Format("2006-01-02 15:04 UTC")
	case int64:
		if slices.Contains(money, column) {
			return "¥\u00a0" + grouped(v)
		}
	case string:
		switch column {
		case "owner_id", "team_id", "region_id":
			return org.name(tenant, column, v)
		case "name", "title", "contact_name", "phone", "email", "address", "body", "id_number":
			return v
		}
		return model.Label(v)[lang]
	}
	return plain(value)
}

// grouped writes a number with commas between thousands.
func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
