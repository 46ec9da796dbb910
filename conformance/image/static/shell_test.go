package static

import "testing"

func TestShellFormsWhateverTheShellAndItsOptions(t *testing.T) {
	for _, command := range [][]string{
		{"/bin/sh", "-c", "/pause"}, {"sh", "-c", "/pause"}, {"/bin/bash", "-o", "pipefail", "-c", "/pause"}, {"/bin/sh", "-euxc", "/pause"},
		{"/bin/sh", "-ec", "/pause"}, {"/bin/bash", "-l", "-c", "/pause"}, {"/bin/bash", "--norc", "-eo", "pipefail", "-c", "/pause"},
		{"/bin/bash", "--rcfile", "/etc/rc", "-c", "/pause"}, {"/bin/dash", "+e", "-c", "/pause"}, {"/bin/ash", "-c", "/pause"},
		{"/bin/busybox", "sh", "-c", "/pause"}, {"/usr/bin/env", "sh", "-c", "/pause"}, {"/usr/bin/env", "-i", "A=b", "-u", "C", "bash", "-c", "/pause"},
		{"/usr/bin/env", "-S", "bash -c /pause"}, {"/usr/bin/env", "-Sbash -c", "/pause"}, {"/sbin/tini", "--", "/bin/sh", "-c", "/pause"},
		{"/usr/bin/dumb-init", "bash", "-c", "/pause"}, {"/bin/zsh", "-c", "/pause"}, {"/bin/bash-5.2", "-c", "/pause"}, {"/usr/bin/fish", "--command=/pause"},
	} {
		if !isShellForm(command) {
			t.Errorf("%q is not taken for the shell form", command)
		}
	}
}

func TestProgramsThatAreNoShells(t *testing.T) {
	for _, command := range [][]string{
		nil, {"/pause"}, {"/push", "-c"}, {"/ssh", "-c", "aes"}, {"/exec-refresh", "-c", "/etc/refresh.conf"}, {"/bin/rsh", "-c"}, {"/flush", "-c", "x"},
		{"/bin/sh"}, {"/bin/sh", "/start"}, {"/bin/sh", "/start", "-c"}, {"/bin/sh", "--", "-c"}, {"/bin/bash", "-o", "-c"}, {"/bin/bash", "-x", "script", "-c"},
		{"/usr/bin/env", "/pause", "-c"}, {"/usr/bin/env"}, {"/usr/bin/env", "-S"}, {"/bin/busybox", "sleep", "-c"}, {"/sbin/tini", "--", "/pause", "-c"},
	} {
		if isShellForm(command) {
			t.Errorf("%q is taken for the shell form", command)
		}
	}
}
