package check

import (
	"context"
	"strings"
	"sync/atomic"

	"github.com/onsi/gomega"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/probe"
)

// networked starts a sandbox with an address of its own, as a pod has.
func (t *Trial) networked(ctx context.Context) *engine.Container {
	return t.sandbox(ctx, func(spec *engine.Spec) { spec.Network = "bridge" })
}

func sharesNetwork(ctx context.Context, t *Trial) {
	sandbox := t.networked(ctx)
	first, second := t.join(ctx, sandbox), t.join(ctx, sandbox)
	other := t.join(ctx, t.networked(ctx))
	network := askFor[string](ctx, first, "Namespace", "net")
	t.Expect(askFor[string](ctx, second, "Namespace", "net")).To(gomega.Equal(network), "two containers of a pod are in one network namespace")
	t.Expect(askFor[string](ctx, other, "Namespace", "net")).NotTo(gomega.Equal(network), "a second pod is in another network namespace")
	addresses := ask[[]string](ctx, first, "Addresses")
	t.Expect(ask[[]string](ctx, second, "Addresses")).To(gomega.Equal(addresses), "two containers of a pod have the same addresses")
	t.Expect(ask[[]string](ctx, other, "Addresses")).NotTo(gomega.Equal(addresses), "a second pod has other addresses")

	t.Expect(ask[[]string](ctx, first, "Listeners")).To(gomega.BeEmpty(), "the sandbox listens on no port")
	const port = 8080
	var none probe.None
	t.Expect(first.Call(ctx, "Listen", port, &none)).To(gomega.Succeed(), "every port is free for the containers of a pod")
	t.Expect(second.Call(ctx, "Dial", port, &none)).To(gomega.Succeed(), "containers of a pod reach each other on localhost")
	t.Expect(second.Call(ctx, "Listen", port, &none)).NotTo(gomega.Succeed(), "containers of a pod collide on a port")
	t.Expect(other.Call(ctx, "Dial", port, &none)).NotTo(gomega.Succeed(), "a second pod is not reached on localhost")
	t.Expect(other.Call(ctx, "Listen", port, &none)).To(gomega.Succeed(), "a second pod does not collide on the port")
}

func keepsNetwork(ctx context.Context, t *Trial) {
	sandbox := t.networked(ctx)
	first := t.ready(ctx, sandbox)
	network, addresses := askFor[string](ctx, first, "Namespace", "net"), ask[[]string](ctx, first, "Addresses")
	t.must(first.Remove(ctx))
	second := t.join(ctx, sandbox)
	t.Expect(askFor[string](ctx, second, "Namespace", "net")).To(gomega.Equal(network), "a new container is in the same network namespace")
	t.Expect(ask[[]string](ctx, second, "Addresses")).To(gomega.Equal(addresses), "a new container has the same addresses")
}

func sharesIPC(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	first, second := t.join(ctx, sandbox), t.join(ctx, sandbox)
	other := t.join(ctx, t.sandbox(ctx))
	first.do(ctx, "MakeIPC", probe.None{})
	t.idle(ctx, t.window())
	both := probe.IPC{SharedMemory: true, MessageQueue: true}
	t.Expect(ask[probe.IPC](ctx, second, "FindIPC")).To(gomega.Equal(both), "another container of the pod finds both")
	t.Expect(ask[probe.IPC](ctx, other, "FindIPC")).To(gomega.Equal(probe.IPC{}), "a container of another pod finds neither")
}

func sharesPIDs(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	first := t.ready(ctx, sandbox)
	second := t.join(ctx, sandbox)
	probes := func(p pod) (others int) {
		for _, process := range ask[[]probe.Process](ctx, p, "Processes") {
			if len(process.Command) > 0 && process.Command[0] == probe.Path {
				others++
			}
		}
		return others
	}
	t.idle(ctx, t.window())
	t.Expect(probes(first)).To(gomega.Equal(1), "the first container sees the second one's process")
	t.Expect(probes(second)).To(gomega.Equal(1), "the second container sees the first one's process")
	command := strings.Join(ask[probe.Process](ctx, first, "Init").Command, " ")
	t.Expect(command).To(gomega.HaveSuffix(strings.Join(t.Command, " ")), "PID 1 is the sandbox")
}

func sharesHostname(ctx context.Context, t *Trial) {
	const hostname = "pause-conformance-pod"
	sandbox := t.sandbox(ctx, func(spec *engine.Spec) { spec.Hostname = hostname })
	joined, err := t.engine.Join(ctx, engine.Spec{UTSOf: sandbox.ID, PIDsOf: sandbox.ID})
	if err != nil && !engine.Lost(err) {
		panic(notTestable{"the engine refuses to share a UTS namespace between containers: " + err.Error()})
	}
	t.must(err)
	t.probes = append(t.probes, joined)
	inside := pod{joined, t, nil}
	if askFor[string](ctx, inside, "Namespace", "uts") != askFor[string](ctx, inside, "InitNamespace", "uts") {
		panic(notTestable{"the engine does not share a UTS namespace between containers"})
	}
	t.Expect(ask[string](ctx, inside, "Hostname")).To(gomega.Equal(hostname), "a joined container has the pod's host name")
}

func outlivesContainers(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	first := t.ready(ctx, sandbox)
	first.do(ctx, "MakeIPC", probe.None{})
	t.must(first.Remove(ctx))
	t.idle(ctx, t.window())
	second := t.join(ctx, sandbox)
	t.Expect(ask[probe.IPC](ctx, second, "FindIPC").SharedMemory).To(gomega.BeTrue(), "shared memory outlives the container that made it")
	t.must(t.end(ctx, sandbox, "KILL"))
	t.ends(ctx, sandbox, "KILL", patience)
	late, err := t.engine.Join(ctx, engine.Spec{NetworkOf: sandbox.ID, IPCOf: sandbox.ID})
	if err == nil {
		t.probes = append(t.probes, late)
	}
	if engine.Lost(err) {
		t.must(err)
	}
	t.Expect(err).To(gomega.HaveOccurred(), "the namespaces end with the sandbox: no container can join any more")
}

func restarts(ctx context.Context, t *Trial) {
	sandbox := t.sandbox(ctx)
	t.staysUp(ctx, sandbox) // it has served, and what it does at its start is done
	t.must(t.end(ctx, sandbox, "KILL"))
	t.ends(ctx, sandbox, "KILL", patience)
	t.askedToEnd.Delete(sandbox.ID)
	t.must(sandbox.Start(ctx))
	joined := t.ready(ctx, sandbox)
	joined.reaps(ctx)
	t.endsOn(ctx, sandbox, "TERM", "after a restart")
}

func runsDensely(ctx context.Context, t *Trial) {
	t.sandboxes = make([]*engine.Container, t.Size.Density)
	t.each(func(i int) (err error) {
		t.sandboxes[i], err = t.engine.Start(ctx, t.spec())
		return err
	})
	t.idle(ctx, t.window())
	var ended, late atomic.Int64
	t.each(func(i int) error {
		state, err := t.sandboxes[i].State(ctx)
		if err == nil && !state.Running {
			ended.Add(1)
		}
		return err
	})
	t.Expect(ended.Load()).To(gomega.BeZero(), "none of %d sandboxes side by side ends by itself", t.Size.Density)
	t.each(func(i int) error { return t.end(ctx, t.sandboxes[i], "TERM") })
	ending, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	t.each(func(i int) error {
		_, err := t.sandboxes[i].Ended(ending)
		if ending.Err() == nil {
			return err
		}
		state, err := t.sandboxes[i].State(ctx)
		if err == nil && state.Running {
			late.Add(1)
		}
		return err
	})
	t.Expect(late.Load()).To(gomega.BeZero(), "none of %d sandboxes side by side runs on %s after TERM", t.Size.Density, patience)
}
