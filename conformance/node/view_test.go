package node

import (
	"context"
	"fmt"
	"os"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"golang.org/x/sys/unix"
	v1 "k8s.io/api/core/v1"

	"github.com/podsandbox/pause/conformance/node/cri"
	"github.com/podsandbox/pause/conformance/node/process"
)

// running waits until the pod's sandbox and all of its containers run, with what else
// the condition wants.
func running(ctx context.Context, pod *v1.Pod, conditions ...func(cri.Pod) error) cri.Pod {
	GinkgoHelper()
	var view cri.Pod
	Eventually(func() (err error) {
		view, err = containers.Pod(ctx, fullName(pod))
		if err != nil {
			return err
		}
		if !view.Sandbox.Ready || !process.Runs(view.Sandbox.PID) {
			return fmt.Errorf("the sandbox of %s is not ready: %+v", pod.Name, view.Sandbox)
		}
		for _, container := range pod.Spec.Containers {
			if current := view.Containers[container.Name]; !current.Running || !process.Runs(current.PID) {
				return fmt.Errorf("the container %s of %s does not run: %+v", container.Name, pod.Name, current)
			}
		}
		for _, condition := range conditions {
			if err := condition(view); err != nil {
				return err
			}
		}
		return nil
	}).WithContext(ctx).Should(Succeed())
	return view
}

// replaced wants a container of the name other than the one of an earlier view.
func replaced(earlier cri.Pod, names ...string) func(cri.Pod) error {
	return func(now cri.Pod) error {
		for _, name := range names {
			if now.Containers[name].ID == earlier.Containers[name].ID {
				return fmt.Errorf("the container %s is still %s", name, earlier.Containers[name].ID)
			}
		}
		return nil
	}
}

// replacedSandbox wants a sandbox other than the one of an earlier view.
func replacedSandbox(earlier cri.Pod) func(cri.Pod) error {
	return func(now cri.Pod) error {
		if now.Sandbox.ID == earlier.Sandbox.ID {
			return fmt.Errorf("the sandbox is still %s", earlier.Sandbox.ID)
		}
		return nil
	}
}

// kill kills a process of a pod from outside, as the kernel does when memory is short.
func kill(pid int) {
	GinkgoHelper()
	Expect(pid).To(BeNumerically(">", 1))
	Expect(unix.Kill(pid, unix.SIGKILL)).To(Succeed())
}

func namespaces(pid int, kinds ...string) map[string]string {
	GinkgoHelper()
	ids := map[string]string{}
	for _, kind := range kinds {
		id, err := process.Namespace(pid, kind)
		Expect(err).NotTo(HaveOccurred())
		ids[kind] = id
	}
	return ids
}

func statusOf(pid int, field string) string {
	GinkgoHelper()
	value, err := process.Status(pid, field)
	Expect(err).NotTo(HaveOccurred())
	return value
}

func inner(pid int) string {
	GinkgoHelper()
	id, err := process.Inner(pid)
	Expect(err).NotTo(HaveOccurred())
	return id
}

// orphans counts the orphans of a pod that have ended since the pod started.
func orphans(pod *v1.Pod) int64 {
	file, err := os.Stat(volume(pod, "state", "orphans"))
	if err != nil {
		return 0
	}
	return file.Size()
}

// expectReaping waits for more orphans than the pids that a pause could leave unseen,
// and then for a moment in which none of them is left.
func expectReaping(ctx context.Context, pod *v1.Pod, view cri.Pod) {
	GinkgoHelper()
	before := orphans(pod)
	Eventually(func() int64 { return orphans(pod) - before }).WithContext(ctx).Should(BeNumerically(">=", 25))
	Eventually(process.Zombies).WithContext(ctx).WithArguments(view.Sandbox.PID).Should(BeEmpty())
}
