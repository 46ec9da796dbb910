package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync/atomic"
)

// testRun counts the tests of a test binary from what it prints with
// -test.v=test2json.
type testRun struct {
	passed, failed, skipped atomic.Int64

	// failures has what failed tests printed.
	failures strings.Builder
	output   map[string]string

	stdin io.WriteCloser
	done  chan error
}

// event is one of cmd/test2json's.
type event struct {
	Action, Test, Output string
}

func startTestRun(ctx context.Context) (*testRun, error) {
	converter := exec.CommandContext(ctx, "go", "tool", "test2json")
	stdin, err := converter.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := converter.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := converter.Start(); err != nil {
		return nil, fmt.Errorf("go tool test2json: %w", err)
	}
	run := &testRun{stdin: stdin, done: make(chan error, 1), output: map[string]string{}}
	go func() {
		err := run.read(json.NewDecoder(stdout))
		_, _ = io.Copy(io.Discard, stdout)
		run.done <- errors.Join(err, converter.Wait())
	}()
	return run, nil
}

// close returns when all events are counted.
func (r *testRun) close() error {
	r.stdin.Close()
	return <-r.done
}

func (r *testRun) read(events *json.Decoder) error {
	for {
		var e event
		if err := events.Decode(&e); err == io.EOF {
			return nil
		} else if err != nil {
			return fmt.Errorf("go tool test2json: %w", err)
		}
		switch e.Action {
		case "output":
			r.output[e.Test] += e.Output
			continue
		case "pass", "fail", "skip":
		default:
			continue
		}
		if e.Action == "fail" {
			r.failures.WriteString(r.output[e.Test])
		}
		delete(r.output, e.Test)
		if e.Test == "" { // the binary itself
			continue
		}
		map[string]*atomic.Int64{"pass": &r.passed, "fail": &r.failed, "skip": &r.skipped}[e.Action].Add(1)
	}
}
