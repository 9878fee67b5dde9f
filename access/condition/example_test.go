package condition_test

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
)

// Medical reps may open customer data during the day only. The rule that uses this window denies outside it.
func ExampleDaily() {
	spec, err := condition.Parse([]byte(`{"daily":{"zone":"Asia/Shanghai","from":"08:00","to":"18:00","days":["mon","tue","wed","thu","fri"]}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	day, err := spec.Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	shanghai, _ := time.LoadLocation("Asia/Shanghai")
	for _, hour := range []int{9, 19} {
		env := condition.Env{Time: time.Date(2026, 3, 13, hour, 0, 0, 0, shanghai)} // a Friday
		until, _ := day.Until(env)
		fmt.Println(day.Eval(env), "until", until.Format("Mon 15:04"))
	}
	fmt.Println(day.Eval(condition.Env{}), "for want of", day.Missing(condition.Env{}))
	// Output:
	// true until Fri 18:00
	// false until Mon 08:00
	// unknown for want of time
}

// Field staff work within five kilometres of the branch. Somebody at home blurs the position until it could be anywhere:
// that is unknown, and an unknown place opens nothing.
func ExampleCircle() {
	area, _ := condition.Spec{Circle: &condition.Circle{Lat: 31.2304, Lon: 121.4737, RadiusM: 5000}}.Compile()

	fmt.Println(area.Eval(condition.Env{Place: &condition.Place{Lat: 31.24, Lon: 121.48, AccuracyM: 30}}))
	fmt.Println(area.Eval(condition.Env{Place: &condition.Place{Lat: 31.40, Lon: 121.48, AccuracyM: 30}}))
	fmt.Println(area.Eval(condition.Env{Place: &condition.Place{Lat: 31.40, Lon: 121.48, AccuracyM: 50000}}))
	fmt.Println(area.Eval(condition.Env{}))
	// Output:
	// true
	// false
	// unknown
	// unknown
}

// An address does not get into the office network by being written another way.
func ExampleNetwork() {
	office, _ := condition.Spec{Network: &condition.Network{CIDRs: []string{"10.1.0.0/16"}}}.Compile()
	for _, addr := range []string{"10.1.2.3", "::ffff:10.1.2.3", "::10.1.2.3", "203.0.113.9"} {
		fmt.Println(addr, office.Eval(condition.Env{Addr: netip.MustParseAddr(addr)}))
	}
	fmt.Println("none", office.Eval(condition.Env{}))
	// Output:
	// 10.1.2.3 true
	// ::ffff:10.1.2.3 true
	// ::10.1.2.3 false
	// 203.0.113.9 false
	// none unknown
}

// Unmasking a phone number wants a second factor, used within the last quarter of an hour. A sign-in dated ahead, which
// would stay fresh for long, is not believed.
func ExampleAssurance() {
	stepUp, _ := condition.Spec{Assurance: &condition.Assurance{Level: 2, MaxAge: "15m", Methods: []string{"totp", "passkey"}}}.Compile()

	now := time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)
	for _, ago := range []time.Duration{5 * time.Minute, time.Hour, -24 * time.Hour} {
		in := &condition.SignIn{Level: 2, Methods: []string{"password", "totp"}, At: now.Add(-ago)}
		fmt.Println(stepUp.Eval(condition.Env{Time: now, SignIn: in}))
	}
	// Output:
	// true
	// false
	// unknown
}

// What is wrong is said when the condition is defined, not when the first request meets it.
func ExampleSpec_Compile() {
	for _, s := range []condition.Spec{
		{},
		{Daily: &condition.Daily{Zone: "Local", From: "08:00", To: "18:00"}},
		{Network: &condition.Network{CIDRs: []string{"10.1.2.3/16"}}},
	} {
		_, err := s.Compile()
		fmt.Println(err)
	}
	// Output:
	// condition: 0 of daily, circle, network and assurance are given; give exactly one
	// condition: daily.zone "Local" differs from machine to machine; name one, such as "Europe/Berlin" or "UTC"
	// condition: network.cidrs[0] "10.1.2.3/16" has bits set beyond its length; write "10.1.0.0/16"
}
