package machine

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// places are where the daemons keep what they know, and are told what to do.
var places = []string{
	"/etc/cni", "/etc/containerd", "/etc/crio", "/etc/kubernetes", "/run/containerd", "/run/crio", "/run/netns", "/run/pause-conformance", "/usr/libexec/kubernetes",
	"/var/lib/cni", "/var/lib/containerd", "/var/lib/kubelet", "/var/log/containers", "/var/log/pods",
}

// host is what of the host the daemons of a node would change outside a machine of
// their own: values of sysctls, which places exist, and the entries of /var/lib.
type host map[string]string

func state() host {
	values := host{}
	for _, sysctl := range sysctls {
		content, err := os.ReadFile(filepath.Join("/proc/sys", sysctl))
		values[sysctl] = fmt.Sprint(strings.TrimSpace(string(content)), err)
	}
	for _, place := range places {
		_, err := os.Stat(place)
		values[place] = fmt.Sprint(err)
	}
	values["/var/lib"] = fmt.Sprint(filepath.Glob("/var/lib/*"))
	return values
}

// compare says what has changed.
func (h host) compare(now host) error {
	for key, value := range now {
		if h[key] != value {
			return fmt.Errorf("the machine is not as it was: %s was %q and is %q", key, h[key], value)
		}
	}
	return nil
}

// leftovers says which mounts and cgroups bear the name of the machine's directory.
func leftovers(dir string) error {
	name := filepath.Base(dir)
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(mounts)) {
		if strings.Contains(line, name) {
			return fmt.Errorf("the machine is not as it was: it still has the mount %s", strings.TrimSpace(line))
		}
	}
	for _, hierarchy := range hierarchies() {
		if groups, _ := filepath.Glob(filepath.Join(hierarchy, "*"+name+"*")); len(groups) > 0 { // fails on bad patterns alone
			return fmt.Errorf("the machine is not as it was: it still has the cgroups %s", groups)
		}
	}
	return nil
}
