package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// For a profile: go test -run '^$' -bench Authorize -cpuprofile cpu.out
func BenchmarkAuthorize(b *testing.B) {
	for _, size := range []struct {
		name  string
		shape shape
	}{{"1k", small}, {"10k", medium}, {"100k", large}} {
		b.Run(size.name, func(b *testing.B) {
			on, err := (&lab{}).on(size.shape)
			require.NoError(b, err)
			for _, c := range []struct {
				name string
				run  contender
			}{{"library", on.asksLibrary}, {"hot", on.hot().asksLibrary}, {"hand", on.asksHand}, {"bare", on.asksBare}} {
				b.Run(c.name, func(b *testing.B) {
					b.ReportAllocs()
					c.run(0, b.N)
				})
			}
		})
	}
}
