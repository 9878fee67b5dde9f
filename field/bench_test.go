package field_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/field"
)

// wide has 20 fields: three are masked, three hidden.
type wide struct {
	OwnerID                                string
	Phone, Mobile, Mail                    string
	Grade, Margin, Quote                   string
	A, B, C, D, E, F, G, H, I, J, K, L, M2 string
}

var wideFields = []string{"owner_id", "phone", "mobile", "mail", "grade", "margin", "quote",
	"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m2"}

func wides() []wide {
	page := make([]wide, 1000)
	for i := range page {
		page[i] = wide{OwnerID: []string{"alice", "bob"}[i%2], Phone: "13212345917", Mobile: "13712345917",
			Mail: fmt.Sprintf("customer%d@example.com", i), Grade: "A", Margin: "10", Quote: "7", A: "text"}
	}
	return page
}

func wideRules() []field.Rule {
	rules := []field.Rule{{Role: "a", Field: "*", When: always, Form: read}}
	for name, form := range map[string]field.Form{"phone": phone, "mobile": phone, "mail": masker("email"), "grade": hide, "margin": hide, "quote": hide} {
		rules = append(rules, field.Rule{Role: "a", Field: name, When: always, Form: form})
	}
	return rules
}

func byHand(page []wide) []wide {
	out := make([]wide, len(page))
	for i, w := range page {
		w.Phone = w.Phone[:3] + "****" + w.Phone[7:]
		w.Mobile = w.Mobile[:3] + "****" + w.Mobile[7:]
		for at := range len(w.Mail) {
			if w.Mail[at] == '@' {
				w.Mail = w.Mail[:1] + "***************"[:at-1] + w.Mail[at:]
				break
			}
		}
		w.Grade, w.Margin, w.Quote = "", "", ""
		out[i] = w
	}
	return out
}

func BenchmarkRedact(b *testing.B) {
	page := wides()
	b.Run("by_hand", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			byHand(page)
		}
	})
	one := newMask(b, wideFields, wideRules()...)
	each := newMask(b, wideFields, append(wideRules(), field.Rule{Role: "b", Field: "phone", When: mine, Form: read})...)
	for name, m := range map[string]field.Mask{"one_mask": one, "mask_per_record": each} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if _, err := field.Redact(context.Background(), m, page); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
