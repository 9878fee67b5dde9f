package condition

import (
	"net/netip"
	"time"
)

// Env is what is known about the circumstances of a request. A zero field is unknown.
type Env struct {
	Time   time.Time  // the instant of the request
	Addr   netip.Addr // the client's address; 0.0.0.0 and :: are unknown too
	Place  *Place     // the client's position
	SignIn *SignIn    // how the subject signed in
	Device string     // which device the client uses
}

// Place is a position on the earth.
type Place struct {
	Lat, Lon  float64 // degrees, WGS 84; north and east are positive
	AccuracyM float64 // the client is within this many metres of the position; 0 is exact
}

// SignIn is how a subject signed in.
type SignIn struct {
	Level   int       // strength, as the host counts it; higher is stronger
	Methods []string  // methods used, for example "password", "totp"
	At      time.Time // when; zero is unknown
}

// What [Condition.Missing] names.
const (
	missingTime    = "time"
	missingAddress = "address"
	missingPlace   = "place"
	missingSignIn  = "sign_in"
)
