package oci

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/moby/profiles/seccomp"
	"github.com/opencontainers/runtime-spec/specs-go"
)

// The system calls that the default profile allows with some arguments alone.
var conditional = []string{"clone", "clone3", "socket", "personality"}

func TestSeccompProfileDeniesWhatDockersDenies(t *testing.T) {
	for _, privileges := range []bool{false, true} {
		spec := &specs.Spec{Process: &specs.Process{Capabilities: new(specs.LinuxCapabilities)}}
		if privileges {
			spec.Process.Capabilities = capabilities(defaultCapabilities...)
		}
		dockers, err := seccomp.GetDefaultProfile(spec)
		if err != nil {
			t.Fatal(err)
		}
		var allowList []string
		for _, rule := range dockers.Syscalls {
			if rule.Action == specs.ActAllow && len(rule.Args) == 0 {
				allowList = append(allowList, rule.Names...)
			}
		}
		denyList := seccompProfile(privileges).Syscalls[0].Names
		for _, name := range denyList {
			if slices.Contains(allowList, name) {
				t.Errorf("privileges %t: Docker allows %s", privileges, name)
			}
		}
		for _, name := range calls(t) {
			if !slices.Contains(allowList, name) && !slices.Contains(denyList, name) && !slices.Contains(conditional, name) {
				t.Errorf("privileges %t: Docker denies %s", privileges, name)
			}
		}
	}
}

// calls lists the system calls of this machine's headers, where there are any.
func calls(t *testing.T) (names []string) {
	t.Helper()
	headers, err := filepath.Glob("/usr/include/*-linux-gnu/asm/unistd_*.h")
	if err != nil {
		t.Fatal(err)
	}
	for _, header := range headers {
		text, err := os.ReadFile(header)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(`#define __NR_(\w+) +[0-9(]`).FindAllStringSubmatch(string(text), -1) {
			names = append(names, match[1])
		}
	}
	return names
}

func TestSeccompProfileAllowsTheSocketsThatDockersAllows(t *testing.T) {
	var families []uint64
	for _, rule := range seccompProfile(false).Syscalls {
		if rule.Names[0] == "socket" {
			families = append(families, rule.Args[0].Value)
		}
	}
	spec := &specs.Spec{Process: &specs.Process{Capabilities: new(specs.LinuxCapabilities)}}
	dockers, err := seccomp.GetDefaultProfile(spec)
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range dockers.Syscalls {
		if rule.Names[0] == "socket" && len(rule.Args) == 1 && rule.Args[0].Op == specs.OpEqualTo && slices.Contains(families[:len(families)-1], rule.Args[0].Value) {
			t.Errorf("Docker allows the address family %d", rule.Args[0].Value)
		}
	}
}
