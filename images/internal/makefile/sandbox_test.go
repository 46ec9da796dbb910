package makefile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// logVariable names the file that stubs append their calls to.
const logVariable = "STUB_LOG"

// refusalVariable names an argument with which every stub fails.
const refusalVariable = "STUB_REFUSAL"

// call is one call of a stub.
type call struct {
	Command string
	Args    []string
	Env     []string
}

type calls []call

// gives reports whether a call has the value as an argument of its own, as a flag's
// value, in an image's name, or in its environment.
func (c calls) gives(variable, value string) bool {
	return slices.ContainsFunc(c, func(call call) bool {
		return slices.Contains(call.Env, variable+"="+value) && (variable == "SOURCE_DATE_EPOCH" ||
			slices.ContainsFunc(call.Args, func(arg string) bool {
				_, flag, _ := strings.Cut(arg, "=")
				return arg == value || strings.HasPrefix(arg, "-") && flag == value
			}))
	})
}

func (c calls) contain(command string, args []string) bool {
	return slices.ContainsFunc(c, func(call call) bool { return call.Command == command && slices.Equal(call.Args, args) })
}

// sandbox is a directory with the Makefile, in which every command that it names
// is a stub.
type sandbox struct {
	*testing.T
	dir string
}

func newSandbox(t *testing.T) sandbox {
	s := sandbox{t, t.TempDir()}
	text, err := os.ReadFile(path(t))
	s.must(err)
	s.must(os.WriteFile(filepath.Join(s.dir, "Makefile"), text, 0o644))
	s.must(os.WriteFile(filepath.Join(s.dir, "fuzz_test.go"), []byte("func FuzzNothing(f *testing.F) {\n"), 0o644))
	s.must(os.CopyFS(filepath.Join(s.dir, ".ci"), os.DirFS(filepath.Join(filepath.Dir(path(t)), ".ci"))))
	s.must(os.Mkdir(filepath.Join(s.dir, "stubs"), 0o755))
	for _, command := range []string{"go", "docker", "cosign", "gh", "apt-get", "mount"} {
		s.must(os.Symlink(executable(), filepath.Join(s.dir, "stubs", command)))
	}
	return s
}

// path is that of the Makefile: tests run in the directory of their package.
func path(t *testing.T) string {
	path, err := filepath.Abs("../../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func (s sandbox) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// tag makes the sandbox a git repository whose commit has the tag.
func (s sandbox) tag(name string) {
	for _, args := range [][]string{{"init", "-q"}, {"commit", "-q", "--allow-empty", "-m", "-"}, {"tag", "--", name}} {
		command := exec.Command("git", append([]string{"-C", s.dir, "-c", "user.name=-", "-c", "user.email=-", "-c", "tag.gpgSign=false", "-c", "commit.gpgSign=false"}, args...)...)
		if output, err := command.CombinedOutput(); err != nil {
			s.Fatalf("%s: %v: %s", command, err, output)
		}
	}
}

// make runs make and returns the calls of stubs. It fails the test if something has
// made a file canary.
func (s sandbox) make(args, env []string) calls {
	s.Helper()
	calls, output := s.run(args, env)
	s.Logf("make: %s", output)
	if matches, _ := filepath.Glob(filepath.Join(s.dir, "*canary*")); matches != nil {
		s.Errorf("make ran a value: %s", output)
	}
	return calls
}

func (s sandbox) run(args, env []string) (calls, string) {
	s.Helper()
	log := filepath.Join(s.dir, "log")
	command := exec.Command("make", append([]string{"--keep-going"}, args...)...)
	command.Dir = s.dir
	command.Env = append([]string{
		"PATH=" + filepath.Join(s.dir, "stubs") + ":" + os.Getenv("PATH"), "GIT_CEILING_DIRECTORIES=" + filepath.Dir(s.dir), logVariable + "=" + log,
		"GORACE=atexit_sleep_ms=0", // of stubs, which are this program; it is a second otherwise
	}, env...)
	output, err := command.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		s.Fatal(err)
	}
	text, err := os.ReadFile(log)
	s.must(err)
	var record calls
	for decoder := json.NewDecoder(bytes.NewReader(text)); ; {
		var call call
		if err := decoder.Decode(&call); err == io.EOF {
			return record, string(output)
		} else {
			s.must(err)
		}
		record = append(record, call)
	}
}

func executable() string {
	path, err := os.Executable()
	if err != nil {
		panic(err)
	}
	return path
}

func TestMain(m *testing.M) {
	if log := os.Getenv(logVariable); log != "" {
		if err := stub(log); err != nil {
			fmt.Fprintln(os.Stderr, "stub:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// stub appends its call to the log, and does what later recipes rely on.
func stub(log string) error {
	args := os.Args[1:]
	text, err := json.Marshal(call{filepath.Base(os.Args[0]), args, os.Environ()})
	if err != nil {
		return err
	}
	file, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := file.Write(append(text, '\n')); err != nil {
		return err
	}
	if refusal := os.Getenv(refusalVariable); refusal != "" && slices.Contains(args, refusal) {
		return fmt.Errorf("refused: %s", refusal)
	}
	switch output := slices.Index(args, "-o"); {
	case filepath.Base(os.Args[0]) == "id":
		fmt.Println(0)
	case slices.Equal(args, []string{"env", "GOHOSTARCH"}):
		fmt.Println("amd64")
	case output >= 0:
		if err := os.MkdirAll(filepath.Dir(args[output+1]), 0o755); err != nil {
			return err
		}
		if err := os.Symlink(executable(), args[output+1]); !errors.Is(err, os.ErrExist) {
			return err
		}
	case len(args) > 0 && args[0] == "repository":
		fmt.Println("registry.example/pause")
	case len(args) > 0 && args[0] == "build":
		return artifacts(os.Getenv("DIST"))
	}
	return nil
}

// artifacts writes files where pause-image build would.
func artifacts(dist string) error {
	for _, name := range []string{"DIGEST", "archives/pause.tar", "bin/pause", "sbom.json"} {
		path := filepath.Join(dist, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte("sha256:0"), 0o644); err != nil {
			return err
		}
	}
	return nil
}
