// Package node shows what a pause does for the pods of a real kubelet, on a real
// containerd or CRI-O.
package node

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"github.com/podsandbox/pause/conformance/node/containerd"
	"github.com/podsandbox/pause/conformance/node/cri"
	"github.com/podsandbox/pause/conformance/node/crio"
	"github.com/podsandbox/pause/conformance/node/daemon"
	"github.com/podsandbox/pause/conformance/node/kubelet"
	"github.com/podsandbox/pause/conformance/node/machine"
)

// software is what differs from one container runtime to another.
type software struct {
	socket    string
	configure func(sandbox, registry string, hosts ...string) (*daemon.Daemon, error)
	load      func(archive string) *exec.Cmd
	verdict   string // on our image, in pods of the suite
	status    int    // of the suite then
}

var installed = map[string]software{
	"containerd": {containerd.Socket, containerd.New, containerd.Load, "conformant", 0},
	"cri-o":      {crio.Socket, crio.New, crio.Load, "partial", 3},
}[machine.Runtime()]

// imageName is the sandbox image of nodes that kubeadm sets up.
const imageName = "registry.k8s.io/pause:3.10.2"

// The node that the specs share. Each spec has pods of its own.
var (
	images     *server
	runtime    *daemon.Daemon
	agent      *daemon.Daemon
	containers *cri.Client
)

func TestMain(m *testing.M) {
	if crio.IsRuntime() {
		fmt.Fprintln(os.Stderr, crio.RunRuntime())
		os.Exit(1)
	}
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
	runtime, err = installed.configure(imageName, strings.TrimPrefix(images.URL, "http://"), "registry.k8s.io", "registry.test", "ghcr.io")
	Expect(err).NotTo(HaveOccurred())
	Expect(runtime.Start()).To(Succeed())
	containers, err = cri.Dial(installed.socket)
	Expect(err).NotTo(HaveOccurred())
	Eventually(containers.Ready).WithContext(ctx).Should(Succeed(), runtime.Log())

	output, err := installed.load(machine.Archive()).CombinedOutput()
	Expect(err).NotTo(HaveOccurred(), string(output))

	Expect(kubelet.Configure(installed.socket, "0%")).To(Succeed())
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
		fmt.Printf("\n%s:\n%s\nkubelet:\n%s\n", machine.Runtime(), runtime.Tail(20), agent.Tail(40))
	}
})
