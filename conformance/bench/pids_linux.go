package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// mostPids is where leastPids gives up.
const mostPids = 64

// pidsGroup is a control group with a limit of pids, made by the bench.
type pidsGroup string

// newPidsGroup makes one in the hierarchy of version 1 or of version 2.
func newPidsGroup() (pidsGroup, error) {
	var problems error
	for _, parent := range []string{"/sys/fs/cgroup/pids", "/sys/fs/cgroup"} {
		group, err := os.MkdirTemp(parent, "pause-bench-")
		if err == nil {
			if _, err = os.Stat(filepath.Join(group, "pids.max")); err == nil {
				return pidsGroup(group), nil
			}
			os.Remove(group)
		}
		problems = errors.Join(problems, err)
	}
	return "", problems
}

func (g pidsGroup) remove() { os.Remove(string(g)) }

// least returns the lowest limit of pids under which the command starts and ends
// on SIGTERM.
func (g pidsGroup) least(ctx context.Context, command []string) (int, error) {
	var err error
	for limit := 1; limit <= mostPids; limit++ {
		if err = g.try(ctx, command, limit); err == nil {
			return limit, nil
		}
		if ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
	}
	return 0, fmt.Errorf("start with %d pids: %w", mostPids, err)
}

func (g pidsGroup) try(ctx context.Context, command []string, limit int) error {
	s, err := hold(command)
	if err != nil {
		return err
	}
	defer s.kill()
	for file, value := range map[string]int{"pids.max": limit, "cgroup.procs": s.pid} {
		if err := os.WriteFile(filepath.Join(string(g), file), []byte(strconv.Itoa(value)), 0); err != nil {
			return err
		}
	}
	if err := s.release(); err != nil {
		return err
	}
	if _, err := s.rest(ctx); err != nil {
		return err
	}
	_, err = s.end(ctx)
	return err
}
