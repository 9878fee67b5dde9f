package web

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/records"
)

// export answers GET …/export?purpose= with every record in reach, one line each under one header line. Only columns
// that are clear on all of these records leave the system.
func (s *server) export(t records.Table) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		given, err := parameters(r, "purpose")
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		req, err := s.guard.Request(r, "export", t.Kind().Type)
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		req.Purpose = cmp.Or(strings.TrimSpace(given["purpose"]), "unspecified")
		dec, err := s.guard.Decide(r, req)
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		rows, err := t.All(r.Context(), dec)
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		var columns []string
		for _, name := range dec.Fields().Fields() {
			if dec.Queryable(name) == nil {
				columns = append(columns, name)
			}
		}
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%s.csv", t.Kind().Path))
		writeCSV(csv.NewWriter(w), columns, rows)
	}
}

func writeCSV(out *csv.Writer, columns []string, rows []records.Row) {
	_ = out.Write(columns)
	line := make([]string, len(columns))
	for _, row := range rows {
		for i, name := range columns {
			line[i] = cell(row[name])
		}
		_ = out.Write(line)
	}
	out.Flush()
}

// cell is a value as text. A text that a spreadsheet would take for a formula, be it behind characters that cannot be
// seen, gets an apostrophe in front.
func cell(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case time.Time:
		return v.UTC().Format(time.RFC3339)
	case model.Tags:
		return formulaSafe(string(v))
	case string:
		return formulaSafe(v)
	}
	return fmt.Sprint(value)
}

func formulaSafe(text string) string {
	seen := strings.TrimLeftFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) })
	if first, _ := utf8.DecodeRuneInString(seen); strings.ContainsRune("=+-@＝＋－＠", first) || strings.IndexAny(text, "\t\r\n") == 0 {
		return "'" + text
	}
	return text
}
