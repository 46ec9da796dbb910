package machine

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// places are where the daemons keep what they know, and are told what to do.
var places = []string{
	"/etc/cni", "/etc/containerd", "/run/containerd", "/run/netns", "/usr/libexec/kubernetes",
	"/var/lib/cni", "/var/lib/containerd", "/var/lib/kubelet", "/var/log/containers", "/var/log/pods",
}

// host is what of the host the daemons of a node would change outside a machine of
// their own: values of sysctls, and which places exist.
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
