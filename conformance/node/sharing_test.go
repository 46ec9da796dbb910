package node

import (
	"context"
	"os"
	"strconv"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/podsandbox/pause/conformance/node/machine"
	"github.com/podsandbox/pause/conformance/node/process"
)

var _ = Describe("The pause", func() {
	It("is there before the containers, and PID 1 of the PID namespace that they share", func(ctx context.Context) {
		view := running(ctx, restricted)
		pause := view.Sandbox.PID
		Expect(inner(pause)).To(Equal("1"))
		start, err := process.Start(pause)
		Expect(err).NotTo(HaveOccurred())
		for _, container := range view.Containers {
			Expect(namespaces(container.PID, "pid", "net", "ipc", "uts")).To(Equal(namespaces(pause, "pid", "net", "ipc", "uts")))
			Expect(inner(container.PID)).NotTo(Equal("1"))
			Expect(process.Start(container.PID)).To(BeNumerically(">", start))
		}
	})

	It("shares network, IPC and UTS with containers that have PID namespaces of their own", func(ctx context.Context) {
		view := running(ctx, separate)
		pause := view.Sandbox.PID
		Expect(inner(pause)).To(Equal("1"))
		Expect(namespaces(pause, "net")).NotTo(Equal(namespaces(os.Getpid(), "net")))
		for _, container := range view.Containers {
			Expect(namespaces(container.PID, "net", "ipc", "uts")).To(Equal(namespaces(pause, "net", "ipc", "uts")))
			Expect(namespaces(container.PID, "pid")).NotTo(Equal(namespaces(pause, "pid")))
			Expect(inner(container.PID)).To(Equal("1"))
		}
	})

	It("runs in a pod with hostNetwork, in the node's network namespace", func(ctx context.Context) {
		view := running(ctx, hostNetwork)
		Expect(namespaces(view.Sandbox.PID, "net")).To(Equal(namespaces(os.Getpid(), "net")))
		Expect(namespaces(view.Sandbox.PID, "pid")).NotTo(Equal(namespaces(os.Getpid(), "pid")))
	})

	It("runs in a pod with hostPID, where it is not PID 1", func(ctx context.Context) {
		view := running(ctx, hostPID)
		Expect(namespaces(view.Sandbox.PID, "pid")).To(Equal(namespaces(os.Getpid(), "pid")))
		Expect(inner(view.Sandbox.PID)).NotTo(Equal("1"))
		container := view.Containers["first"]
		kill(container.PID)
		Expect(running(ctx, hostPID, replaced(view, "first")).Sandbox).To(Equal(view.Sandbox))
	})

	It("runs under the restricted profile, as the pod's user and without privileges", func(ctx context.Context) {
		Expect(violations(restricted)).To(BeEmpty())
		if machine.Runtime() == "cri-o" {
			Skip("CRI-O runs the pause as root, with some capabilities, whatever a pod asks for")
		}
		pause := running(ctx, restricted).Sandbox.PID
		id := strconv.Itoa(user)
		Expect(statusOf(pause, "Uid")).To(Equal(id + "\t" + id + "\t" + id + "\t" + id))
		Expect(statusOf(pause, "Gid")).To(Equal(id + "\t" + id + "\t" + id + "\t" + id))
		Expect(statusOf(pause, "CapEff")).To(Equal("0000000000000000"))
		Expect(statusOf(pause, "NoNewPrivs")).To(Equal("1"))
		Expect(statusOf(pause, "Seccomp")).To(Equal("2"), "a filter")
	})

	It("reaps the orphans of exec probes, so that none is left", func(ctx context.Context) {
		expectReaping(ctx, restricted, running(ctx, restricted))
	})
})
