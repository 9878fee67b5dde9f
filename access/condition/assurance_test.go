package condition_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

func assurance(a condition.Assurance) condition.Spec { return condition.Spec{Assurance: &a} }

var now = time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)

func TestAssurance(t *testing.T) {
	fresh := condition.Assurance{Level: 2, MaxAge: "15m"}
	totp := condition.Assurance{Methods: []string{"totp", "passkey"}}
	in := func(level int, ago time.Duration, methods ...string) *condition.SignIn {
		return &condition.SignIn{Level: level, At: now.Add(-ago), Methods: methods}
	}
	for _, c := range []struct {
		name    string
		spec    condition.Assurance
		signIn  *condition.SignIn
		now     time.Time
		want    scope.Truth
		missing string
		until   time.Duration // from now; 0 is never
	}{
		{"level reached", condition.Assurance{Level: 2}, in(2, 0), now, scope.True, "", 0},
		{"level exceeded", condition.Assurance{Level: 2}, in(3, 0), now, scope.True, "", 0},
		{"level missed", condition.Assurance{Level: 2}, in(1, 0), now, scope.False, "", 0},
		{"level alone needs no time", condition.Assurance{Level: 2}, &condition.SignIn{Level: 2}, time.Time{}, scope.True, "", 0},
		{"not signed in", condition.Assurance{Level: 2}, nil, now, scope.Unknown, "sign_in", 0},
		{"zero sign-in", condition.Assurance{Level: 1}, &condition.SignIn{}, now, scope.False, "", 0},
		{"negative level", condition.Assurance{Level: 1}, in(-1, 0), now, scope.False, "", 0},
		{"fresh", fresh, in(2, 10*time.Minute), now, scope.True, "", 5 * time.Minute},
		{"its last moment", fresh, in(2, 15*time.Minute-1), now, scope.True, "", 1},
		{"too old", fresh, in(2, 15*time.Minute), now, scope.False, "", 0},
		{"fresh but weak never gets strong", fresh, in(1, time.Minute), now, scope.False, "", 0},
		{"undated", fresh, &condition.SignIn{Level: 2}, now, scope.Unknown, "sign_in", 0},
		{"no time", fresh, in(2, 0), time.Time{}, scope.Unknown, "time", 0},
		{"a clock a minute off", fresh, in(2, -time.Minute), now, scope.True, "", 16 * time.Minute},
		{"a sign-in from the future", fresh, in(2, -time.Minute-1), now, scope.Unknown, "sign_in", 1},
		{"weak and from the future", fresh, in(0, -time.Hour), now, scope.Unknown, "sign_in", 59 * time.Minute},
		{"the future is no matter without max_age", condition.Assurance{Level: 2}, in(2, -time.Hour), now, scope.True, "", 0},
		{"one of the methods", totp, in(0, 0, "password", "totp"), now, scope.True, "", 0},
		{"none of the methods", totp, in(9, 0, "password", "sms"), now, scope.False, "", 0},
		{"no methods", totp, in(9, 0), now, scope.False, "", 0},
		{"blank and other case are other methods", totp, in(9, 0, "", "TOTP"), now, scope.False, "", 0},
		{"all three", condition.Assurance{Level: 2, MaxAge: "1h", Methods: []string{"totp"}}, in(2, 0, "totp"), now, scope.True, "", time.Hour},
		{"all but the method", condition.Assurance{Level: 2, MaxAge: "1h", Methods: []string{"totp"}}, in(2, 0, "sms"), now, scope.False, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			cond, env := compile(t, assurance(c.spec)), condition.Env{Time: c.now, SignIn: c.signIn}
			assert.Equal(t, c.want, cond.Eval(env))
			assert.Equal(t, c.missing, cond.Missing(env))
			until, ok := cond.Until(env)
			assert.Equal(t, c.until != 0, ok)
			if ok {
				assert.Equal(t, c.until, until.Sub(c.now))
				env.Time = until.Add(-1)
				assert.Equal(t, c.want, cond.Eval(env), "until then")
				env.Time = until
				assert.NotEqual(t, c.want, cond.Eval(env), "and no longer")
			}
		})
	}
}
