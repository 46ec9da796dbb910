package mutants_test

import (
	"cmp"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/podsandbox/pause/conformance"
	"github.com/podsandbox/pause/conformance/engine/docker"
	"github.com/podsandbox/pause/conformance/engine/oci"
	"github.com/podsandbox/pause/conformance/mutants"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/pause/freestanding"
)

// whole is more than all mutants take.
const whole = 20 * time.Minute

// timeout is what a requirement may take while several runs share a slow machine, and
// requestTimeout what a request to the engine may.
const timeout, requestTimeout = 15 * time.Minute, 5 * time.Minute

// cheapest is an OCI runtime where this machine has one and the right to use it, and
// Docker elsewhere: a container costs the former a fraction, and crun the least.
func cheapest(t *testing.T) conformance.Config {
	t.Helper()
	needsEngine(t)
	config := conformance.Config{Platforms: native(), Engine: conformance.EngineName(*engineFlag)}
	if config.Engine != "" {
		return config
	}
	if _, err := exec.LookPath("crun"); err == nil {
		config.Runtime = "crun"
	}
	connection, err := oci.Connect(t.Context(), oci.Options{Runtime: config.Runtime, RequestTimeout: requestTimeout})
	if err != nil {
		t.Logf("on Docker: %v", err)
		needsDocker(t)
		return conformance.Config{Platforms: native(), Engine: conformance.Docker}
	}
	if err := connection.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	config.Engine = conformance.OCI
	return config
}

// needsEngine skips a test that cannot run here.
func needsEngine(t *testing.T) {
	t.Helper()
	if deadline, limited := t.Deadline(); limited && *only == "" && time.Until(deadline) < whole {
		t.Skip("takes longer than go test allows: make test, or -timeout 60m")
	}
	if testing.Short() {
		t.Skip("needs a container engine: -short leaves it out")
	}
	program, err := elf.Open("/proc/self/exe")
	if err != nil {
		t.Skip(err)
	}
	defer program.Close()
	if program.Section(".interp") != nil {
		t.Skip("the test's program is the probe as well, and dynamically linked: set CGO_ENABLED=0")
	}
}

// needsDocker stays connected as long as the test runs, so that its runs find the probe's image there.
func needsDocker(t *testing.T) {
	t.Helper()
	needsEngine(t)
	connection, err := docker.Connect(t.Context(), docker.Options{RequestTimeout: requestTimeout})
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() {
		if err := connection.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
}

// needsImages skips a test that would pass by having nothing to judge.
func needsImages(t *testing.T, images []mutants.Mutant) {
	t.Helper()
	if len(images) == 0 {
		t.Skip("no image to judge")
	}
}

// judge wants each image to fail what it is meant to, and nothing else.
func judge(t *testing.T, config conformance.Config, images []mutants.Mutant) report.Report {
	t.Helper()
	platform, err := freestanding.ParsePlatform(config.Platforms[0])
	if err != nil {
		t.Skip(err)
	}
	ctx := t.Context() // for our image and its equivalents, however long they take
	if slices.ContainsFunc(images, func(image mutants.Mutant) bool { return len(image.Fails) > 0 }) {
		ctx = within(t, images)
	}
	_, _ = hostPort()
	layouts, images := write(t, images, platform)
	needsImages(t, images)
	for _, layout := range layouts {
		config.Images = append(config.Images, "oci:"+layout)
	}
	config.Size, config.Timeout, config.RequestTimeout = cmp.Or(config.Size, mutants.Size), timeout, requestTimeout
	config.Progress = func(progress conformance.Progress) {
		if progress.Done%100 == 0 {
			t.Logf("%d of %d results", progress.Done, progress.Total)
		}
	}
	result, err := conformance.Run(ctx, config)
	if errors.Is(err, conformance.ErrInterrupted) {
		leaveOut(t, images, fmt.Sprintf("make test has no more time, after %s of this", result.Duration.Round(time.Second)))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d images on %s in %s", len(images), cmp.Or(result.Engine.Name, "no engine"), result.Duration)
	if len(result.Subjects) != len(images) {
		t.Fatalf("%d images were judged", len(result.Subjects))
	}
	for i, subject := range result.Subjects {
		t.Run(images[i].Name, func(t *testing.T) { compare(t, config.Engine, subject, images[i]) })
	}
	return result
}

// hostPort listens on the host's port until the tests end. Another run may do so as well.
var hostPort = sync.OnceValues(func() (net.Listener, error) {
	return net.Listen("tcp", fmt.Sprintf(":%d", mutants.HostPort))
})

// write writes the images as OCI layouts, and leaves out what this machine
// cannot build.
func write(t *testing.T, images []mutants.Mutant, platform freestanding.Platform) (layouts []string, subjects []mutants.Mutant) {
	t.Helper()
	directory := t.TempDir()
	errs := make([]error, len(images))
	var group sync.WaitGroup
	for i, image := range images {
		group.Go(func() { errs[i] = image.Write(t.Context(), filepath.Join(directory, image.Name), platform) })
	}
	group.Wait()
	for i, image := range images {
		switch {
		case errors.Is(errs[i], mutants.ErrUnavailable):
			t.Run(image.Name, func(t *testing.T) { t.Skip(errs[i]) })
		case errs[i] != nil:
			t.Fatal(errs[i])
		default:
			layouts, subjects = append(layouts, filepath.Join(directory, image.Name)), append(subjects, image)
		}
	}
	return layouts, subjects
}
