package main

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance"
	"github.com/podsandbox/pause/conformance/report"
)

const defaultWidth = 80

func isTerminal(file *os.File) bool {
	_, err := unix.IoctlGetTermios(int(file.Fd()), unix.TCGETS)
	return err == nil
}

// colorful follows https://no-color.org.
func colorful(file *os.File) bool {
	return isTerminal(file) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

func width(file *os.File) int {
	size, err := unix.IoctlGetWinsize(int(file.Fd()), unix.TIOCGWINSZ)
	if err != nil || size.Col == 0 {
		return defaultWidth
	}
	return int(size.Col)
}

// progress tells of a run that goes on: on a terminal in one line that is
// written over, elsewhere in a line for each result.
type progress struct {
	file     *os.File
	terminal bool
}

func newProgress(file *os.File) *progress {
	return &progress{file, isTerminal(file) && os.Getenv("TERM") != "dumb"}
}

func (p *progress) show(news conformance.Progress) {
	if !p.terminal {
		fmt.Fprintf(p.file, "[%d/%d] %s %s: %s\n", news.Done, news.Total, news.Platform, news.Result.Requirement.ID, news.Result.Status)
		return
	}
	line := fmt.Sprintf("[%d/%d] done, the last: %s %s", news.Done, news.Total, news.Platform, news.Result.Requirement.ID)
	if news.Result.Status == report.Fail {
		line += " failed"
	}
	fmt.Fprintf(p.file, "\r\x1b[K%.*s", width(p.file)-1, line)
}

func (p *progress) clear() {
	if p.terminal {
		fmt.Fprint(p.file, "\r\x1b[K")
	}
}
