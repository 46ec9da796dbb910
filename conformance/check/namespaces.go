package check

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"

	"github.com/onsi/gomega"
	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
	"github.com/podsandbox/pause/conformance/probe/client"
)

// networked starts a sandbox with an address of its own, as a pod has.
func (t *Trial) networked(ctx context.Context) engine.Sandbox {
	return t.sandbox(ctx, func(spec *engine.Pod) { spec.Network = engine.PodNetwork })
}

func sharesNetwork(ctx context.Context, t *Trial) {
	sandbox := t.networked(ctx)
	first, second := t.join(ctx, sandbox), t.join(ctx, sandbox)
	other := t.join(ctx, t.networked(ctx))
	network := must(first.Namespace(ctx, "net"))
	expect(must(second.Namespace(ctx, "net")), gomega.Equal(network), "two containers of a pod are in one network namespace")
	expect(must(other.Namespace(ctx, "net")), gomega.Not(gomega.Equal(network)), "a second pod is in another network namespace")
	addresses := must(first.Addresses(ctx))
	expect(must(second.Addresses(ctx)), gomega.Equal(addresses), "two containers of a pod have the same addresses")
	expect(must(other.Addresses(ctx)), gomega.Not(gomega.Equal(addresses)), "a second pod has other addresses")

	expect(must(first.TakenPorts(ctx)), gomega.BeEmpty(), "the sandbox is bound to no port")
	const port = 8080
	expect(first.Listen(ctx, port), gomega.Succeed(), "every port is free for the containers of a pod")
	expect(second.Dial(ctx, port), gomega.Succeed(), "containers of a pod reach each other on localhost")
	expect(second.Listen(ctx, port), gomega.Not(gomega.Succeed()), "containers of a pod collide on a port")
	expect(other.Dial(ctx, port), gomega.Not(gomega.Succeed()), "a second pod is not reached on localhost")
	expect(other.Listen(ctx, port), gomega.Succeed(), "a second pod does not collide on the port")
	t.expectServes(ctx, other.sandbox, "with a network")
}

func keepsNetwork(ctx context.Context, t *Trial) {
	sandbox := t.networked(ctx)
	first := t.ready(ctx, sandbox)
	network, addresses := must(first.Namespace(ctx, "net")), must(first.Addresses(ctx))
	ensure(first.remove(ctx))
	t.sleepWithoutSlot(ctx, t.window())
	second := t.join(ctx, sandbox)
	expect(must(second.Namespace(ctx, "net")), gomega.Equal(network), "a new container is in the same network namespace")
	expect(must(second.Addresses(ctx)), gomega.Equal(addresses), "a new container has the same addresses")
}

// sharesIPC runs the sandbox as the user of the containers where it bears that, as a pod's
// runAsUser does: what they make is its own then.
func sharesIPC(ctx context.Context, t *Trial) {
	sandbox := t.asUserOfProbe(ctx)
	first, second := t.join(ctx, sandbox), t.join(ctx, sandbox)
	other := t.join(ctx, t.sandbox(ctx))
	ensure(first.MakeIPC(ctx))
	if t.Serves.Reaps {
		ensure(first.LeaveZombies(ctx, probe.Orphans{Count: 5}))
	}
	t.sleepWithoutSlot(ctx, t.window())
	both := probe.IPC{SharedMemory: true, MessageQueue: true}
	expect(must(second.FindIPC(ctx)), gomega.Equal(both), "another container of the pod finds both")
	expect(must(other.FindIPC(ctx)), gomega.Equal(probe.IPC{}), "a container of another pod finds neither")
}

func sharesPIDs(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	first := t.ready(ctx, sandbox)
	second := t.join(ctx, sandbox)
	others := func(p pod) (number int) {
		for _, process := range must(p.Processes(ctx)) {
			if len(process.Command) > 0 && process.Command[0] == probe.Path {
				number++
			}
		}
		return number
	}
	t.sleepWithoutSlot(ctx, t.window())
	expect(others(first), gomega.Equal(1), "the first container sees the second one's process")
	expect(others(second), gomega.Equal(1), "the second container sees the first one's process")
	own := gomega.Equal(strings.Join(t.Command, " "))
	if t.Emulated {
		own = gomega.HaveSuffix(strings.Join(t.Command, " ")) // qemu-user's comes first
	}
	expect(strings.Join(must(first.Init(ctx)).Command, " "), own, "PID 1 is the sandbox")
	if _, last, whole := t.last(ctx); whole {
		expect(strings.Join(last.init.Command, " "), own, "after it was used, PID 1 is the sandbox")
	}
}

func sharesHostname(ctx context.Context, t *Trial) {
	const hostname = "pause-conformance-pod"
	sandbox := t.sandbox(ctx, func(spec *engine.Pod) { spec.Hostname = hostname })
	inside := t.joinBy(ctx, sandbox, engine.Namespaces{PIDs: true, UTS: true})
	if must(inside.Namespace(ctx, "uts")) != must(inside.InitNamespace(ctx, "uts")) {
		panic(notTestable{"the engine does not share a UTS namespace between containers"})
	}
	expect(must(inside.Hostname(ctx)), gomega.Equal(hostname), "a joined container has the pod's host name")
}

func outlivesContainers(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	first := t.ready(ctx, sandbox)
	ensure(first.MakeIPC(ctx))
	ensure(first.remove(ctx))
	t.sleepWithoutSlot(ctx, t.window())
	second := t.join(ctx, sandbox)
	expect(must(second.FindIPC(ctx)).SharedMemory, gomega.BeTrue(), "shared memory outlives the container that made it")
	ensure(t.signal(ctx, sandbox, kill))
	t.expectEnd(ctx, sandbox, "SIGKILL", patience)
	late, err := sandbox.Join(ctx, engine.Namespaces{Network: true, IPC: true})
	if err == nil {
		t.probes = append(t.probes, pod{client.New(late.Stream()), sandbox, late, t, nil})
	}
	if engine.Lost(err) || errors.As(err, new(*engine.UnsupportedError)) {
		ensure(err)
	}
	expect(err, gomega.HaveOccurred(), "the namespaces end with the sandbox: no container can join any more")
}

// restarts gives the sandbox a root file system that can be written to: what it leaves
// there outlives its end.
func restarts(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx, func(spec *engine.Pod) { spec.WritableRoot = true })
	t.expectStays(ctx, sandbox) // it has served, and what it does at its start is done
	for _, signal := range []unix.Signal{kill, term} {
		ensure(t.signal(ctx, sandbox, signal))
		t.expectEnd(ctx, sandbox, unix.SignalName(signal), patience)
		ensure(sandbox.Restart(ctx))
		t.askedToEnd.Delete(sandbox)
		t.expectStays(ctx, sandbox)
	}
	t.ready(ctx, sandbox).expectReaps(ctx)
	t.expectEndOn(ctx, sandbox, term, " after a restart")
}

func runsDensely(ctx context.Context, t *Trial) {
	sandboxes := make([]engine.Sandbox, t.Size.Density)
	sideBySide(len(sandboxes), func(i int) {
		sandboxes[i] = t.sandbox(ctx, func(spec *engine.Pod) { spec.Dense = true })
	})
	t.sleepWithoutSlot(ctx, t.window())
	var ends, late atomic.Int64
	sideBySide(len(sandboxes), func(i int) {
		if !must(sandboxes[i].State(ctx)).Running {
			ends.Add(1)
		}
	})
	expect(ends.Load(), gomega.BeZero(), "none of %d sandboxes side by side ends by itself", t.Size.Density)
	sideBySide(len(sandboxes), func(i int) { ensure(t.signal(ctx, sandboxes[i], term)) })
	window, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	sideBySide(len(sandboxes), func(i int) {
		_, err := sandboxes[i].Wait(window)
		switch {
		case window.Err() == nil:
			ensure(err)
		case must(sandboxes[i].State(ctx)).Running:
			late.Add(1)
		}
	})
	expect(late.Load(), gomega.BeZero(), "none of %d sandboxes side by side runs on %s after SIGTERM", t.Size.Density, patience)
}
