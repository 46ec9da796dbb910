package main

import (
	"fmt"
	"os"
	"sync"

	"golang.org/x/term"

	"github.com/podsandbox/pause/conformance"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/images/printable"
)

const defaultWidth = 80

// isTerminal reports whether the file is a terminal that can move its cursor.
func isTerminal(file *os.File) bool {
	return term.IsTerminal(int(file.Fd())) && os.Getenv("TERM") != "dumb"
}

func width(file *os.File) int {
	if columns, _, err := term.GetSize(int(file.Fd())); err == nil && columns > 0 {
		return columns
	}
	return defaultWidth
}

// style follows https://no-color.org.
func style(file *os.File) report.Style {
	return report.Style{
		Width: width(file), ASCII: !term.IsTerminal(int(file.Fd())),
		Color: isTerminal(file) && os.Getenv("NO_COLOR") == "",
	}
}

// progress shows a run while it goes on: on a terminal in one line that is written
// over, elsewhere in a line for each result.
type progress struct {
	file            *os.File
	terminal, quiet bool

	mutex sync.Mutex
	done  bool
}

func newProgress(file *os.File, quiet bool) *progress {
	return &progress{file: file, terminal: isTerminal(file), quiet: quiet}
}

func (p *progress) show(event conformance.Progress) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.quiet || p.done {
		return
	}
	id, platform := event.Result.Requirement.ID, printable.Text(event.Platform)
	if !p.terminal {
		fmt.Fprintf(p.file, "[%d/%d] %s %s: %s\n", event.Done, event.Total, platform, id, event.Result.Status)
		return
	}
	line := fmt.Sprintf("[%d/%d] done, the last: %s %s", event.Done, event.Total, platform, id)
	if event.Result.Status == report.Fail {
		line += " failed"
	}
	fmt.Fprintf(p.file, "\r\x1b[K%.*s", width(p.file)-1, line)
}

// clear ends the progress.
func (p *progress) clear() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.terminal && !p.quiet && !p.done {
		fmt.Fprint(p.file, "\r\x1b[K")
	}
	p.done = true
}
