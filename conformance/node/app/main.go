// Command app is the program of the pods' containers, and their probe.
//
//	app end                end at once
//	app wait [SECONDS]     wait for SIGTERM, then end after so many seconds
//	app orphans COUNT DIR  leave so many orphans behind, as a careless exec probe does
//	app orphan DIR         wait until PID 1 is the parent, note it in DIR, and end
package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "app:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 1 && args[0] == "end":
		return nil
	case len(args) == 1 && args[0] == "wait":
		wait(0)
		return nil
	case len(args) == 2 && args[0] == "wait":
		seconds, err := strconv.Atoi(args[1])
		if err != nil {
			return err
		}
		wait(time.Duration(seconds) * time.Second)
		return nil
	case len(args) == 3 && args[0] == "orphans":
		count, err := strconv.Atoi(args[1])
		if err != nil {
			return err
		}
		return leaveOrphans(count, args[2])
	case len(args) == 2 && args[0] == "orphan":
		return orphan(args[1])
	}
	return fmt.Errorf("unknown arguments %q", args)
}

func wait(linger time.Duration) {
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	<-terminated
	time.Sleep(linger)
}

func leaveOrphans(count int, dir string) error {
	for range count {
		if err := exec.Command("/proc/self/exe", "orphan", dir).Start(); err != nil {
			return err
		}
	}
	return nil
}

// orphan appends one byte to the file of orphans, so that its size is their number.
func orphan(dir string) error {
	for os.Getppid() != 1 {
		time.Sleep(time.Millisecond)
	}
	file, err := os.OpenFile(filepath.Join(dir, "orphans"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o666)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = file.WriteString(".")
	return err
}
