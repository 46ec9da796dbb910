package main_test

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestPlainBuildIsNoPauseAndSaysSo(t *testing.T) {
	needSource(t)
	t.Parallel()
	plain := filepath.Join(t.TempDir(), "plain.exe")
	if printed, err := exec.Command("go", "build", "-o", plain, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, printed)
	}
	for _, args := range [][]string{nil, {"-v"}} {
		printed, err := exec.Command(plain, args...).CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || !strings.Contains(string(printed), "not a pause") {
			t.Errorf("with %q: %v, printed %q", args, err, printed)
		}
	}
}
