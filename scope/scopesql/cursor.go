package scopesql

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"time"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

const (
	maxCursor = 16 << 10 // characters of a cursor that are looked at
	macSize   = sha256.Size
)

// position is what a cursor carries: the values of the row that a page ended with. What list it is of stands in the
// signature alone.
type position struct {
	Until  int64    // Unix seconds
	Values [][]byte // the text of each scope.Value, bytes as they are; nil for NULL
}

// seal signs a position for one list.
func seal(key []byte, list string, until time.Time, at []scope.Value) string {
	p := position{Until: until.Unix()}
	for _, v := range at {
		var text []byte
		if !v.IsNull() {
			text = append([]byte{}, v.String()...)
		}
		p.Values = append(p.Values, text)
	}
	body, _ := json.Marshal(p) // integers and bytes always can be
	return base64.RawURLEncoding.EncodeToString(append(sign(key, list, body), body...))
}

// open returns the position that a cursor of this list holds.
func open(keys [][]byte, list, cursor string, now time.Time, by []term) ([]scope.Value, error) {
	if len(cursor) > maxCursor {
		return nil, cursorError{}
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(raw) < macSize || base64.RawURLEncoding.EncodeToString(raw) != cursor {
		return nil, cursorError{}
	}
	mac, body := raw[:macSize], raw[macSize:]
	genuine := false
	for _, key := range keys {
		genuine = genuine || hmac.Equal(mac, sign(key, list, body))
	}
	var p position
	if !genuine || json.Unmarshal(body, &p) != nil || len(p.Values) != len(by) {
		return nil, cursorError{}
	}
	if now.Unix() >= p.Until {
		return nil, cursorError{expired: true}
	}
	at := make([]scope.Value, len(by))
	for i, text := range p.Values {
		if at[i] = scope.Null(); text == nil {
			continue
		}
		if at[i], err = parse(by[i].attr.Kind, string(text)); err != nil {
			return nil, cursorError{}
		}
	}
	return at, nil
}

// parse is scope.ParseValue, but reads the blank uuid that a text column can hold.
func parse(k scope.Kind, text string) (scope.Value, error) {
	if k == scope.KindUUID {
		return scope.ValueOf(k, text)
	}
	return scope.ParseValue(k, text)
}

func sign(key []byte, list string, body []byte) []byte {
	h := hmac.New(sha256.New, key)
	_, _ = h.Write([]byte("scopesql cursor 1\n")) // a hash never fails
	_, _ = h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(list))))
	_, _ = h.Write([]byte(list))
	_, _ = h.Write(body)
	return h.Sum(nil)
}
