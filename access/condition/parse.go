package condition

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Parse reads a condition from JSON: {"daily":{…}}, {"circle":{…}}, {"network":{…}} or {"assurance":{…}}. Unknown keys,
// keys in capitals, keys given twice, null and anything behind the value are refused. The values are checked by
// [Spec.Compile].
func Parse(text []byte) (Spec, error) {
	var s Spec
	if err := json.Unmarshal(text, &s); err != nil {
		return Spec{}, fmt.Errorf("condition: %w", err)
	}
	return s, nil
}

// UnmarshalJSON is as strict as [Parse], so that a Spec inside a larger document is.
func (s *Spec) UnmarshalJSON(text []byte) error {
	if err := checkKeys(text); err != nil {
		return err
	}
	type plain Spec
	var p plain
	if err := strict(text, &p); err != nil {
		return err
	}
	*s = Spec(p)
	return nil
}

// UnmarshalJSON wants all three numbers: a latitude left out is not the equator.
func (c *Circle) UnmarshalJSON(text []byte) error {
	var p struct {
		Lat     *float64 `json:"lat"`
		Lon     *float64 `json:"lon"`
		RadiusM *float64 `json:"radius_m"`
	}
	if err := strict(text, &p); err != nil {
		return err
	}
	if p.Lat == nil || p.Lon == nil || p.RadiusM == nil {
		return errors.New("circle needs lat, lon and radius_m")
	}
	*c = Circle{*p.Lat, *p.Lon, *p.RadiusM}
	return nil
}

func notInKeys(r rune) bool { return r != '_' && (r < 'a' || r > 'z') }

func strict(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// checkKeys refuses what encoding/json lets pass: keys that differ from ours in case, the same key twice (the last would
// win), and null (which would be read as not given).
func checkKeys(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	var open [][]string // keys seen so far of each object we are in; nil for a list
	wantKey := false
	for d.More() || len(open) > 0 {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch token {
		case nil:
			return errors.New("null is no value; leave the key out or give one")
		case json.Delim('{'):
			open, wantKey = append(open, []string{}), true
			continue
		case json.Delim('['):
			open, wantKey = append(open, nil), false
			continue
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		default:
			if !wantKey {
				break
			}
			key, top := token.(string), len(open)-1
			if strings.ContainsFunc(key, notInKeys) {
				return fmt.Errorf("key %q is unknown; keys are in lower case", key)
			}
			if slices.Contains(open[top], key) {
				return fmt.Errorf("key %q is given twice; leave one out", key)
			}
			open[top], wantKey = append(open[top], key), false
			continue
		}
		wantKey = len(open) > 0 && open[len(open)-1] != nil
	}
	return nil
}
