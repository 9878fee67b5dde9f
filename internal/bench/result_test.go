package main

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLines(t *testing.T) {
	for want, r := range map[string]result{
		"authorize/10k: 2.4x of map, bar 3x: ok":                            result{Name: "authorize/10k", Value: 2.41, Unit: "x of map"}.atMost(3),
		"authorize/10k: 3.1x of map, bar 3x: MISSED":                        result{Name: "authorize/10k", Value: 3.1, Unit: "x of map"}.atMost(3),
		"peers/cedar: 12x ahead, bar 10x: ok (11 to 14; 210 ns)":            measured("peers/cedar", spread{12.2, 11, 14}, "x ahead").atLeast(10).noting("210 ns"),
		"peers/cedar: 9.9x ahead, bar 10x: MISSED":                          result{Name: "peers/cedar", Value: 9.94, Unit: "x ahead"}.atLeast(10),
		"memory: 96 bytes a rule, bar 100 bytes a rule: ok":                 result{Name: "memory", Value: 96, Unit: " bytes a rule"}.atMost(100),
		"cached: 0.31x ahead (says yes after a revoke)":                     result{Name: "cached", Value: 0.31, Unit: "x ahead"}.noting("says yes after a revoke"),
		"list: skipped, CRMACCESS_TEST_POSTGRES unset":                      {Name: "list", Instead: "skipped, CRMACCESS_TEST_POSTGRES unset"},
		"collection: 317 ns, bar 1000 ns: ok":                               result{Name: "collection", Value: 317.4, Unit: " ns"}.atMost(1000),
		"authorize/allocations: 0 allocations, bar 0 allocations: ok":       result{Name: "authorize/allocations", Unit: " allocations"}.atMost(0),
		"authorize/allocations: 0.5 allocations, bar 0 allocations: MISSED": result{Name: "authorize/allocations", Value: 0.5, Unit: " allocations"}.atMost(0),
	} {
		assert.Equal(t, want, r.String())
	}
}

func TestWhatIsNoNumberMissesItsBar(t *testing.T) {
	assert.True(t, result{Value: math.NaN()}.atMost(3).missed())
	assert.True(t, result{Value: math.NaN()}.atLeast(3).missed())
	assert.False(t, result{Value: 3}.atMost(3).missed())
	assert.False(t, result{Value: 3}.atLeast(3).missed())
	assert.False(t, result{Value: 1e9}.missed())
}

func TestSpread(t *testing.T) {
	assert.Equal(t, spread{Median: 3, Low: 2, High: 4}, spreadOf([]float64{5, 1, 3, 2, 4}))
	assert.Equal(t, spread{Median: 1.5, Low: 1.25, High: 1.75}, spreadOf([]float64{2, 1}))
	assert.Equal(t, spread{Median: 2, Low: 2, High: 2}, times{10, 40}.over(times{5, 20}), "within each round it is twice")
}

func TestTheRaceTellsSlowFromFast(t *testing.T) {
	work := func(loops int) contender { return func(_, n int) { spin(n * loops) } }
	ts := race(ofThread, 15, 2*time.Millisecond, work(4000), work(400))
	assert.InDelta(t, 10, ts[0].over(ts[1]).Median, 3)
}

// spin is not inlined, since the same loop in another place may be twice as fast.
//
//go:noinline
func spin(n int) {
	x := 0
	for i := range n {
		x ^= i
	}
	kept.Store(x == 1)
}

func TestParallelDoesItAll(t *testing.T) {
	done := make(chan int, 64)
	parallel(func(_, n int) { done <- n })(0, 1000)
	close(done)
	all := 0
	for n := range done {
		all += n
	}
	assert.GreaterOrEqual(t, all, 1000)
}

func scenariosForTest() []scenario {
	one := func(r result) func(*lab) ([]result, error) {
		return func(*lab) ([]result, error) { return []result{r}, nil }
	}
	return []scenario{
		{"good", "", "", one(result{Name: "good/a", Value: 1}.atMost(2))},
		{"bad", "", "", one(result{Name: "bad/a", Value: 3}.atMost(2))},
		{"list", "", "CRMACCESS_BENCH_NO_SUCH_SERVICE", func(*lab) ([]result, error) { return nil, errors.New("was run") }},
	}
}

func TestRun(t *testing.T) {
	var out, progress bytes.Buffer
	file := filepath.Join(t.TempDir(), "results.json")
	missed, err := run(options{check: true, json: file}, scenariosForTest(), &out, &progress)
	require.NoError(t, err)
	assert.Equal(t, 1, missed, "what is skipped fails nothing")
	assert.Equal(t, "good/a: 1, bar 2: ok\nbad/a: 3, bar 2: MISSED\nlist: skipped, CRMACCESS_BENCH_NO_SUCH_SERVICE unset\n", out.String())
	assert.Contains(t, progress.String(), "[2/3, 0 s] bad")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"name": "bad/a"`)
}

func TestRunOnly(t *testing.T) {
	for only, want := range map[string]string{"good": "good/a: 1, bar 2: ok\n", "good/a": "good/a: 1, bar 2: ok\n"} {
		var out, progress bytes.Buffer
		missed, err := run(options{check: true, only: only}, scenariosForTest(), &out, &progress)
		require.NoError(t, err)
		assert.Zero(t, missed)
		assert.Equal(t, want, out.String())
	}
	for _, wrong := range []string{"nothing", "good/b"} {
		_, err := run(options{check: true, only: wrong}, scenariosForTest(), &bytes.Buffer{}, &bytes.Buffer{})
		assert.ErrorContains(t, err, wrong)
	}
	_, err := run(options{check: true, only: "good", readme: true}, scenariosForTest(), &bytes.Buffer{}, &bytes.Buffer{})
	assert.Error(t, err, "half a table is none")
}

func TestTheTableReplacesTheLastOne(t *testing.T) {
	file := filepath.Join(t.TempDir(), "README.md")
	require.NoError(t, os.WriteFile(file, []byte("above\n"+tableBegins+"old\n"+tableEnds+"below\n"), 0o600))
	r := report{Machine: machine{CPU: "Abacus", Cores: 2}, Took: "1m0s", Results: []result{
		measured("a", spread{2, 1.5, 2.5}, "x of map").atMost(3), {Name: "b", Instead: "skipped, X unset"},
	}}
	for range 2 {
		require.NoError(t, r.writeTable(file))
	}
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(text), "above\n"+tableBegins+"Machine: Abacus, 2 cores"))
	assert.True(t, strings.HasSuffix(string(text), tableEnds+"below\n"))
	assert.NotContains(t, string(text), "old")
	assert.Contains(t, string(text), "| a | 2x of map | 1.5 to 2.5 | at most 3x | ok |  |\n| b | skipped, X unset | | | | |\n")
	require.NoError(t, os.WriteFile(file, []byte("nothing"), 0o600))
	assert.Error(t, r.writeTable(file))
}
