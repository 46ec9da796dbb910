package conformance_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/probe"
)

// A pod waits for its probe. Regular expressions that are compiled at the start of a program
// are most of what takes time there.
func TestAProbeIsReadyBeforeMostOfTheSuite(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(program)
	command.Args = []string{probe.Path, probe.Serve}
	command.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	trace, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, trace)
	}
	if text := string(trace); !strings.Contains(text, "init encoding/json @") || strings.Contains(text, "init regexp @") {
		t.Errorf("the probe starts after what it does not need:\n%s", trace)
	}
}
