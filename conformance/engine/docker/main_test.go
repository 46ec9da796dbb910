package docker

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"
)

// fill makes this program, in a container, fill the root file system.
const fill = "fill"

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == fill {
		file, err := os.Create("/full")
		for err == nil {
			_, err = file.Write(make([]byte, 1<<20))
		}
		os.Exit(1)
	}
	// A mirror of testcontainers' images has nothing to do with ours. The library reads the
	// variable once in each process.
	os.Setenv("TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX", "mirror.invalid")
	os.Exit(m.Run())
}

func needsEngine(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a container engine: -short leaves it out")
	}
	if err := exec.CommandContext(t.Context(), "docker", "version").Run(); err != nil {
		t.Skipf("needs a container engine: docker version: %v", err)
	}
}

// connect returns the engine in reach, which the test closes.
func connect(t *testing.T) *Engine {
	t.Helper()
	needsEngine(t)
	connection, err := Connect(t.Context(), Options{RequestTimeout: 5 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := connection.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return connection.(*Engine)
}
