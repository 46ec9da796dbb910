package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestEndsWithTwoOnACommandLineThatCannotBeUsed(t *testing.T) {
	image := "oci:" + ours
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no subcommand":         {nil, "run"},
		"unknown subcommand":    {[]string{"rnu", image}, `did you mean "run"?`},
		"unknown flag":          {[]string{"run", "--platfrom=linux/amd64", image}, `did you mean "--platform"?`},
		"flag with one hyphen":  {[]string{"run", "-platform", "linux/amd64", image}, `did you mean "--platform"?`},
		"no image":              {[]string{"run"}, "no image"},
		"empty image":           {[]string{"run", ""}, "empty"},
		"unknown profile":       {[]string{"run", "--profile", "statik", image}, `did you mean "static"?`},
		"unknown requirement":   {[]string{"run", "--only", "SIG-TREM", image}, `did you mean "SIG-TERM"?`},
		"unknown feature":       {[]string{"run", "--without", "reeping", image}, `did you mean "reaping"?`},
		"unknown engine":        {[]string{"run", "--engine", "dokcer", image}, `did you mean "docker"?`},
		"endpoint without use":  {[]string{"run", "--cri-endpoint=unix:///s", image}, "no use"},
		"unknown form":          {[]string{"run", "--output", "jsn", image}, `did you mean "json"?`},
		"unknown level":         {[]string{"run", "--fail-on", "may", image}, "MUST and SHOULD"},
		"malformed platform":    {[]string{"run", "--platform", "linux", image}, "linux"},
		"malformed budget":      {[]string{"run", "--size-budget", "1", image}, "two numbers"},
		"negative timeout":      {[]string{"run", "--timeout", "-1s", image}, "negative"},
		"seed beyond 2^53":      {[]string{"run", "--seed=9007199254740992", image}, "JavaScript"},
		"missing authority":     {[]string{"run", "--ca=/nonexistent.pem", image}, "/nonexistent.pem"},
		"authority without any": {[]string{"run", "--ca=" + suite, image}, "no certificate authority"},
		"report in a file":      {[]string{"run", "--profile=static", "--report-dir", suite, image}, suite},
		"argument to list":      {[]string{"list", "all"}, "requirements"},
		"two arguments to list": {[]string{"list", "features", "engines"}, "engines"},
		"unknown flag of list":  {[]string{"list", "--yaml"}, "--yaml"},
		"explain nothing":       {[]string{"explain"}, "which"},
		"explain unknown":       {[]string{"explain", "reap-orphen"}, `did you mean "REAP-ORPHAN"?`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := run(t, exec.CommandContext(t.Context(), suite, test.args...))
			if got.code != 2 || !isOneLine(got.stderr, test.want) || got.stdout != "" {
				t.Errorf("got exit code %d, stdout %q, stderr %q; want 2 and one line with %q", got.code, got.stdout, got.stderr, test.want)
			}
		})
	}
}

func isOneLine(text, want string) bool {
	return strings.Count(text, "\n") == 1 && strings.Contains(text, want)
}

func TestEndsWithFourAndOneLineWhereNothingCanBeTested(t *testing.T) {
	archive := filepath.Join(t.TempDir(), "truncated.tar")
	if err := os.WriteFile(archive, []byte("not an archive"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args []string
		env  string
		want string
	}{
		"missing layout":         {[]string{"--profile=static", "oci:" + t.TempDir()}, "", "no OCI layout"},
		"missing archive":        {[]string{"--profile=static", "docker-archive:/nonexistent"}, "", "no such file"},
		"truncated archive":      {[]string{"--profile=static", "docker-archive:" + archive}, "", archive},
		"platform that it lacks": {[]string{"--profile=static", "--platform=linux/s390x", "oci:" + ours}, "", "no linux/s390x in index"},
		"partial is allowed":     {[]string{"--profile=static", "--allow-partial", "oci:/nonexistent"}, "", "no OCI layout"},
		"name with a control":    {[]string{"--profile=static", "oci:/\x1b[31m"}, "", `\x1b[31m`},
		"no engine":              {[]string{"oci:" + ours}, "DOCKER_HOST=unix:///nonexistent.sock", "unix:///nonexistent.sock"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			command := exec.CommandContext(t.Context(), suite, append([]string{"run"}, test.args...)...)
			command.Env = append(os.Environ(), test.env)
			got := run(t, command)
			if got.code != 4 || !isOneLine(got.stderr, test.want) || got.stdout != "" {
				t.Errorf("got exit code %d, stdout %q, stderr %q; want 4 and one line with %q", got.code, got.stdout, got.stderr, test.want)
			}
		})
	}
}

func TestOptionsDecideHowAStaticRunEnds(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		code int
	}{
		"partial":                            {nil, 3},
		"partial is allowed":                 {[]string{"--allow-partial"}, 0},
		"a SHOULD fails":                     {[]string{"--size-budget=1,1", "--allow-partial"}, 0},
		"a SHOULD fails, and so the run":     {[]string{"--size-budget=1,1", "--allow-partial", "--fail-on=should"}, 1},
		"a MUST fails":                       {[]string{"--entrypoint=/nonexistent"}, 1},
		"a MUST fails and partial is fine":   {[]string{"--entrypoint=/nonexistent", "--allow-partial"}, 1},
		"only a chapter, in any case":        {[]string{"--only=img", "--allow-partial"}, 0},
		"a SHOULD would fail and is skipped": {[]string{"--size-budget=1,1", "--skip=img-size", "--allow-partial", "--fail-on=should"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := judge(t, append([]string{"--profile=static", "--platform=linux/amd64", "oci:" + ours}, test.args...)...)
			if got.code != test.code || got.errors() != "" {
				t.Errorf("got exit code %d, want %d:\n%s\n%s", got.code, test.code, got.stdout, got.stderr)
			}
		})
	}
}

func TestEndsWithFourForAPlatformThatDoesNotRunHere(t *testing.T) {
	needsEngine(t)
	t.Parallel()
	if _, err := os.Stat("/proc/sys/fs/binfmt_misc/qemu-s390x"); err == nil {
		t.Skip("linux/s390x runs here")
	}
	image := t.TempDir()
	if err := writeImage(image, "linux/s390x"); err != nil {
		t.Fatal(err)
	}
	got := judge(t, "--platform=linux/s390x", "oci:"+image)
	if got.code != 4 || !strings.Contains(got.stdout, "could not test") || !strings.Contains(got.stdout, "does not run on this host") {
		t.Errorf("got exit code %d:\n%s\n%s", got.code, got.stdout, got.stderr)
	}
}

func TestImageOfAnotherMachineFailsWhereNobodyAskedForThePlatformAsWell(t *testing.T) {
	needsEngine(t)
	t.Parallel()
	if native == "linux/arm64" {
		t.Skip("linux/arm64 is native")
	}
	image := t.TempDir()
	if err := writeImage(image, native, "linux/s390x as linux/arm64"); err != nil {
		t.Fatal(err)
	}
	got := judge(t, "--only=PID-STAYS,IMG-PLATFORM", "oci:"+image)
	if got.code != 1 || !strings.Contains(got.stdout, "linux/arm64 (emulated)") || !strings.Contains(got.stdout, "failed: IMG-PLATFORM") {
		t.Errorf("got exit code %d:\n%s\n%s", got.code, got.stdout, got.stderr)
	}
}

func TestEmulatedPlatformIsLeftOutUnlessItIsAskedFor(t *testing.T) {
	needsEngine(t)
	t.Parallel()
	if native != "linux/amd64" {
		t.Skip("linux/arm64 is native")
	}
	got := judge(t, "--only=PID-STAYS", "--allow-partial", "oci:"+ours)
	if got.code != 0 || !strings.Contains(got.stdout, "left out  oci:") || !strings.Contains(got.stdout, "--platform linux/arm64") {
		t.Errorf("got exit code %d:\n%s\n%s", got.code, got.stdout, got.stderr)
	}
}
