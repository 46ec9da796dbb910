package manifest

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	core "k8s.io/api/core/v1"
)

const cluster = "../../cluster"

func TestTheKustomizationHasANamespaceAndADaemonSetInIt(t *testing.T) {
	set, err := DaemonSet(cluster)
	if err != nil {
		t.Fatal(err)
	}
	objects, err := Build(cluster)
	if err != nil {
		t.Fatal(err)
	}
	namespace, ok := objects[0].(*core.Namespace)
	if len(objects) != 2 || !ok || set.Namespace != namespace.Name {
		t.Errorf("%v: want a namespace, and the DaemonSet in it", objects)
	}
}

func TestAFieldThatTheAPIDoesNotKnowIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(cluster)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "daemonset.yaml")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	content = []byte(strings.Replace(string(content), "hostPID:", "hostPid:", 1))
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Build(dir); err == nil || !strings.Contains(err.Error(), "hostPid") {
		t.Errorf("it is taken, or refused for something else: %v", err)
	}
}

func TestThePluginIsThePodOfTheDaemonSet(t *testing.T) {
	plugin, err := ReadPlugin(filepath.Join(cluster, "sonobuoy.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	set, err := DaemonSet(cluster)
	if err != nil {
		t.Fatal(err)
	}
	pod := set.Spec.Template.Spec
	want, got := pod.Containers[0], plugin.Container
	if got.Image != want.Image {
		t.Errorf("the image is %s, and the DaemonSet's %s", got.Image, want.Image)
	}
	if !reflect.DeepEqual(got.SecurityContext, want.SecurityContext) || !reflect.DeepEqual(got.Env, want.Env) {
		t.Error("its rights or its environment are not the DaemonSet's")
	}
	for i, mount := range want.VolumeMounts {
		if mount.Name != "results" && !reflect.DeepEqual(mount, got.VolumeMounts[i]) {
			t.Errorf("it mounts %v, and the DaemonSet %v", got.VolumeMounts[i], mount)
		}
	}
	if args := strings.ReplaceAll(strings.Join(got.Args, " "), "/tmp/sonobuoy/results", "/results"); args != strings.Join(want.Args, " ") {
		t.Errorf("its arguments are %s, and the DaemonSet's %s", args, want.Args)
	}
	if plugin.PodSpec.HostPID != pod.HostPID || plugin.PodSpec.HostNetwork != pod.HostNetwork {
		t.Error("its host namespaces are not the DaemonSet's")
	}
	if len(plugin.PodSpec.Volumes) != len(pod.Volumes)-1 {
		t.Error("its volumes are not the DaemonSet's; Sonobuoy adds results")
	}
}
