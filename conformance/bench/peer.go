package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/podsandbox/pause/pause/freestanding"
)

const ordinaryProgram = "github.com/podsandbox/pause/conformance/bench/testdata/ordinary"

// peer is a program that can be PID 1 of a sandbox.
type peer struct {
	name, about string

	// command is empty if the program is not installed.
	command []string
}

// findPeers builds our pause, which is the first, and the ordinary Go one in
// work, and looks for the others.
func findPeers(ctx context.Context, work string) ([]peer, error) {
	pause, ordinary := filepath.Join(work, "pause"), filepath.Join(work, "ordinary")
	program, err := freestanding.Builder{Version: "bench"}.Build(ctx, platform())
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(pause, program.Bytes, 0o755); err != nil {
		return nil, err
	}
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w",
		"-o="+ordinary, ordinaryProgram)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if printed, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the ordinary Go pause: %w\n%s", err, printed)
	}
	const child = "its child, which it cannot do without, is our pause"
	return []peer{
		{"pause", "ours, as published", []string{pause}},
		installed("catatonit", "catatonit -P, podman's", "catatonit", "-P"),
		installed("tini", "tini-static, docker run --init's; "+child, "tini-static", "--", pause),
		installed("dumb-init", child, "dumb-init", pause),
		{"ordinary Go", "conformance/bench/testdata/ordinary, linked with -s -w", []string{ordinary}},
	}, nil
}

// installed is a peer with the name of the Debian package that it is in.
func installed(name, about, program string, args ...string) peer {
	path, err := exec.LookPath(program)
	if err != nil {
		return peer{name, fmt.Sprintf("not installed (apt-get install %s)", name), nil}
	}
	return peer{name, about, append([]string{path}, args...)}
}

// platform is that of this machine. Should pause not be built for it, Build says
// so.
func platform() freestanding.Platform {
	for _, known := range freestanding.Platforms {
		if known.OS == runtime.GOOS && known.Architecture == runtime.GOARCH {
			return known
		}
	}
	return freestanding.Platform{OS: runtime.GOOS, Architecture: runtime.GOARCH}
}
