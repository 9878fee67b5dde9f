package field_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

type Customer struct {
	ID      int64
	OwnerID string
	Name    string
	Phone   string
	Grade   string
}

var exampleMaskers = field.NewMaskers()

// support sees every customer's phone in part, alice those of her own customers in full; nobody has a rule for grade.
func exampleMask() field.Mask {
	own := scope.Is("owner_id", scope.Text("alice"))
	m, err := field.NewMask([]string{"id", "owner_id", "name", "phone", "grade"}, []field.Rule{
		{Role: "support", Field: "id", When: scope.All(), Form: field.Form{Level: field.Read}},
		{Role: "support", Field: "name", When: scope.All(), Form: field.Form{Level: field.Read}},
		{Role: "support", Field: "phone", When: scope.All(), Form: field.Form{Level: field.Masked, Masker: "phone"}},
		{Role: "sales", Field: "phone", When: own, Form: field.Form{Level: field.Edit}},
		{Role: "sales", Field: "owner_id", When: own, Form: field.Form{Level: field.Edit}},
	}, exampleMaskers)
	if err != nil {
		panic(err)
	}
	return m
}

func ExampleRedact() {
	page := []Customer{
		{ID: 1, OwnerID: "alice", Name: "Chen", Phone: "13212345917", Grade: "A"},
		{ID: 2, OwnerID: "bob", Name: "Wang", Phone: "13787654321", Grade: "B"},
	}
	out, err := field.Redact(context.Background(), exampleMask(), page)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range out {
		fmt.Printf("%+v\n", c)
	}
	fmt.Println("the original still has", page[1].Phone)
	// Output:
	// {ID:1 OwnerID:alice Name:Chen Phone:13212345917 Grade:}
	// {ID:2 OwnerID: Name:Wang Phone:137****4321 Grade:}
	// the original still has 13787654321
}

// A projection that leaves the owner out cannot show more by being silent about it.
func ExampleRedact_projection() {
	page := []map[string]any{{"id": 2, "phone": "13787654321"}}
	out, err := field.Redact(context.Background(), exampleMask(), page)
	var missing *scope.MissingError
	fmt.Println(out, errors.As(err, &missing), missing.Attr)
	// Output: [] true owner_id
}

func ExampleRows() {
	page := []*Customer{{ID: 2, OwnerID: "bob", Name: "Wang", Phone: "13787654321", Grade: "B"}}
	rows, err := field.Rows(context.Background(), exampleMask(), page)
	if err != nil {
		fmt.Println(err)
		return
	}
	data, _ := json.Marshal(rows)
	fmt.Println(string(data))
	// Output: [{"id":2,"name":"Wang","phone":"137****4321"}]
}

func ExampleRow() {
	row, err := field.Row(context.Background(), field.Mask{}, Customer{ID: 2, Name: "Wang"})
	fmt.Println(row, err)
	// Output: map[] <nil>
}

// Alice may write phones of her own customers. She tries to take Bob's customer over in the write that changes the
// phone, to promote her own, and to save a page on which the phone was masked.
func ExampleCheckWrite() {
	m := exampleMask()
	bobs := Customer{ID: 2, OwnerID: "bob", Name: "Wang", Phone: "13787654321", Grade: "B"}
	hers := Customer{ID: 1, OwnerID: "alice", Name: "Chen", Phone: "13212345917", Grade: "C"}

	taken := bobs
	taken.OwnerID, taken.Phone = "alice", "13700000000"
	fmt.Println(field.CheckWrite(m, scope.Of(&bobs), scope.Of(&taken)))

	promoted := hers
	promoted.Grade = "A"
	fmt.Println(field.CheckWrite(m, scope.Of(&hers), scope.Of(&promoted)))

	echoed := map[string]any{"phone": "132****5917"}
	fmt.Println(field.CheckWrite(m, scope.Of(&hers), scope.FromMap(echoed)))

	called := map[string]any{"phone": "13800000000"}
	fmt.Println(field.CheckWrite(m, scope.Of(&hers), scope.FromMap(called)))
	// Output:
	// field: not writable: owner_id, phone
	// field: not writable: grade
	// field: not writable: phone
	// <nil>
}

func ExampleMask_For() {
	levels, err := exampleMask().For(scope.Of(&Customer{OwnerID: "alice"}))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(levels.Of("phone"), levels.Of("name"), levels.Of("grade"))
	fmt.Println(levels.Visible(), levels.Writable())
	// Output:
	// edit read hide
	// [id owner_id name phone] [owner_id phone]
}

func ExampleMask_Without() {
	fmt.Println(exampleMask().Without().Of("phone"))
	// Output: mask:phone
}

// Sorting by a masked phone and paging to and fro would find the number out.
func ExampleMask_Clear() {
	m := exampleMask()
	fmt.Println("sort all customers by name:", m.Clear("name", nil))
	fmt.Println("sort all customers by phone:", m.Clear("phone", nil))
	onlyOwn := scope.Is("owner_id", scope.Text("alice")).String()
	fmt.Println("sort own customers by phone:", m.Clear("phone", func(when scope.Predicate) bool { return when.String() == onlyOwn }))
	// Output:
	// sort all customers by name: true
	// sort all customers by phone: false
	// sort own customers by phone: true
}

func ExampleMaskers() {
	m := field.NewMaskers()
	if err := m.Register("year", func(dst []byte, s string) []byte {
		if len(s) != len("2006-01-02") {
			return append(dst, "****"...)
		}
		return append(append(dst, s[:4]...), "-**-**"...)
	}); err != nil {
		fmt.Println(err)
		return
	}
	if err := m.Order("last4", "first3", "year"); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Apply("year", "1990-05-17"), m.Less("year", "last4"), m.Less("year", "email"))
	fmt.Println(m.Apply("phone", "13212345917"), m.Apply("email", "12345@email.com"), m.Apply("name", "芋道源码"))
	fmt.Println(m.Apply("first3", "abc"), m.Apply("phone", "not a number"), m.Apply("misspelt", "13212345917"))
	// Output:
	// 1990-**-** last4 full
	// 132****5917 1****@email.com 芋***
	// **** **** ****
}

// An assistant who acts for alice does not see what she sees of her own customers, only what both see.
func ExampleIntersect() {
	assistant, err := field.NewMask(exampleMask().Fields(), []field.Rule{
		{Role: "assistant", Field: "name", When: scope.All(), Form: field.Form{Level: field.Edit}},
		{Role: "assistant", Field: "grade", When: scope.All(), Form: field.Form{Level: field.Edit}},
	}, exampleMaskers)
	if err != nil {
		fmt.Println(err)
		return
	}
	levels, err := field.Intersect(exampleMask(), assistant).For(scope.Of(&Customer{OwnerID: "alice"}))
	fmt.Println(levels.Visible(), levels.Of("name"), err)
	// Output: [name] read <nil>
}

func ExampleParseForm() {
	m := field.NewMaskers()
	form, err := field.ParseForm("mask:phone", m)
	fmt.Println(form.Level, form.Masker, err)
	_, err = field.ParseForm("visible", m)
	fmt.Println(err)
	// Output:
	// mask phone <nil>
	// field: "visible" is no level: write hide, mask:<masker>, read, once or edit
}
