package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// cpu is the time that all threads of PID 1 have used so far.
func (s *sandbox) cpu() (time.Duration, error) {
	const cpuClockSched = 2
	var clock unix.Timespec
	// As clock_getcpuclockid(3) numbers the clocks of other processes.
	if err := unix.ClockGettime(int32(^s.pid<<3|cpuClockSched), &clock); err != nil {
		return 0, fmt.Errorf("read its CPU clock: %w", err)
	}
	return time.Duration(clock.Nano()), nil
}

// asleep tells whether no thread of PID 1 has or waits for a processor.
func (s *sandbox) asleep() (bool, error) {
	threads, err := s.threads()
	if err != nil {
		return false, err
	}
	for _, thread := range threads {
		state, err := field(thread, "State")
		if state == "Z" {
			err = errors.New("it ended by itself")
		}
		if state != "S" || err != nil {
			return false, err
		}
	}
	return true, nil
}

// switches are the context switches of all threads of PID 1 so far.
func (s *sandbox) switches() (float64, error) {
	threads, err := s.threads()
	if err != nil {
		return 0, err
	}
	return sum(threads, "voluntary_ctxt_switches", "nonvoluntary_ctxt_switches")
}

// threads are the status files of PID 1's.
func (s *sandbox) threads() ([]string, error) { return filepath.Glob(s.proc() + "/task/*/status") }

// children are those of PID 1, orphans and zombies among them.
func (s *sandbox) children() ([]string, error) {
	list, err := os.ReadFile(fmt.Sprintf("%s/task/%d/children", s.proc(), s.pid))
	return strings.Fields(string(list)), err
}

// perProcess adds up a figure in a file of proc(5) over PID 1 and the child that
// some inits need.
func (s *sandbox) perProcess(file, name string) (float64, error) {
	children, err := s.children()
	if err != nil {
		return 0, err
	}
	files := []string{filepath.Join(s.proc(), file)}
	for _, child := range children {
		files = append(files, filepath.Join("/proc", child, file))
	}
	return sum(files, name)
}

// files are the program of PID 1 and the libraries that it has loaded.
func (s *sandbox) files() ([]string, error) {
	mappings, err := os.ReadFile(s.proc() + "/maps")
	if err != nil {
		return nil, err
	}
	var files []string
	for mapping := range strings.Lines(string(mappings)) {
		if path := strings.IndexByte(mapping, '/'); path >= 0 {
			files = append(files, strings.TrimSpace(mapping[path:]))
		}
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

func (s *sandbox) proc() string { return filepath.Join("/proc", strconv.Itoa(s.pid)) }

func sum(files []string, names ...string) (float64, error) {
	var total float64
	for _, file := range files {
		for _, name := range names {
			text, err := field(file, name)
			if err != nil {
				return 0, err
			}
			value, err := strconv.ParseFloat(text, 64)
			if err != nil {
				return 0, fmt.Errorf("%s: %s: %w", file, name, err)
			}
			total += value
		}
	}
	return total, nil
}

// field is the first word after a name in a file of proc(5).
func field(file, name string) (string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(content)) {
		if value, found := strings.CutPrefix(line, name+":"); found && strings.TrimSpace(value) != "" {
			return strings.Fields(value)[0], nil
		}
	}
	return "", fmt.Errorf("%s: no line %s", file, name)
}
