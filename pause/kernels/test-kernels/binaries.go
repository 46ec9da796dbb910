package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/podsandbox/pause/pause/freestanding"
)

// version is the program's version that the tests of pause expect.
const version = "1.2.3-test"

// binaries are what a machine of one platform runs.
type binaries struct {
	// program is pause.
	program []byte

	// tests is the test binary of package pause.
	tests []byte

	// init is the path of the machine's first process.
	init string
}

func build(ctx context.Context, work, name string) (binaries, error) {
	platform, err := freestanding.ParsePlatform(name)
	if err != nil {
		return binaries{}, err
	}
	program, err := freestanding.Builder{Version: version}.Build(ctx, platform)
	if err != nil {
		return binaries{}, err
	}
	init := filepath.Join(work, "init")
	if err := goCommand(ctx, platform, "build", "-trimpath", "-ldflags=-s -w", "-o", init, "github.com/podsandbox/pause/pause/kernels/init"); err != nil {
		return binaries{}, err
	}
	path := filepath.Join(work, "pause.test")
	if err := goCommand(ctx, platform, "test", "-c", "-trimpath", "-ldflags=-s -w", "-o", path, "github.com/podsandbox/pause/pause"); err != nil {
		return binaries{}, err
	}
	tests, err := os.ReadFile(path)
	return binaries{program.Bytes, tests, init}, err
}

func goCommand(ctx context.Context, platform freestanding.Platform, args ...string) error {
	command := exec.CommandContext(ctx, "go", args...)
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+platform.OS, "GOARCH="+platform.Architecture)
	if platform.Variant != "" {
		command.Env = append(command.Env, "GOARM="+strings.TrimPrefix(platform.Variant, "v"))
	}
	if printed, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s for %s: %w\n%s", args[0], platform, err, printed)
	}
	return nil
}
