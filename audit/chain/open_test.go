package chain_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/audit/chain"
)

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func open(t *testing.T, path string) *chain.Writer {
	t.Helper()
	w, err := chain.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.Close() })
	return w
}

func verify(t *testing.T, path string, known ...chain.Checkpoint) chain.Report {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	report, err := chain.Verify(f, known...)
	require.NoError(t, err)
	return report
}

func TestOpenCreatesAndResumes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	for range 3 {
		w := open(t, path)
		require.NoError(t, w.Write(ctx, event(1), event(2)))
		require.NoError(t, w.Sync())
		require.NoError(t, w.Close())
	}
	report := verify(t, path)
	assert.NoError(t, report.Err())
	assert.Equal(t, 6, report.Records)

	info, err := os.Stat(path)
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
	w := open(t, path)
	assert.Equal(t, report.Checkpoint(), w.Checkpoint())
}

func TestOpenRefusesADamagedEnd(t *testing.T) {
	whole := string(written(t, 3))
	l := lines([]byte(whole))
	for _, c := range []struct{ name, text, says string }{
		{"torn", whole[:len(whole)-10], "line 3 of"},
		{"newline missing", strings.TrimSuffix(whole, "\n"), "line 3 of"},
		{"torn in the first line", l[0][:30], "line 1 of"},
		{"long junk", whole + strings.Repeat("x", 3*chain.MaxLine), "not sound"},
		{"altered", l[0] + l[1] + strings.Replace(l[2], `"allowed":true`, `"allowed":false`, 1), "not sound"},
		{"another file", "time=2026-03-09 level=INFO msg=start\n", "not sound"},
		{"only newlines", "\n\n", "not sound"},
		{"numbered 0", forged(0, l[0], `{"id":"d-1"}`), "not sound"},
		{"first line that has one before it", forged(1, l[0], `{"id":"d-1"}`), "not sound"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := file(t, c.text)
			w, err := chain.Open(path)
			require.ErrorContains(t, err, c.says)
			assert.ErrorContains(t, err, "evidence")
			assert.Nil(t, w)
			after, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, c.text, string(after), "Open alters nothing")
		})
	}
}

func TestOpenTornLineAdviceWorks(t *testing.T) {
	whole := string(written(t, 3))
	path := file(t, whole[:len(whole)-10])
	_, err := chain.Open(path)
	two := int64(len(strings.Join(lines([]byte(whole))[:2], "")))
	require.ErrorContains(t, err, "cut the file to its first "+strconv.FormatInt(two, 10)+" bytes")

	require.NoError(t, os.Truncate(path, two))
	w := open(t, path)
	require.NoError(t, w.Write(ctx, event(3)))
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, whole, string(after))
}

func TestOpenRefusesWhatIsNoFileOfItsOwn(t *testing.T) {
	_, err := chain.Open(t.TempDir())
	assert.Error(t, err, "a directory")
	_, err = chain.Open(filepath.Join(t.TempDir(), "missing", "audit.jsonl"))
	assert.ErrorIs(t, err, os.ErrNotExist)
	if runtime.GOOS == "linux" {
		_, err = chain.Open("/dev/null")
		assert.ErrorContains(t, err, "no regular file")
	}
}

func TestOpenTwice(t *testing.T) {
	if runtime.GOOS != "linux" && runtime.GOOS != "darwin" {
		t.Log("files are not locked on " + runtime.GOOS)
		return
	}
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	first := open(t, path)
	_, err := chain.Open(path)
	require.ErrorContains(t, err, "another writer")
	require.NoError(t, first.Close())
	require.NoError(t, first.Close(), "closing again is no error")
	open(t, path)
}

func TestWriterNoticesTheFileChangedUnderIt(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(path string) error
		says string
	}{
		{"another writes to it", func(path string) error {
			f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			defer f.Close()
			_, err = f.WriteString("{}\n")
			return err
		}, "somebody else wrote"},
		{"cut in place, as copytruncate does", func(path string) error { return os.Truncate(path, 0) }, "somebody else wrote to it or cut it"},
		{"renamed", func(path string) error { return os.Rename(path, path+".1") }, "no such file"},
		{"deleted", os.Remove, "no such file"},
		{"replaced", func(path string) error {
			if err := os.Rename(path, path+".1"); err != nil {
				return err
			}
			text, err := os.ReadFile(path + ".1")
			if err != nil {
				return err
			}
			return os.WriteFile(path, text, 0o600)
		}, "moved or replaced"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if runtime.GOOS == "windows" {
				t.Log("an open file cannot be moved there")
				return
			}
			path := filepath.Join(t.TempDir(), "audit.jsonl")
			w := open(t, path)
			require.NoError(t, w.Write(ctx, event(1)))
			require.NoError(t, c.do(path))
			assert.ErrorContains(t, w.Write(ctx, event(2)), c.says)
			assert.ErrorContains(t, w.Write(ctx, event(2)), c.says)
			assert.Equal(t, 1, w.Checkpoint().Records)
		})
	}
}

func TestOpenSurvivesAnotherWorkingDirectory(t *testing.T) {
	here, err := os.Getwd()
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.Chdir(here) })
	require.NoError(t, os.Chdir(t.TempDir()))
	w := open(t, "audit.jsonl")
	require.NoError(t, w.Write(ctx, event(1)))
	require.NoError(t, os.Chdir(here))
	assert.NoError(t, w.Write(ctx, event(2)))
}
