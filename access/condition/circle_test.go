package condition_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

const earthRadiusM = 6371008.8

func circle(lat, lon, radiusM float64) condition.Spec {
	return condition.Spec{Circle: &condition.Circle{Lat: lat, Lon: lon, RadiusM: radiusM}}
}

func at(lat, lon, accuracyM float64) condition.Env {
	return condition.Env{Place: &condition.Place{Lat: lat, Lon: lon, AccuracyM: accuracyM}}
}

// distance is the length of the arc over the chord between two points in space.
func distance(lat1, lon1, lat2, lon2 float64) float64 {
	point := func(lat, lon float64) [3]float64 {
		lat, lon = lat*math.Pi/180, lon*math.Pi/180
		return [3]float64{math.Cos(lat) * math.Cos(lon), math.Cos(lat) * math.Sin(lon), math.Sin(lat)}
	}
	a, b := point(lat1, lon1), point(lat2, lon2)
	chord := math.Sqrt((a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]) + (a[2]-b[2])*(a[2]-b[2]))
	return 2 * earthRadiusM * math.Asin(min(1, chord/2))
}

func TestCircleRandom(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	counts := map[scope.Truth]int{}
	for range 20000 {
		lat, lon := r.Float64()*180-90, r.Float64()*360-180
		radius := math.Pow(10, r.Float64()*7.3)
		c := compile(t, circle(lat, lon, min(radius, 20015114)))
		radius = c.Spec().Circle.RadiusM
		spread := radius / 111000 * 3
		env := at(max(-90, min(90, lat+spread*(r.Float64()-.5))), max(-180, min(180, lon+spread*(r.Float64()-.5))), 0)
		if r.IntN(2) == 0 {
			env.Place.AccuracyM = radius * r.Float64()
		}
		d, acc := distance(lat, lon, env.Place.Lat, env.Place.Lon), env.Place.AccuracyM
		if margin := 1e-3 + d*1e-7; math.Abs(d+acc-radius) < margin || math.Abs(d-acc-radius) < margin {
			continue
		}
		want := scope.Unknown
		if d+acc < radius {
			want = scope.True
		} else if d-acc > radius {
			want = scope.False
		}
		require.Equal(t, want, c.Eval(env), "seed %d: %+v, %+v, %v m apart", seed, c.Spec().Circle, env.Place, d)
		counts[want]++
	}
	for _, answer := range []scope.Truth{scope.True, scope.False, scope.Unknown} {
		assert.Greater(t, counts[answer], 500, "%v must be tried, too", answer)
	}
}

func TestCirclePlaces(t *testing.T) {
	quarter := math.Pi / 2 * earthRadiusM
	for _, c := range []struct {
		name string
		spec condition.Spec
		env  condition.Env
		want scope.Truth
	}{
		{"across the antimeridian", circle(0, 179.9, 30000), at(0, -179.9, 0), scope.True},
		{"180 is -180", circle(10, 180, 1), at(10, -180, 0), scope.True},
		{"at a pole every longitude is the same", circle(90, 0, 1), at(90, 123, 0), scope.True},
		{"over the pole", circle(89.9, 0, 30000), at(89.9, 180, 0), scope.True},
		{"a hemisphere", circle(90, 0, quarter+1), at(0, 50, 0), scope.True},
		{"and not more", circle(90, 0, quarter-1), at(0, 50, 0), scope.False},
		{"the whole earth", circle(0, 0, math.Pi*earthRadiusM), at(0, 180, 0), scope.True},
		{"the centre", circle(31.23, 121.47, 1e-6), at(31.23, 121.47, 0), scope.True},
		{"accuracy fills the circle exactly", circle(31.23, 121.47, 100), at(31.23, 121.47, 100), scope.True},
		{"accuracy wider than the circle", circle(31.23, 121.47, 100), at(31.23, 121.47, 100.1), scope.Unknown},
		{"too inexact, but far away", circle(31.23, 121.47, 100), at(32.23, 121.47, 100000), scope.False},
	} {
		assert.Equal(t, c.want, compile(t, c.spec).Eval(c.env), c.name)
	}
}

func TestCircleImpossiblePlaces(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	c := compile(t, circle(0, 0, math.Pi*earthRadiusM)) // every place is inside
	for _, env := range []condition.Env{
		{}, at(nan, 0, 0), at(0, nan, 0), at(0, 0, nan), at(inf, 0, 0), at(0, -inf, 0), at(0, 0, inf),
		at(90.0001, 0, 0), at(-91, 0, 0), at(0, 180.0001, 0), at(0, -181, 0), at(0, 0, -1), at(0, 0, -inf),
	} {
		assert.Equal(t, scope.Unknown, c.Eval(env), "%+v", env.Place)
		assert.Equal(t, "place", c.Missing(env))
	}
	assert.Equal(t, scope.True, c.Eval(at(90, 180, 0)), "the borders are places")
}
