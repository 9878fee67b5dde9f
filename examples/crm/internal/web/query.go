package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/records"
)

const (
	defaultSize = 50
	largestSize = 200
	lastPage    = 1_000_000
)

// parseQuery reads page, size, sort and q; any other parameter asks for records with that value in that column.
func parseQuery(r *http.Request) (records.Query, error) {
	q := records.Query{Page: 1, Size: defaultSize, Equal: map[string]string{}}
	values, err := single(r)
	if err != nil {
		return q, errQuery
	}
	for name, text := range values {
		if text == "" {
			continue
		}
		switch name {
		case "page":
			q.Page, err = number(text, lastPage)
		case "size":
			q.Size, err = number(text, largestSize)
		case "sort":
			q.Descending = text[0] == '-'
			if q.Sort = text; q.Descending {
				q.Sort = text[1:]
			}
			if q.Sort == "" {
				err = records.ErrNoColumn
			}
		case "q":
			q.Search = text
		default:
			q.Equal[name] = text
		}
		if err != nil {
			return q, err
		}
	}
	return q, nil
}

// single are the parameters of an address, each of which is given once.
func single(r *http.Request) (map[string]string, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, errParameters
	}
	out := map[string]string{}
	for name, list := range values {
		if len(list) != 1 || !utf8.ValidString(name) || !utf8.ValidString(list[0]) {
			return nil, errParameters
		}
		out[name] = list[0]
	}
	return out, nil
}

// parameters are the parameters of an address that takes no others than these.
func parameters(r *http.Request, known ...string) (map[string]string, error) {
	values, err := single(r)
	for name := range values {
		if !slices.Contains(known, name) {
			return nil, errParameters
		}
	}
	return values, err
}

func number(text string, most int) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, errQuery
	}
	return n, nil
}
