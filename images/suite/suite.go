// Package suite builds the conformance suite for its image.
package suite

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/podsandbox/pause/pause/freestanding"
)

// Build returns the suite for the platform, from the module of the working directory.
// The same bytes come from any directory and cache. An error holds the output of the
// go command.
func Build(ctx context.Context, version string, platform freestanding.Platform) (freestanding.Program, error) {
	content, err := build(ctx, version, platform)
	if err != nil {
		return freestanding.Program{}, fmt.Errorf("build the suite for %s: %w", platform, err)
	}
	return freestanding.Program{Platform: platform, Bytes: content}, nil
}

func build(ctx context.Context, version string, platform freestanding.Platform) ([]byte, error) {
	work, err := os.MkdirTemp("", "suite-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	path := filepath.Join(work, "pause-conformance")
	command := exec.CommandContext(ctx, "go", "build", "-o="+path, "-trimpath", "-buildvcs=false",
		"-gcflags=all=-dwarf=false", "-ldflags=-s -w -X main.version="+version, "github.com/podsandbox/pause/conformance/cmd/pause-conformance")
	command.Env = append(os.Environ(), "GOOS="+platform.OS, "GOARCH="+platform.Architecture, "GOAMD64=v1", "GOARM64=v8.0",
		"CGO_ENABLED=0", "GOFLAGS=", "GOEXPERIMENT=", "GOFIPS140=off", "GOWORK=off")
	if output, err := command.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, output)
	}
	return os.ReadFile(path)
}
