package seed

import (
	"fmt"
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows how far the seeding is: a bar on a terminal, a line at each quarter elsewhere.
type progress struct {
	out         io.Writer
	bar         *progressbar.ProgressBar
	done, total int
}

func newProgress(out io.Writer, total int) *progress {
	p := &progress{out: out, total: total}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(out), progressbar.OptionSetDescription("seeding"),
			progressbar.OptionShowCount(), progressbar.OptionSetWidth(40))
	}
	return p
}

func (p *progress) add(n int) {
	before := p.done * 4 / p.total
	p.done = min(p.done+n, p.total)
	if p.bar != nil {
		_ = p.bar.Set(p.done)
	} else if quarter := p.done * 4 / p.total; quarter > before {
		fmt.Fprintf(p.out, "seeding: %d %%\n", quarter*25)
	}
}

func (p *progress) finish() error {
	if p.bar == nil {
		return nil
	}
	defer fmt.Fprintln(p.out)
	return p.bar.Finish()
}
