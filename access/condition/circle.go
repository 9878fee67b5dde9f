package condition

import (
	"fmt"
	"math"

	"github.com/golang/geo/s2"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// earthRadiusM is the mean radius of the earth in metres (IUGG).
const earthRadiusM = 6371008.8

type circle struct {
	centre  s2.LatLng
	radiusM float64
}

func compileCircle(s Circle) (*circle, error) {
	if !(math.Abs(s.Lat) <= 90) { // written so that NaN is refused
		return nil, fmt.Errorf("circle.lat %v is no latitude; give degrees from -90 to 90", s.Lat)
	}
	if !(math.Abs(s.Lon) <= 180) {
		return nil, fmt.Errorf("circle.lon %v is no longitude; give degrees from -180 to 180", s.Lon)
	}
	if !(s.RadiusM > 0 && s.RadiusM <= math.Pi*earthRadiusM) {
		return nil, fmt.Errorf("circle.radius_m %v is no radius; give metres, more than 0 and at most %.0f", s.RadiusM, math.Floor(math.Pi*earthRadiusM))
	}
	return &circle{s2.LatLngFromDegrees(s.Lat, s.Lon), s.RadiusM}, nil
}

func (c *circle) eval(p *Place) scope.Truth {
	if p == nil || !p.valid() {
		return scope.Unknown
	}
	distance := float64(c.centre.Distance(s2.LatLngFromDegrees(p.Lat, p.Lon))) * earthRadiusM
	switch {
	case distance+p.AccuracyM <= c.radiusM:
		return scope.True
	case distance-p.AccuracyM > c.radiusM:
		return scope.False
	}
	return scope.Unknown
}

func (p *Place) valid() bool {
	return math.Abs(p.Lat) <= 90 && math.Abs(p.Lon) <= 180 && p.AccuracyM >= 0 && !math.IsInf(p.AccuracyM, 1)
}
