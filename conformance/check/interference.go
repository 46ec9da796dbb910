package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/rpc"
	"strings"
	"time"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
	"github.com/podsandbox/pause/conformance/probe/client"
)

// interference tells what the sandbox has done to a probe in its pod, if the error comes
// from that. Nothing else is in the pod that could.
func (t *Trial) interference(ctx context.Context, err error) string {
	if engine.Lost(err) || ctx.Err() != nil {
		return ""
	}
	if strings.Contains(err.Error(), probe.Interference) {
		return err.Error()
	}
	broken := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.ErrClosedPipe) || errors.Is(err, rpc.ErrShutdown)
	unresponsive := errors.Is(err, client.ErrUnresponsive)
	for _, joined := range t.probes {
		if _, asked := t.askedToEnd.Load(joined.sandbox); asked || !broken && !unresponsive {
			continue
		}
		if broken {
			if exit, ended := endOf(ctx, joined.container); ended {
				return fmt.Sprintf("a container of the pod has ended with status %d, which nothing but the sandbox can have done: %v", exit.Status, err)
			}
		} else if seen := t.stopped(ctx, joined.sandbox); seen != "" {
			return seen
		}
	}
	return ""
}

func endOf(ctx context.Context, container engine.Container) (exit engine.Exit, ended bool) {
	waiting, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	exit, err := container.Wait(waiting)
	return exit, err == nil
}

// stopped joins the sandbox once more, and looks for probes that a signal has stopped.
func (t *Trial) stopped(ctx context.Context, sandbox engine.Sandbox) string {
	container, err := sandbox.Join(ctx, engine.Shared)
	if err != nil {
		return ""
	}
	witness := pod{client.New(container.Stream()), sandbox, container, t, nil}
	defer func() { _ = witness.remove(context.WithoutCancel(ctx)) }()
	processes, err := witness.Processes(ctx)
	if errors.Is(err, client.ErrUnresponsive) {
		return "two containers of the pod do not answer one after the other: the sandbox stops them"
	}
	for _, process := range processes {
		if len(process.Command) > 0 && process.Command[0] == probe.Path && process.State == "T" {
			return fmt.Sprintf("process %d of a container of the pod is stopped, which nothing but the sandbox can have done", process.ID)
		}
	}
	return ""
}
