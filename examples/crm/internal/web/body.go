package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

const largestBody = 64 << 10

// readObject reads a JSON object. encoding/json alone would take keys in any case, let the last of two win and put
// something else in the place of what is no text: what was checked would not be what is written.
func readObject(w http.ResponseWriter, r *http.Request) (map[string]json.RawMessage, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largestBody))
	if err != nil {
		return nil, unread(err, errBody)
	}
	if !utf8.Valid(body) || loneSurrogate(body) {
		return nil, errBody
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return nil, errBody
	}
	set := map[string]json.RawMessage{}
	for dec.More() {
		key, err := dec.Token()
		name, isText := key.(string)
		if _, twice := set[name]; err != nil || !isText || twice {
			return nil, errBody
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, errBody
		}
		set[name] = raw
	}
	if end, err := dec.Token(); err != nil || end != json.Delim('}') {
		return nil, errBody
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errBody
	}
	return set, nil
}

// escapes are the escapes in JSON texts, those of surrogates in pairs.
var escapes = regexp.MustCompile(`\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.`)

// loneSurrogate reports whether an escape is half a character.
func loneSurrogate(body []byte) bool {
	for _, e := range escapes.FindAll(body, -1) {
		if len(e) == len(`\u0000`) {
			if code, err := strconv.ParseUint(string(e[2:]), 16, 32); err == nil && utf16.IsSurrogate(rune(code)) {
				return true
			}
		}
	}
	return false
}

// readForm reads a form as browsers send it, each field once.
func readForm(w http.ResponseWriter, r *http.Request) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return errMediaType
	}
	r.Body = http.MaxBytesReader(w, r.Body, largestBody)
	if err := r.ParseForm(); err != nil {
		return unread(err, errForm)
	}
	for name, values := range r.PostForm {
		if len(values) != 1 || !utf8.ValidString(name) || !utf8.ValidString(values[0]) {
			return errForm
		}
	}
	return nil
}

func unread(err error, other *mistake) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return errTooLarge
	}
	return other
}
