package main_test

import (
	"fmt"
	"net/rpc"
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// agent is a process of the sandbox that does what the test asks, until the
// test hangs up.
func agent([]string) error {
	server := rpc.NewServer()
	if err := server.Register(Agent{}); err != nil {
		return err
	}
	server.ServeConn(os.NewFile(3, "test"))
	return nil
}

// Agent is the part of an agent that a test can call.
type Agent struct{}

// Kill is kill(2), from inside the namespace: PID -1 is every process but
// PID 1 and the agent.
type Kill struct {
	PID    int
	Signal syscall.Signal
}

// Kill sends a signal.
func (Agent) Kill(kill Kill, _ *int) error {
	return unix.Kill(kill.PID, kill.Signal)
}

// Storm sends signals to PID 1 until the sandbox ends.
func (Agent) Storm(signals []syscall.Signal, _ *int) error {
	for {
		for _, signal := range signals {
			if err := unix.Kill(1, signal); err != nil {
				return err
			}
		}
	}
}

// Orphans are processes of one kind that lose their parent.
type Orphans struct {
	Kind  string
	Count int
}

// Orphans returns when the orphans have lost their parent.
func (Agent) Orphans(orphans Orphans, _ *int) error {
	return play("parent", orphans.Kind, strconv.Itoa(orphans.Count)).Run()
}

// Child starts a child of the agent that sleeps, and returns its PID.
func (Agent) Child(_ int, pid *int) error {
	pids, err := startPauses(1)
	if err == nil {
		*pid = pids[0]
	}
	return err
}

// Wait waits for a child of the agent and returns how it ended.
func (Agent) Wait(pid int, status *syscall.WaitStatus) error {
	_, err := syscall.Wait4(pid, status, 0, nil)
	return err
}

// parent ends without having waited for its children.
func parent(args []string) error {
	kind := args[0]
	count, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	switch kind {
	case "asleep":
		_, err = startPauses(count)
		return err
	case "dead":
		return startDead(count)
	case "daemons":
		session := play("parent", "asleep", args[1])
		session.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		return session.Run()
	}
	return fmt.Errorf("parent: unknown kind %q", kind)
}
