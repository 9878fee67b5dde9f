package condition_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
)

var sound = []string{
	`{"daily":{"zone":"Asia/Shanghai","from":"09:00","to":"18:00"}}`,
	`{"daily":{"zone":"UTC","from":"22:00","to":"06:00:30","days":["fri","sat"]}}`,
	`{"daily":{"zone":"UTC","from":"00:00","to":"24:00"}}`,
	`{"circle":{"lat":31.23,"lon":-121.47,"radius_m":5000}}`,
	`{"circle":{"lat":0,"lon":0,"radius_m":1}}`,
	`{"network":{"cidrs":["10.1.0.0/16","2001:db8::/32","::ffff:192.0.2.0/120"]}}`,
	`{"assurance":{"level":2}}`,
	`{"assurance":{"level":0,"max_age":"15m","methods":["totp","passkey"]}}`,
}

func TestSoundSpecsRoundTrip(t *testing.T) {
	for _, text := range sound {
		spec, err := condition.Parse([]byte(text))
		require.NoError(t, err, text)
		c, err := spec.Compile()
		require.NoError(t, err, text)
		assert.Equal(t, spec, c.Spec())
		again, err := json.Marshal(c.Spec())
		require.NoError(t, err)
		assert.Equal(t, text, string(again))
		assert.Contains(t, text, `{"`+c.Kind()+`"`)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{``, "unexpected end"},
		{`null`, "null is no value"},
		{`5`, "cannot unmarshal"},
		{`[]`, "cannot unmarshal"},
		{`{"daily":{"zone":"UTC","from":"1:00","to":"2:00"}} x`, "after top-level value"},
		{`{"weekly":{}}`, `unknown field "weekly"`},
		{`{"daily":{"zone":"UTC","from":"01:00","to":"02:00","until":"03:00"}}`, `unknown field "until"`},
		{`{"daily":{"zone":"UTC","from":"01:00","to":"02:00","days":null}}`, "null is no value"},
		{`{"daily":null}`, "null is no value"},
		{`{"daily":{"zone":"UTC","Zone":"Asia/Shanghai","from":"01:00","to":"02:00"}}`, `key "Zone"`},
		{`{"assurance":{"level":3,"level":1}}`, `key "level" is given twice`},
		{`{"assurance":{"level":3,"methodſ":["sms"]}}`, `key "methodſ"`},
		{`{"network":{"cidrs":["10.0.0.0/8"]},"network":{"cidrs":["0.0.0.0/0"]}}`, `key "network" is given twice`},
		{`{"circle":{"lat":1,"radius_m":5}}`, "needs lat, lon and radius_m"},
		{`{"circle":{}}`, "needs lat, lon and radius_m"},
		{`{"circle":{"lat":1,"lon":2,"radius_m":5,"radius_km":5}}`, `unknown field "radius_km"`},
		{`{"circle":{"lat":1e999,"lon":2,"radius_m":5}}`, "cannot unmarshal"},
		{`{"assurance":{"level":2.5}}`, "cannot unmarshal"},
		{`{"assurance":{"level":99999999999999999999}}`, "cannot unmarshal"},
		{`{"network":{"cidrs":"10.0.0.0/8"}}`, "cannot unmarshal"},
	} {
		spec, err := condition.Parse([]byte(c.text))
		assert.ErrorContains(t, err, c.says, c.text)
		assert.Equal(t, condition.Spec{}, spec)
		var inside struct{ When condition.Spec }
		assert.Error(t, json.Unmarshal([]byte(`{"When":`+c.text+`}`), &inside), "as strict inside a larger document: %s", c.text)
	}
}

func TestCompileRefuses(t *testing.T) {
	for _, c := range []struct {
		spec condition.Spec
		says string
	}{
		{condition.Spec{}, "0 of daily, circle, network and assurance are given; give exactly one"},
		{condition.Spec{Circle: &condition.Circle{RadiusM: 1}, Network: &condition.Network{CIDRs: []string{"10.0.0.0/8"}}}, "2 of"},

		{daily("", "08:00", "18:00"), "daily.zone is missing"},
		{daily("Local", "08:00", "18:00"), `daily.zone "Local" differs from machine to machine`},
		{daily("localtime", "08:00", "18:00"), `daily.zone "localtime" differs`},
		{daily("Europe/Atlantis", "08:00", "18:00"), `import _ "time/tzdata"`},
		{daily("../../etc/passwd", "08:00", "18:00"), `daily.zone "../../etc/passwd"`},
		{daily("UTC", "", "18:00"), `daily.from "" is no time of day`},
		{daily("UTC", "8:00", "18:00"), `daily.from "8:00" is no time of day; write it as "08:00"`},
		{daily("UTC", "08:00", "18:60"), `daily.to "18:60"`},
		{daily("UTC", "08:00", "18:00:00.5"), `daily.to "18:00:00.5"`},
		{daily("UTC", "08:00", "6pm"), `daily.to "6pm"`},
		{daily("UTC", "08:00", "25:00"), `daily.to "25:00"`},
		{daily("UTC", "08:00", "24:00:01"), `daily.to "24:00:01"`},
		{daily("UTC", "24:00", "18:00"), `daily.from "24:00" is the end of a day; write "00:00"`},
		{daily("UTC", "08:00", "08:00:00"), `from "00:00" to "24:00" for a whole day`},
		{condition.Spec{Daily: &condition.Daily{Zone: "UTC", From: "08:00", To: "18:00", Days: []string{}}}, "daily.days is an empty list"},
		{daily("UTC", "08:00", "18:00", "mon", "Tue"), `daily.days[1] "Tue" is no day`},
		{daily("UTC", "08:00", "18:00", "mon", "mon"), `daily.days[1] "mon" is given twice`},
		{daily("UTC", "08:00", "18:00", ""), `daily.days[0] is blank`},

		{circle(90.5, 0, 1), "circle.lat 90.5"},
		{circle(math.NaN(), 0, 1), "circle.lat NaN"},
		{circle(0, -180.5, 1), "circle.lon -180.5"},
		{circle(0, math.Inf(1), 1), "circle.lon +Inf"},
		{circle(0, 0, 0), "circle.radius_m 0 is no radius"},
		{circle(0, 0, -1), "circle.radius_m -1"},
		{circle(0, 0, math.NaN()), "circle.radius_m NaN"},
		{circle(0, 0, math.Inf(1)), "at most 20015114"},
		{circle(0, 0, 20015115), "at most 20015114"},

		{network(), "network.cidrs is empty"},
		{network("10.1.2.3/16"), `network.cidrs[0] "10.1.2.3/16" has bits set beyond its length; write "10.1.0.0/16"`},
		{network("10.0.0.0/8", "2001:db8::1/32"), `network.cidrs[1] "2001:db8::1/32" has bits set beyond its length; write "2001:db8::/32"`},
		{network("::ffff:1.2.3.4/120"), `write "::ffff:1.2.3.0/120"`},
		{network("::ffff:0.0.0.0/95"), "has bits set beyond its length"},
		{network("10.1.2.3"), `is an address; write "10.1.2.3/32"`},
		{network("2001:db8::1"), `is an address; write "2001:db8::1/128"`},
		{network("10.0.0.0/33"), "is no prefix"},
		{network("fe80::%eth0/64"), "is no prefix"},
		{network("fe80::1%eth0"), "is no prefix"},
		{network("office"), `network.cidrs[0] "office" is no prefix`},
		{network(""), "network.cidrs[0] is blank"},
		{network("10.0.0.0/8", "10.0.0.0/8"), "is given twice"},

		{assurance(condition.Assurance{}), "assurance asks for nothing"},
		{assurance(condition.Assurance{Level: -1}), "assurance.level -1"},
		{assurance(condition.Assurance{MaxAge: "15"}), `assurance.max_age "15"`},
		{assurance(condition.Assurance{MaxAge: "0s"}), `assurance.max_age "0s"`},
		{assurance(condition.Assurance{MaxAge: "-5m"}), `assurance.max_age "-5m"`},
		{assurance(condition.Assurance{Level: 1, Methods: []string{}}), "assurance.methods is an empty list"},
		{assurance(condition.Assurance{Methods: []string{""}}), "assurance.methods[0] is blank"},
		{assurance(condition.Assurance{Methods: []string{"totp", "totp"}}), `assurance.methods[1] "totp" is given twice`},
	} {
		cond, err := c.spec.Compile()
		assert.ErrorContains(t, err, c.says)
		assert.Equal(t, condition.Condition{}, cond)
	}
}

func FuzzParseCompile(f *testing.F) {
	for _, text := range sound {
		f.Add([]byte(text))
	}
	f.Add([]byte(`{"circle":{"lat":-0,"lon":1e-400,"radius_m":1E3}}`))
	f.Add([]byte(`{"assurance":{"methods":["\u0000","\ud800"],"max_age":"1h1us"}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		spec, err := condition.Parse(text)
		if err != nil {
			require.Equal(t, condition.Spec{}, spec)
			return
		}
		c, err := spec.Compile()
		if err != nil {
			require.Equal(t, condition.Condition{}, c)
			return
		}
		require.Equal(t, spec, c.Spec())
		again, err := json.Marshal(c.Spec())
		require.NoError(t, err)
		back, err := condition.Parse(again)
		require.NoError(t, err, "%s became %s", text, again)
		require.Equal(t, spec, back)
		for _, env := range []condition.Env{{}, everything()} {
			c.Eval(env)
			c.Missing(env)
			if until, ok := c.Until(env); ok {
				require.True(t, until.After(env.Time))
			}
		}
	})
}
