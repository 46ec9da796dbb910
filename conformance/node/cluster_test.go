package node

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/podsandbox/pause/conformance/node/containerd"
	"github.com/podsandbox/pause/conformance/node/cri"
	"github.com/podsandbox/pause/conformance/node/kubelet"
	"github.com/podsandbox/pause/conformance/node/machine"
	"github.com/podsandbox/pause/conformance/node/manifest"
)

var _ = Describe("A node", func() {
	It("judges its own sandbox image with the pod of conformance/cluster", func(ctx context.Context) {
		pod := judge()
		Expect(kubelet.Apply(pod)).To(Succeed())
		DeferCleanup(kubelet.Delete, pod)
		name := pod.Spec.Containers[0].Name
		before := running(ctx, pod)
		done := func() (string, error) {
			path, err := os.ReadFile(volume(pod, "results", "done"))
			return string(path), err
		}
		Eventually(done).WithContext(ctx).WithTimeout(5*time.Minute).Should(Equal("/results/junit.xml"), judgeLog)
		Expect(volume(pod, "results", "junit.xml")).To(BeARegularFile())

		expectVerdict(volume(pod, "results", "report.json"), "partial", 50)

		By("leaving the pod as the kubelet made it")
		after := running(ctx, pod)
		Expect(after.Sandbox).To(Equal(before.Sandbox))
		Expect(after.Containers).To(Equal(map[string]cri.Container{name: before.Containers[name]}))
	})

	It("judges its own sandbox image in pods of the suite, once its kubelet is stopped", func(ctx context.Context) {
		Expect(agent.Stop()).To(Succeed())
		DeferCleanup(agent.Start)
		directory := filepath.Join(machine.Dir(), "report")
		command := exec.CommandContext(ctx, machine.Suite(), "run", "--engine=cri", "--cri-endpoint=unix://"+installed.socket, "--report-dir="+directory)
		output, err := command.CombinedOutput()
		Expect(command.ProcessState.ExitCode()).To(Equal(installed.status), "%v: %s", err, output)
		expectVerdict(filepath.Join(directory, "report.json"), installed.verdict, 62)
	}, NodeTimeout(5*time.Minute))

	It("is not judged beside its kubelet in pods that the kubelet does not know", func(ctx context.Context) {
		command := exec.CommandContext(ctx, machine.Suite(), "run", "--engine=cri", "--cri-endpoint=unix://"+installed.socket, "--only=PID-STAYS")
		output, err := command.CombinedOutput()
		Expect(err).To(HaveOccurred())
		Expect(command.ProcessState.ExitCode()).To(Equal(4), string(output))
		Expect(string(output)).To(ContainSubstring("stop the node's kubelet"))
	})
})

// expectVerdict wants a report with the verdict on the configured image, in which as many
// requirements as that pass at the least, and none fails.
func expectVerdict(path, verdict string, least int) {
	GinkgoHelper()
	content, err := os.ReadFile(path)
	Expect(err).NotTo(HaveOccurred())
	var report struct {
		Subjects []struct {
			Image, Verdict string
			Results        []struct {
				Requirement  struct{ ID string }
				Status, Seen string
			}
		}
	}
	Expect(json.Unmarshal(content, &report)).To(Succeed())
	Expect(report.Subjects).To(HaveLen(1))
	Expect(report.Subjects[0].Image).To(Equal(imageName), string(content))
	passes := 0
	for _, result := range report.Subjects[0].Results {
		Expect(result.Status).NotTo(BeElementOf("fail", "error"), "%s: %s", result.Requirement.ID, result.Seen)
		if result.Status == "pass" {
			passes++
		}
	}
	Expect(report.Subjects[0].Verdict).To(Equal(verdict))
	Expect(passes).To(BeNumerically(">=", least))
}

// judge is the pod of the DaemonSet, as a static one.
func judge() *v1.Pod {
	GinkgoHelper()
	set, err := manifest.DaemonSet("../cluster")
	Expect(err).NotTo(HaveOccurred())
	suite, err := os.ReadFile(machine.Suite())
	Expect(err).NotTo(HaveOccurred())
	// The README has this change for a node with CRI-O.
	content, err := json.Marshal(set.Spec.Template.Spec)
	Expect(err).NotTo(HaveOccurred())
	var spec v1.PodSpec
	Expect(json.Unmarshal(bytes.ReplaceAll(content, []byte(containerd.Socket), []byte(installed.socket)), &spec)).To(Succeed())
	images.push(spec.Containers[0].Image, imageOf("pause-conformance", suite))
	return &v1.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{Name: set.Name, Namespace: set.Namespace, UID: uid(set.Name)},
		Spec:       spec,
	}
}

// judgeLog is what the suite has said on the node.
func judgeLog() string {
	paths, _ := filepath.Glob("/var/log/pods/*pause-conformance*/*/*.log") // fails on bad patterns alone
	log := ""
	for _, path := range paths {
		content, _ := os.ReadFile(path)
		log += string(content)
	}
	return log
}
