package node

import (
	"context"
	"errors"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/node/cri"
	"github.com/podsandbox/pause/conformance/node/kubelet"
	"github.com/podsandbox/pause/conformance/node/process"
)

var _ = Describe("A pod", func() {
	It("keeps its address and namespaces when every container is replaced", func(ctx context.Context) {
		before := running(ctx, separate)
		Expect(before.Sandbox.Address).NotTo(BeEmpty())
		ids := namespaces(before.Sandbox.PID, "net", "ipc", "uts")
		for _, container := range before.Containers {
			kill(container.PID)
		}
		after := running(ctx, separate, replaced(before, "first", "second"))
		Expect(after.Sandbox).To(Equal(before.Sandbox))
		for _, container := range after.Containers {
			Expect(namespaces(container.PID, "net", "ipc", "uts")).To(Equal(ids))
		}
	})

	It("keeps its address and namespaces while every container has ended", func(ctx context.Context) {
		Expect(kubelet.Apply(ending)).To(Succeed())
		DeferCleanup(kubelet.Delete, ending)
		var before cri.Pod
		checkEnd := func() (err error) {
			before, err = containers.Pod(ctx, fullName(ending))
			if err == nil && (len(before.Containers) < 2 || before.Containers["first"].Running || before.Containers["second"].Running) {
				err = errors.New("a container runs")
			}
			return err
		}
		Eventually(checkEnd).WithContext(ctx).Should(Succeed())
		ids := namespaces(before.Sandbox.PID, "net", "ipc", "uts", "pid")
		Eventually(func() (uint32, error) {
			now, err := containers.Pod(ctx, fullName(ending))
			return min(now.Containers["first"].Attempt, now.Containers["second"].Attempt), err
		}).WithContext(ctx).Should(BeNumerically(">=", before.Containers["first"].Attempt+2))
		after, err := containers.Pod(ctx, fullName(ending))
		Expect(err).NotTo(HaveOccurred())
		Expect(after.Sandbox).To(Equal(before.Sandbox))
		Expect(after.Sandbox.Ready).To(BeTrue())
		Expect(namespaces(after.Sandbox.PID, "net", "ipc", "uts", "pid")).To(Equal(ids))
	})

	It("gets a killed container back in the same sandbox", func(ctx context.Context) {
		before := running(ctx, restricted)
		kill(before.Containers["first"].PID)
		after := running(ctx, restricted, replaced(before, "first"))
		Expect(after.Sandbox).To(Equal(before.Sandbox))
		Expect(after.Containers["second"].ID).To(Equal(before.Containers["second"].ID))
		Expect(namespaces(after.Containers["first"].PID, "pid")).To(Equal(namespaces(after.Sandbox.PID, "pid")))
		expectReaping(ctx, restricted, after)
	})

	It("runs again, with another pause, after its pause was killed", func(ctx context.Context) {
		before := running(ctx, restricted)
		kill(before.Sandbox.PID)
		after := running(ctx, restricted, replacedSandbox(before), replaced(before, "first", "second"))
		Expect(after.Sandbox.Attempt).To(Equal(before.Sandbox.Attempt + 1))
		Expect(inner(after.Sandbox.PID)).To(Equal("1"))
		expectReaping(ctx, restricted, after)
	})

	It("outlives a restart of its container runtime", func(ctx context.Context) {
		before := running(ctx, restricted)
		Expect(runtime.Stop()).To(Succeed())
		Expect(unix.Kill(before.Sandbox.PID, 0)).To(Succeed())
		Expect(runtime.Start()).To(Succeed())
		Eventually(containers.Ready).WithContext(ctx).Should(Succeed())
		after := running(ctx, restricted)
		Expect(after).To(Equal(before))
		expectReaping(ctx, restricted, after)
		kill(after.Containers["first"].PID)
		Expect(running(ctx, restricted, replaced(after, "first")).Sandbox).To(Equal(before.Sandbox))
	})

	It("outlives a restart of the kubelet", func(ctx context.Context) {
		before := running(ctx, restricted)
		Expect(agent.Stop()).To(Succeed())
		Expect(unix.Kill(before.Sandbox.PID, 0)).To(Succeed())
		Expect(agent.Start()).To(Succeed())
		expectReaping(ctx, restricted, before)
		after := running(ctx, restricted)
		Expect(after).To(Equal(before))
		kill(after.Containers["first"].PID)
		Expect(running(ctx, restricted, replaced(after, "first")).Sandbox).To(Equal(before.Sandbox))
	})

	It("is gone when its containers are: nothing waits for its pause", func(ctx context.Context) {
		before := running(ctx, deleted)
		Expect(kubelet.Delete(deleted)).To(Succeed())
		for _, container := range before.Containers {
			Eventually(process.Runs).WithContext(ctx).WithArguments(container.PID).Should(BeFalse())
		}
		// A pause that ignores SIGTERM costs 10 seconds on CRI-O.
		Eventually(process.Runs).WithContext(ctx).WithArguments(before.Sandbox.PID).WithTimeout(10 * time.Second).Should(BeFalse())
		Eventually(func() (bool, error) {
			now, err := containers.Pod(ctx, fullName(deleted))
			return now.Sandbox.Ready, err
		}).WithContext(ctx).Should(BeFalse())
	})
})

var _ = Describe("The configured image", func() {
	It("is neither pulled again nor collected, once imported and pinned, with no registry in reach", func(ctx context.Context) {
		before := running(ctx, restricted)
		images.push(unused, imageOf("unused", []byte("no container's")))
		Expect(containers.Pull(ctx, unused)).To(Succeed())
		Expect(containers.Image(ctx, unused)).NotTo(BeNil())
		images.gone.Store(true)
		DeferCleanup(images.gone.Store, false)
		restartKubelet("99.9%")
		DeferCleanup(restartKubelet, "0%")
		Eventually(containers.Image).WithContext(ctx).WithArguments(unused).Should(BeNil(), "the kubelet collects images")
		image, err := containers.Image(ctx, imageName)
		Expect(err).NotTo(HaveOccurred())
		Expect(image).NotTo(BeNil())
		Expect(image.Pinned).To(BeTrue())
		kill(before.Sandbox.PID)
		running(ctx, restricted, replacedSandbox(before))
		Expect(images.requests("app")).NotTo(BeEmpty(), "the node asks this registry")
		Expect(images.requests("pause")).To(BeEmpty())
	})
})

// restartKubelet restarts the kubelet with another limit of the images' file system.
func restartKubelet(available string) {
	GinkgoHelper()
	Expect(agent.Stop()).To(Succeed())
	Expect(kubelet.Configure(installed.socket, available)).To(Succeed())
	Expect(agent.Start()).To(Succeed())
}
