package cri

import (
	"context"
	"encoding/json"
	"os"
	"strings"

	api "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// systemd tells whether the runtime leaves cgroups to systemd, as CRI-O does by
// default. Runtimes say so since Kubernetes 1.28, and containerd 1 in its status.
func (e *Engine) systemd(ctx context.Context, info map[string]string) bool {
	answer, err := e.client.RuntimeConfig(ctx, &api.RuntimeConfigRequest{})
	if err == nil && answer.Linux != nil {
		return answer.Linux.CgroupDriver == api.CgroupDriver_SYSTEMD
	}
	type options struct{ SystemdCgroup bool }
	var configuration struct {
		Containerd struct {
			DefaultRuntimeName string
			Runtimes           map[string]struct{ Options options }
		}
	}
	if json.Unmarshal([]byte(info["config"]), &configuration) == nil {
		name := configuration.Containerd.DefaultRuntimeName
		if e.info.Runtime != "" {
			name = e.info.Runtime
		}
		return configuration.Containerd.Runtimes[name].Options.SystemdCgroup
	}
	if strings.Contains(info["config"], `cgroup_manager = "cgroupfs"`) { // CRI-O's is TOML
		return false
	}
	_, err = os.Stat("/run/systemd/system")
	return err == nil
}
