package model

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// Tags is a list of words, stored as one text with commas and written to JSON as a list.
type Tags string

// List returns the single tags.
func (t Tags) List() []string {
	if t == "" {
		return []string{}
	}
	return strings.Split(string(t), ",")
}

// MarshalJSON writes the list.
func (t Tags) MarshalJSON() ([]byte, error) { return json.Marshal(t.List()) }

// UnmarshalJSON reads a list of words.
func (t *Tags) UnmarshalJSON(data []byte) error {
	var list []*string
	if err := json.Unmarshal(data, &list); err != nil {
		return errTags
	}
	words := make([]string, len(list))
	for i, w := range list {
		if w == nil {
			return errTags
		}
		words[i] = *w
	}
	var err error
	*t, err = NewTags(words...)
	return err
}

// NewTags joins words, without blanks around them and each once. A blank word is an error, and so is one with a comma.
func NewTags(words ...string) (Tags, error) {
	var kept []string
	for _, w := range words {
		w = strings.TrimSpace(w)
		if w == "" || strings.Contains(w, ",") {
			return "", errTags
		}
		if !slices.Contains(kept, w) {
			kept = append(kept, w)
		}
	}
	return Tags(strings.Join(kept, ",")), nil
}

var errTags = errors.New("tags: give a list of words without commas")
