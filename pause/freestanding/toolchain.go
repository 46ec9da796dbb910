package freestanding

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// toolchain is what the go command picks for a module, under its names.
type toolchain struct {
	GOROOT, GOCACHE, GOMOD string
}

func (b Builder) toolchain(ctx context.Context) (toolchain, error) {
	command := exec.CommandContext(ctx, "go", "env", "-json", "GOROOT", "GOCACHE", "GOMOD")
	command.Dir = b.Dir
	command.Env = append(os.Environ(), b.Env...)
	answer, err := command.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%w\n%s", err, exit.Stderr)
		}
		return toolchain{}, fmt.Errorf("go env: %w", err)
	}
	var goEnv toolchain
	if err := json.Unmarshal(answer, &goEnv); err != nil {
		return toolchain{}, fmt.Errorf("go env: %w", err)
	}
	if _, err := os.Stat(goEnv.versionFile()); err != nil {
		return toolchain{}, fmt.Errorf("directory %q is not in the source tree of module podsandbox/pause: change to it", b.Dir)
	}
	return goEnv, nil
}

// versionFile is the source file that holds the program's version.
func (t toolchain) versionFile() string {
	return filepath.Join(filepath.Dir(t.GOMOD), "pause", "version.go")
}
