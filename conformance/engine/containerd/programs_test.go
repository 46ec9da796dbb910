package containerd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// executables makes programs in a directory that is PATH and CNI_PATH from then on.
func executables(t *testing.T, scripts map[string]string) {
	t.Helper()
	directory := t.TempDir()
	for name, script := range scripts {
		if err := os.WriteFile(filepath.Join(directory, name), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", directory)
	t.Setenv("CNI_PATH", directory)
}

func TestWhatIsMissingIsNamedInOneLine(t *testing.T) {
	if os.Geteuid() != 0 {
		_, err := find(t.Context(), "")
		if err == nil || !strings.Contains(err.Error(), "run as root") {
			t.Errorf("without root: %v", err)
		}
		t.Skip("all else is looked for by root")
	}
	all := map[string]string{
		"containerd": "echo containerd github.com/containerd/containerd 1.6.20 x", "containerd-shim-runc-v2": "", "runc": "",
		"ptp": "", "host-local": "", "loopback": "",
	}
	executables(t, all)
	if found, err := find(t.Context(), ""); err != nil || found.version != "1.6.20" {
		t.Errorf("with everything: %+v, %v", found, err)
	}
	for missing, advice := range map[string]string{
		"containerd":              "no containerd in PATH: install it",
		"containerd-shim-runc-v2": "no containerd-shim-runc-v2",
		"runc":                    "no OCI runtime runc in PATH: install it, or name another with --runtime",
	} {
		some := map[string]string{}
		for name, script := range all {
			if name != missing {
				some[name] = script
			}
		}
		executables(t, some)
		if _, err := find(t.Context(), ""); err == nil || !strings.Contains(err.Error(), advice) || strings.Contains(err.Error(), "\n") {
			t.Errorf("without %s: %v", missing, err)
		}
	}
	executables(t, all)
	if _, err := find(t.Context(), "crun"); err == nil || !strings.Contains(err.Error(), "crun") {
		t.Errorf("without the runtime that is asked for: %v", err)
	}
	executables(t, map[string]string{"containerd": "echo something else", "containerd-shim-runc-v2": "", "runc": "", "ptp": "", "host-local": "", "loopback": ""})
	if _, err := find(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "is not containerd") {
		t.Errorf("with another program of the name: %v", err)
	}
}

func TestMissingCNIPluginsAreNamedWithTheirPackage(t *testing.T) {
	t.Setenv("CNI_PATH", t.TempDir()) // others are not looked at
	if _, err := findPlugins(); err == nil || !strings.Contains(err.Error(), "ptp, host-local, loopback") || !strings.Contains(err.Error(), "CNI_PATH") {
		t.Errorf("without plugins: %v", err)
	}
}
