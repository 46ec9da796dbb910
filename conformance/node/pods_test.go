package node

import (
	"crypto/md5"
	"fmt"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"k8s.io/utils/ptr"

	"github.com/podsandbox/pause/conformance/node/kubelet"
)

// state is where the containers of the pods keep files.
const state = "/state"

// user is whom the restricted pod runs as, its pause included.
const user = 4321

// pods are those that run from the start.
func pods() []*v1.Pod {
	return []*v1.Pod{restricted, separate, hostNetwork, hostPID, deleted}
}

var (
	restricted  = restrict(pod("restricted", container("first", "wait"), withOrphans(container("second", "wait"))))
	separate    = pod("separate", container("first", "wait"), container("second", "wait"))
	ending      = pod("ending", container("first", "end"), container("second", "end"))
	hostNetwork = hostPod("hostnetwork", func(spec *v1.PodSpec) { spec.HostNetwork = true })
	hostPID     = hostPod("hostpid", func(spec *v1.PodSpec) { spec.HostPID = true })
	deleted     = pod("deleted", container("first", "wait", "2"), container("second", "wait"))
)

func pod(name string, containers ...v1.Container) *v1.Pod {
	return &v1.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default", UID: uid(name)},
		Spec: v1.PodSpec{
			Containers:                    containers,
			TerminationGracePeriodSeconds: ptr.To[int64](60),
			AutomountServiceAccountToken:  ptr.To(false),
			Volumes:                       []v1.Volume{{Name: "state", VolumeSource: v1.VolumeSource{EmptyDir: &v1.EmptyDirVolumeSource{}}}},
		},
	}
}

// uid is the same for every pod of the name, as that of a manifest without one is.
func uid(name string) types.UID {
	return types.UID(fmt.Sprintf("%x", md5.Sum([]byte(name))))
}

func container(name string, args ...string) v1.Container {
	return v1.Container{
		Name:            name,
		Image:           app,
		ImagePullPolicy: v1.PullIfNotPresent,
		Args:            args,
		VolumeMounts:    []v1.VolumeMount{{Name: "state", MountPath: state}},
	}
}

// withOrphans gives a container an exec probe that leaves five orphans a second.
func withOrphans(container v1.Container) v1.Container {
	container.LivenessProbe = &v1.Probe{
		ProbeHandler:     v1.ProbeHandler{Exec: &v1.ExecAction{Command: []string{"/app", "orphans", "5", state}}},
		PeriodSeconds:    1,
		TimeoutSeconds:   30,
		FailureThreshold: 10,
	}
	return container
}

// restrict gives a pod a shared PID namespace, and all that the restricted profile of
// the Pod Security Standards asks for.
func restrict(pod *v1.Pod) *v1.Pod {
	pod.Spec.ShareProcessNamespace = ptr.To(true)
	pod.Spec.SecurityContext = &v1.PodSecurityContext{
		RunAsNonRoot:   ptr.To(true),
		RunAsUser:      ptr.To[int64](user),
		RunAsGroup:     ptr.To[int64](user),
		SeccompProfile: &v1.SeccompProfile{Type: v1.SeccompProfileTypeRuntimeDefault},
	}
	for i := range pod.Spec.Containers {
		pod.Spec.Containers[i].SecurityContext = &v1.SecurityContext{
			AllowPrivilegeEscalation: ptr.To(false),
			Capabilities:             &v1.Capabilities{Drop: []v1.Capability{"ALL"}},
		}
	}
	return pod
}

func hostPod(name string, share func(*v1.PodSpec)) *v1.Pod {
	pod := pod(name, container("first", "wait"))
	share(&pod.Spec)
	return pod
}

// fullName is the name of a static pod as the kubelet hands it to the runtime.
func fullName(pod *v1.Pod) string {
	return pod.Name + "-" + kubelet.Node
}

// volume is where the kubelet keeps a pod's files. The UID of a static pod is that of
// its manifest.
func volume(pod *v1.Pod, name, file string) string {
	return filepath.Join("/var/lib/kubelet/pods", string(pod.UID), "volumes/kubernetes.io~empty-dir", name, file)
}

// violations are what a cluster that enforces the restricted profile refuses a pod for.
func violations(pod *v1.Pod) []string {
	GinkgoHelper()
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	Expect(err).NotTo(HaveOccurred())
	profile := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	var reasons []string
	for _, result := range evaluator.EvaluatePod(profile, &pod.ObjectMeta, &pod.Spec) {
		if !result.Allowed {
			reasons = append(reasons, result.ForbiddenReason+": "+result.ForbiddenDetail)
		}
	}
	return reasons
}
