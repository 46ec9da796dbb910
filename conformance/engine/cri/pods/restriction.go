package pods

import (
	"errors"
	"strings"

	cri "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/podsandbox/pause/conformance/engine"
)

// securityContext restricts a container as a sandbox is.
func securityContext(spec engine.Pod) (*cri.LinuxContainerSecurityContext, error) {
	if spec.PIDsLimit > 0 {
		return nil, engine.Unsupported("the CRI has no limit of a container's processes")
	}
	security := &cri.LinuxContainerSecurityContext{
		NamespaceOptions: &cri.NamespaceOption{Pid: cri.NamespaceMode_CONTAINER},
		ReadonlyRootfs:   !spec.WritableRoot,
		NoNewPrivs:       !spec.Privileges,
		Seccomp:          &cri.SecurityProfile{ProfileType: cri.SecurityProfile_RuntimeDefault},
	}
	switch other := spec.PIDsOf.(type) {
	case *sandbox:
		security.NamespaceOptions.Pid = other.configuration.Linux.SecurityContext.NamespaceOptions.Pid
	case *app:
		security.NamespaceOptions.Pid, security.NamespaceOptions.TargetId = cri.NamespaceMode_TARGET, other.container
	default:
		if spec.HostPIDs {
			security.NamespaceOptions.Pid = cri.NamespaceMode_NODE
		}
	}
	if !spec.Privileges {
		security.Capabilities = &cri.Capability{DropCapabilities: []string{"ALL"}}
	}
	user, group, err := ids(spec.User)
	security.RunAsUser, security.RunAsGroup = user, group
	if unsupported := new(engine.UnsupportedError); errors.As(err, &unsupported) && !strings.ContainsAny(spec.User, ":0123456789") {
		security.RunAsUsername, err = spec.User, nil
	}
	return security, err
}
