package freestanding_test

import (
	"strings"
	"testing"

	"github.com/podsandbox/pause/pause/freestanding"
)

var native = freestanding.Platforms[0]

func TestRefusesSourceThatNeedsTheRuntime(t *testing.T) {
	for _, test := range []struct{ name, old, new, want string }{
		{"a function that may grow the stack", "//go:nosplit\nfunc write(", "//go:noinline\nfunc write(", "runtime.morestack"},
		{"an import with an initialiser", `import "unsafe"`, `import (_ "os"; "unsafe")`, "runtime"},
		{"an index that may be out of range", "*arg; a[0] == '-'", "*arg; version[a[0]] == '-'", "runtime.panic"},
		{"a string that is made at run time", `"pause "+version+"\n")`, `version+unsafe.String((*byte)(argv), 3))`, "runtime.concatstring"},
		{"a package variable", "//go:nosplit\nfunc write(fd uintptr, line string) {", "var written int\n\n//go:nosplit\nfunc write(fd uintptr, line string) {\n\twritten++", "symbol main.written"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			root := copySource(t)
			editSource(t, root, test.old, test.new)
			_, err := freestanding.Builder{Dir: root, Version: "test"}.Build(t.Context(), native)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}

func TestSaysInOneLineWhatTheUserGotWrong(t *testing.T) {
	elsewhere := t.TempDir()
	for _, test := range []struct {
		name    string
		builder freestanding.Builder
		want    string
	}{
		{"no version", freestanding.Builder{}, `version ""`},
		{"a version with a space", freestanding.Builder{Version: "1 2"}, `version "1 2"`},
		{"a version with a new line", freestanding.Builder{Version: "1\n"}, `version "1\n"`},
		{"a version with a quote", freestanding.Builder{Version: `1"`}, `version "1\""`},
		{"a version that is a path", freestanding.Builder{Version: "../1"}, `version "../1"`},
		{"a version that starts with a dash", freestanding.Builder{Version: "-v"}, `version "-v"`},
		{"a version that is too long", freestanding.Builder{Version: strings.Repeat("1", 129)}, "at most 128"},
		{"a directory that is not there", freestanding.Builder{Version: "1", Dir: elsewhere + "/none"}, "no such file or directory"},
		{"a directory elsewhere", freestanding.Builder{Version: "1", Dir: elsewhere}, "is not in the source tree"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := test.builder.Build(t.Context(), native)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("%v, want %s", err, test.want)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %v", err)
			}
		})
	}
}

func TestNamesThePlatformsThereAre(t *testing.T) {
	for _, name := range []string{"", "linux", "linux/arm", "linux/arm64/v8", "linux/mips", "windows/amd64"} {
		_, err := freestanding.ParsePlatform(name)
		if err == nil || !strings.Contains(err.Error(), "linux/amd64, linux/arm64, linux/arm/v7") {
			t.Errorf("platform %q: %v", name, err)
		}
	}
	for _, platform := range freestanding.Platforms {
		if parsed, err := freestanding.ParsePlatform(platform.String()); err != nil || parsed != platform {
			t.Errorf("platform %s: %+v, %v", platform, parsed, err)
		}
	}
}
