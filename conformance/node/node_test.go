// Package node shows what a pause does for the pods of a real kubelet, on a real
// containerd.
package node

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"github.com/podsandbox/pause/conformance/node/containerd"
	"github.com/podsandbox/pause/conformance/node/cri"
	"github.com/podsandbox/pause/conformance/node/daemon"
	"github.com/podsandbox/pause/conformance/node/kubelet"
	"github.com/podsandbox/pause/conformance/node/machine"
)

// configured is the sandbox image of nodes that kubeadm sets up.
const imageName = "registry.k8s.io/pause:3.10.2"

// The node that the specs share. Each spec has pods of its own.
var (
	images     *server
	runtime    *daemon.Daemon
	agent      *daemon.Daemon
	containers *cri.Client
)

func TestMain(m *testing.M) {
	os.Exit(machine.Run(m.Run))
}

func TestNode(t *testing.T) {
	if lack := machine.Lack(); lack != "" {
		t.Skip(lack)
	}
	RegisterFailHandler(Fail)
	SetDefaultEventuallyTimeout(time.Minute)
	EnforceDefaultTimeoutsWhenUsingContexts()
	SetDefaultEventuallyPollingInterval(100 * time.Millisecond)
	suite, reporter := GinkgoConfiguration()
	reporter.Succinct, reporter.NoColor = true, true
	RunSpecs(t, "Pods of a kubelet", suite, reporter)
}

var _ = BeforeSuite(func(ctx context.Context) {
	images = serve()
	images.push(app, program())

	var err error
	runtime, err = containerd.New(imageName, images.URL, "registry.k8s.io", "registry.test", "ghcr.io")
	Expect(err).NotTo(HaveOccurred())
	Expect(runtime.Start()).To(Succeed())
	containers, err = cri.Dial(containerd.Socket)
	Expect(err).NotTo(HaveOccurred())
	Eventually(containers.Ready).WithContext(ctx).Should(Succeed(), runtime.Log())

	// The command is that of images/README.md for nodes that reach no registry.
	run("ctr", "-n", "k8s.io", "images", "import", "--label", "io.cri-containerd.pinned=pinned", machine.Archive())

	Expect(kubelet.Configure("0%")).To(Succeed())
	agent = kubelet.New()
	Expect(agent.Start()).To(Succeed())
	for _, pod := range pods() {
		Expect(kubelet.Apply(pod)).To(Succeed())
	}
})

var _ = ReportAfterEach(func(report SpecReport) {
	if report.State.Is(types.SpecStateSkipped) && report.Failure.Message == "" {
		return // by --focus
	}
	fmt.Printf("\n%-7s %5.1f s  %s ", report.State, report.RunTime.Seconds(), strings.Join(append(report.ContainerHierarchyTexts, report.LeafNodeText), " "))
	if report.Failed() {
		fmt.Printf("\ncontainerd:\n%s\nkubelet:\n%s\n", runtime.Tail(20), agent.Tail(40))
	}
})

// run runs a program of the node.
func run(name string, args ...string) {
	GinkgoHelper()
	output, err := exec.Command(filepath.Join(machine.Binaries(), name), args...).CombinedOutput()
	Expect(err).NotTo(HaveOccurred(), string(output))
}
