// Package freestanding builds the pause program with the stock Go toolchain and
// without the Go runtime: the go command is given a stand-in for package runtime
// that holds only what the linker asks for, so that any use of the real one is
// an undefined symbol at build time instead of a crash in a pod.
package freestanding

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/podsandbox/pause/pause/trim"
)

const (
	// MaxSize is the most that a published program may have, in bytes: one page
	// of headers and code, and the start of a second for strings.
	MaxSize = 4608

	program = "github.com/podsandbox/pause/pause"

	// The headers of the trimmed file fit between the page and the text.
	textAddress = "0x4000c0"
)

//go:embed runtime.go.txt
var runtimeStandIn []byte

var versionForm = regexp.MustCompile(`^[0-9A-Za-z_][0-9A-Za-z_.-]{0,127}$`)

// Program is pause, built for one platform.
type Program struct {
	Platform Platform

	// LinkerOutput is for debuggers: it does not run, but its symbols have the addresses
	// of Bytes.
	LinkerOutput []byte

	// Bytes is the program as published, of at most MaxSize bytes.
	Bytes []byte
}

// Builder builds pause from one source tree.
type Builder struct {
	// Dir lies in the module's tree; the empty string is the working directory.
	Dir string

	// Version is what -v prints. It has the form of an image tag.
	Version string

	// Env is added to the environment of the go command.
	Env []string

	// AnySize is for programs that are never published: it lifts MaxSize.
	AnySize bool
}

// Build returns pause for the platform. The same bytes come from any directory
// and cache. An error holds what the go command printed.
func (b Builder) Build(ctx context.Context, platform Platform) (Program, error) {
	fail := func(err error) (Program, error) {
		return Program{}, fmt.Errorf("build pause for %s: %w", platform, err)
	}
	if !versionForm.MatchString(b.Version) {
		return fail(fmt.Errorf("version %q: want letters, digits, '.', '_' and '-', at most 128", b.Version))
	}
	work, err := os.MkdirTemp("", "freestanding-")
	if err != nil {
		return fail(err)
	}
	defer os.RemoveAll(work)
	toolchain, err := b.toolchain(ctx)
	if err != nil {
		return fail(err)
	}
	overlay, err := writeOverlay(work, toolchain, b.Version)
	if err != nil {
		return fail(err)
	}
	output := filepath.Join(work, "pause")
	build := exec.CommandContext(ctx, filepath.Join(toolchain.GOROOT, "bin", "go"), "build",
		"-overlay="+overlay, "-o="+output, "-buildmode=exe", "-trimpath", "-buildvcs=false",
		"-ldflags=-E=main.start -T="+textAddress+" -R=4096 -w", program)
	build.Dir = b.Dir
	build.Env = append(os.Environ(), b.Env...)
	build.Env = append(build.Env,
		"GOOS="+platform.OS, "GOARCH="+platform.Architecture, "GOARM="+strings.TrimPrefix(platform.Variant, "v"),
		"GOAMD64=v1", "GOARM64=v8.0", "GO386=sse2", "GOPPC64=power8", "GORISCV64=rva20u64",
		"CGO_ENABLED=0", "GOFLAGS=", "GOEXPERIMENT=", "GOFIPS140=off", "GOENV=off", "GOWORK=off", "GOPROXY=off",
		// A toolchain that the go command has downloaded by itself lies in the
		// module cache, where overlays are refused. pause imports nothing, so it
		// can do with an empty one.
		"GOTOOLCHAIN=local", "GOCACHE="+toolchain.GOCACHE, "GOMODCACHE="+filepath.Join(work, "mod"))
	if printed, err := build.CombinedOutput(); err != nil {
		return fail(fmt.Errorf("go build: %w\n%s", err, printed))
	}
	file, err := os.ReadFile(output)
	if err != nil {
		return fail(err)
	}
	bytes, err := trim.Trim(file)
	if err != nil {
		return fail(err)
	}
	if len(bytes) > MaxSize && !b.AnySize {
		return fail(fmt.Errorf("%d bytes, at most %d are published", len(bytes), MaxSize))
	}
	return Program{platform, file, bytes}, nil
}
