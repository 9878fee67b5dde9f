// Command guards shows that each guard of the library is held by a test: it takes one guard out after the other, on a
// copy that only the compiler sees, runs the test that must then fail, and prints caught or missed.
//
//	go run ./internal/guards            all of them
//	go run ./internal/guards -only scope/
//
// A guard is a piece of code without which the library would still work, and let somebody in, show something or lose
// something. The list stands in list_*.go and grows with the library; a test holds that each still fits the code.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// guard is one guard, how to take it out and who must notice.
type guard struct {
	name string // what would go wrong
	file string // in the module
	old  string // the guard as it stands, once in the file
	new  string // the code without it
	test string // the test that must fail, in the package of the file unless pkg says another
	pkg  string
}

func (g guard) testPackage() string {
	if g.pkg != "" {
		return "./" + g.pkg
	}
	return "./" + filepath.ToSlash(filepath.Dir(g.file))
}

func main() {
	only := flag.String("only", "", "only guards whose file or name contains this")
	flag.Parse()
	root, err := moduleRoot()
	if err != nil {
		fmt.Fprintln(os.Stderr, "guards:", err)
		os.Exit(2)
	}
	var chosen []guard
	for _, g := range all() {
		if strings.Contains(g.file, *only) || strings.Contains(g.name, *only) {
			chosen = append(chosen, g)
		}
	}
	began := time.Now()
	missed := tryAll(root, chosen)
	fmt.Printf("%d guards, %d missed, %v\n", len(chosen), missed, time.Since(began).Round(time.Second))
	if missed > 0 || len(chosen) == 0 {
		os.Exit(1)
	}
}

// tryAll tries as many guards at once as there are processors, and returns how many were not caught.
func tryAll(root string, chosen []guard) (missed int) {
	verdicts := make([]chan [2]string, len(chosen))
	places := make(chan struct{}, runtime.NumCPU())
	for i := range chosen {
		verdicts[i] = make(chan [2]string, 1)
	}
	go func() {
		for i, g := range chosen {
			places <- struct{}{}
			go func() {
				verdict, detail := try(root, g)
				verdicts[i] <- [2]string{verdict, detail}
				<-places
			}()
		}
	}()
	for i, g := range chosen {
		v := <-verdicts[i]
		if v[0] != "caught" {
			missed++
		}
		fmt.Printf("%3d/%d %-7s %s: %s\n", i+1, len(chosen), v[0], g.file, g.name)
		if v[1] != "" {
			fmt.Println(indent(v[1]))
		}
	}
	return missed
}

func moduleRoot() (string, error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", err
	}
	return filepath.Dir(strings.TrimSpace(string(out))), nil
}

// without returns the file's text with the guard taken out.
func (g guard) without(root string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, g.file))
	if err != nil {
		return "", err
	}
	if n := strings.Count(string(text), g.old); n != 1 {
		return "", fmt.Errorf("the guard stands %d times in %s, it must be once: %q", n, g.file, g.old)
	}
	return strings.Replace(string(text), g.old, g.new, 1), nil
}

// try runs the guard's test with the guard taken out.
func try(root string, g guard) (verdict, detail string) {
	text, err := g.without(root)
	if err != nil {
		return "broken", err.Error()
	}
	dir, err := os.MkdirTemp("", "guards")
	if err != nil {
		return "broken", err.Error()
	}
	defer os.RemoveAll(dir)
	changed, overlay := filepath.Join(dir, "changed.go"), filepath.Join(dir, "overlay.json")
	list, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(root, g.file): changed}})
	if err == nil {
		err = os.WriteFile(changed, []byte(text), 0o600)
	}
	if err == nil {
		err = os.WriteFile(overlay, list, 0o600)
	}
	if err != nil {
		return "broken", err.Error()
	}
	cmd := exec.Command("go", "test", "-count=1", "-timeout=10m", "-overlay", overlay, "-vet=off", "-run", "^("+g.test+")$", g.testPackage())
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	switch {
	case strings.Contains(string(out), "[build failed]"), strings.Contains(string(out), "[setup failed]"), strings.Contains(string(out), "no tests to run"):
		return "broken", string(out)
	case strings.Contains(string(out), "panic: test timed out"):
		return "broken", "no answer in 10 minutes"
	case err == nil:
		return "missed", ""
	}
	return "caught", ""
}

func indent(s string) string {
	return "        " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n        ")
}
