package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// scenario measures one thing in one go and returns its lines.
type scenario struct {
	name    string
	about   string
	service string // the variable that names a service it needs, or ""
	run     func(*lab) ([]result, error)
}

var scenarios = []scenario{
	{"authorize", "point decisions beside maps written by hand", "", authorize},
	{"growth", "from 1,000 to 100,000 rules", "", growth},
	{"peers", "Casbin and cedar-go", "", peers},
	{"collection", "decisions on collections with their scope", "", collection},
	{"audited", "decisions recorded through a bounded queue", "", audited},
	{"readers", "decisions while policy changes", "", readers},
	{"compile", "loading a policy", "", compile},
	{"change", "one change until decisions follow", "", change},
	{"memory", "bytes a rule", "", memory},
}

type options struct {
	check  bool
	only   string
	json   string
	readme bool
}

func main() {
	var o options
	flag.BoolVar(&o.check, "check", false, "measure, and exit with 1 if a bar is missed")
	flag.StringVar(&o.only, "only", "", "measure only the scenario of this `NAME`, or lines whose names begin so")
	flag.StringVar(&o.json, "json", "", "write the results to this `FILE` too")
	flag.BoolVar(&o.readme, "readme", false, "write the table into README.md")
	flag.Parse()
	if !o.check || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: go run . -check [-only NAME] [-json FILE] [-readme]")
		flag.PrintDefaults()
		os.Exit(2)
	}
	missed, err := run(o, scenarios, os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	if missed > 0 {
		fmt.Fprintf(os.Stderr, "%d missed\n", missed)
		os.Exit(1)
	}
}

// run measures, prints a line for each result as it comes, and returns how many bars were missed.
func run(o options, from []scenario, out, progress io.Writer) (missed int, err error) {
	if o.readme && o.only != "" {
		return 0, errors.New("the table in README.md is of a whole run: leave out -only or -readme")
	}
	chosen := choose(from, o.only)
	if len(chosen) == 0 {
		return 0, fmt.Errorf("no scenario is called %q: there are %s", o.only, names(from))
	}
	var all []result
	l := &lab{}
	began := time.Now()
	for i, s := range chosen {
		fmt.Fprintf(progress, "[%d/%d, %d s] %s: %s\n", i+1, len(chosen), int(time.Since(began).Seconds()), s.name, s.about)
		rs, err := s.results(l)
		if err != nil {
			return missed, fmt.Errorf("%s: %w", s.name, err)
		}
		for _, r := range rs {
			if !strings.HasPrefix(r.Name, o.only) {
				continue
			}
			fmt.Fprintln(out, r)
			all = append(all, r)
			if r.missed() {
				missed++
			}
		}
	}
	if len(all) == 0 {
		return missed, fmt.Errorf("no line's name begins with %q", o.only)
	}
	r := report{Machine: thisMachine(), Took: time.Since(began).Round(time.Second).String(), Results: all}
	fmt.Fprintf(progress, "%s in %s\n", r.Machine, r.Took)
	if o.json != "" {
		if err := r.writeJSON(o.json); err != nil {
			return missed, err
		}
	}
	if o.readme {
		return missed, r.writeTable("README.md")
	}
	return missed, nil
}

// results are the scenario's, or one that says why there are none.
func (s scenario) results(l *lab) ([]result, error) {
	if s.service != "" && os.Getenv(s.service) == "" {
		return []result{{Name: s.name, Instead: "skipped, " + s.service + " unset"}}, nil
	}
	return s.run(l)
}

// choose returns the scenarios that can have lines whose names begin with only.
func choose(from []scenario, only string) []scenario {
	var out []scenario
	for _, s := range from {
		if strings.HasPrefix(s.name, only) || strings.HasPrefix(only, s.name+"/") {
			out = append(out, s)
		}
	}
	return out
}

func names(of []scenario) string {
	var out []string
	for _, s := range of {
		out = append(out, s.name)
	}
	return strings.Join(out, ", ")
}
