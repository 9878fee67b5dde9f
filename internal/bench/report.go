package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// report is a whole run.
type report struct {
	Machine machine  `json:"machine"`
	Took    string   `json:"took"`
	Results []result `json:"results"`
}

type machine struct {
	CPU   string `json:"cpu"`
	Cores int    `json:"cores"` // that Go uses
	OS    string `json:"os"`
	Go    string `json:"go"`
	Load  string `json:"load,omitempty"` // how many threads ran or waited to, over the last minute; this run's among them
}

func thisMachine() machine {
	return machine{CPU: cpu(), Cores: runtime.GOMAXPROCS(0), OS: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(), Load: load()}
}

func (m machine) String() string {
	text := fmt.Sprintf("%s, %d cores, %s, %s", m.CPU, m.Cores, m.OS, m.Go)
	if m.Load != "" {
		text += ", load " + m.Load
	}
	return text
}

// cpu is the processor's name where the system tells it.
func cpu() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "processor of unknown name"
	}
	for _, line := range strings.Split(string(text), "\n") {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "processor of unknown name"
}

// load is the load average where the system tells it.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	last, _, _ := strings.Cut(string(text), " ")
	return last
}

func (r report) writeJSON(file string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}

// The table stands in README.md between these lines.
const (
	tableBegins = "<!-- what follows is written by go run . -check -readme -->\n"
	tableEnds   = "<!-- up to here -->\n"
)

// writeTable replaces the table in the file.
func (r report) writeTable(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, ok := bytes.Cut(text, []byte(tableBegins))
	_, after, ends := bytes.Cut(rest, []byte(tableEnds))
	if !ok || !ends {
		return fmt.Errorf("%s has no place for the table: put the lines %q and %q there", file, strings.TrimSpace(tableBegins), strings.TrimSpace(tableEnds))
	}
	return os.WriteFile(file, []byte(string(before)+tableBegins+r.table()+tableEnds+string(after)), 0o644)
}

func (r report) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Machine: %s. The run took %s.\n\n", r.Machine, r.Took)
	b.WriteString("| line | measured | middle half of the rounds | bar | | |\n|---|---|---|---|---|---|\n")
	for _, x := range r.Results {
		if x.Instead != "" {
			fmt.Fprintf(&b, "| %s | %s | | | | |\n", x.Name, x.Instead)
			continue
		}
		bar := ""
		if x.Bound != unbound {
			bar = string(x.Bound) + " " + x.bar()
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", x.Name, x.value(), x.noise(), bar, x.verdict(), x.Note)
	}
	return b.String()
}
