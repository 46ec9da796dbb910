package docker

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// silent is a socket whose owner never answers.
func silent(t *testing.T) string {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return "unix://" + socket
}

// withContext writes docker's configuration with a current context.
func withContext(t *testing.T, name, host string) {
	t.Helper()
	directory := t.TempDir()
	t.Setenv("DOCKER_CONFIG", directory)
	metadata := filepath.Join(directory, "contexts", "meta", fmt.Sprintf("%x", sha256.Sum256([]byte(name))))
	if err := errors.Join(
		os.MkdirAll(metadata, 0o700),
		os.WriteFile(filepath.Join(directory, "config.json"), fmt.Appendf(nil, `{"currentContext": %q}`, name), 0o600),
		os.WriteFile(filepath.Join(metadata, "meta.json"), fmt.Appendf(nil, `{"Name": %q, "Endpoints": {"docker": {"Host": %q}}}`, name, host), 0o600),
	); err != nil {
		t.Fatal(err)
	}
}

// expectUnreachable wants one line with the words.
func expectUnreachable(t *testing.T, words ...string) {
	t.Helper()
	_, err := Connect(context.Background(), Options{RequestTimeout: 500 * time.Millisecond})
	if err == nil {
		t.Fatal("it is connected")
	}
	text := err.Error()
	for _, word := range words {
		if !strings.Contains(text, word) || strings.Contains(text, "\n") || len(text) > 300 {
			t.Errorf("got %q, want one line with %q", text, word)
		}
	}
}

func TestAnEngineOutOfReachIsOneLineThatSaysWhatToDo(t *testing.T) {
	for host, words := range map[string][]string{
		"bogus":                   {"(bogus)", "tcp://host:2375", "set it to another"},
		"/var/run/docker.sock":    {"unix:///var/run/docker.sock"},
		"ssh://root@127.0.0.1":    {"only the docker command goes over ssh"},
		"unix:///nonexistent":     {"(unix:///nonexistent)", "no such file or directory", "start the engine"},
		"tcp://127.0.0.1:1":       {"nothing answers", "start the engine"},
		"tcp://nowhere.invalid:1": {"nowhere.invalid"},
		silent(t):                 {"has not answered for 500ms", "see what keeps it busy"},
	} {
		t.Run(host, func(t *testing.T) {
			t.Setenv("DOCKER_HOST", host)
			expectUnreachable(t, words...)
		})
	}
}

func TestASocketThatDeniesSaysWhoMay(t *testing.T) {
	t.Setenv("DOCKER_HOST", "unix:///var/run/docker.sock")
	denied := &net.OpError{Op: "dial", Net: "unix", Err: os.NewSyscallError("connect", syscall.EACCES)}
	err := unreachable(denied)
	if text := err.Error(); !strings.Contains(text, "permission denied; run as root, or as a member of the group") {
		t.Errorf("got %q", text)
	}
}

func TestTheEngineIsThatOfTheDockerContext(t *testing.T) {
	t.Setenv("DOCKER_HOST", "")
	t.Setenv("DOCKER_CONTEXT", "")
	withContext(t, "laptop", "unix:///nonexistent/of/the/context")
	expectUnreachable(t, "(unix:///nonexistent/of/the/context)")
	t.Setenv("DOCKER_HOST", "unix:///nonexistent/of/the/host")
	expectUnreachable(t, "(unix:///nonexistent/of/the/host)")
	t.Setenv("DOCKER_HOST", "")
	t.Setenv("DOCKER_CONTEXT", "forgotten")
	expectUnreachable(t, `docker context "forgotten"`, "docker context use")
	if err := os.WriteFile(filepath.Join(os.Getenv("DOCKER_CONFIG"), "config.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	expectUnreachable(t, "docker's configuration", "config.json", "set DOCKER_HOST")
}
