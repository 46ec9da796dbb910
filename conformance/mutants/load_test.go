package mutants_test

import (
	"flag"
	"os"
	"os/exec"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance"
	"github.com/podsandbox/pause/conformance/mutants"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/pause/freestanding"
)

var loadRuns = flag.Int("load-runs", 10, "judge this many times on a busy machine")

// busyPerProcessor is how many processes keep each processor busy.
const busyPerProcessor = 8

// A machine that is too busy to judge gives an error, and never a failure.
func TestRightImagesFailNothingUnderLoad(t *testing.T) {
	if os.Getenv("TEST_ALL") == "" {
		t.Skip("takes long and all processors: make test-all, or TEST_ALL=1")
	}
	config := cheapest(t)
	platform, err := freestanding.ParsePlatform(native()[0])
	if err != nil {
		t.Skip(err)
	}
	layouts, images := write(t, named(mutants.Equivalents(), "ours", "handlers"), platform)
	for _, layout := range layouts {
		config.Images = append(config.Images, "oci:"+layout)
	}
	for range busyPerProcessor * runtime.NumCPU() {
		keepBusy(t)
	}
	for run := range *loadRuns {
		result, err := conformance.Run(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		errors := 0
		for i, subject := range result.Subjects {
			for _, result := range subject.Results {
				switch result.Status {
				case report.Fail:
					t.Errorf("run %d: %s fails %s: %s: %s", run, images[i].Name, result.Requirement.ID, result.Expected, result.Seen)
				case report.Error:
					errors++
					t.Logf("run %d: %s: no verdict on %s: %s", run, images[i].Name, result.Requirement.ID, result.Seen)
				}
			}
		}
		t.Logf("run %d: %d images in %s, %d errors", run, len(result.Subjects), result.Duration, errors)
	}
}

// keepBusy keeps a processor busy until the test ends, or the test's process.
func keepBusy(t *testing.T) {
	t.Helper()
	loop := exec.Command("sh", "-c", "while :; do :; done")
	loop.SysProcAttr = &unix.SysProcAttr{Pdeathsig: unix.SIGKILL}
	if err := loop.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = loop.Process.Kill()
		_ = loop.Wait()
	})
}
