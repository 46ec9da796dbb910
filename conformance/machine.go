package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/image"
	"github.com/podsandbox/pause/conformance/machine"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/pause/kernels"
)

// machineSuiteName is the name of the process that runs the specs in a virtual
// machine.
const machineSuiteName = "pause-conformance-machine-suite"

// runMachineSuite writes events to standard output, and discards what Ginkgo prints there.
func runMachineSuite() error {
	events, err := unix.Dup(1)
	if err != nil {
		return os.NewSyscallError("dup", err)
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if err := unix.Dup3(int(null.Fd()), 1, 0); err != nil {
		return os.NewSyscallError("dup3", err)
	}
	return runSuite(os.NewFile(uintptr(events), "events"))
}

// startMachine starts the process that runs the specs in a virtual machine, where the
// engine is an OCI runtime.
func startMachine(ctx context.Context, config Config) (*suiteProcess, error) {
	m, err := machine.Prepare(ctx, machine.Options{
		Platform: config.Platforms[0], Kernel: config.Kernel, Runtime: config.Runtime, Suite: config.Program, Soak: config.Soak,
	})
	if err != nil {
		return nil, err
	}
	inside := config
	inside.Engine, inside.Runtime, inside.CA = OCI, machine.RuntimePath, ""
	inside.Images = nil
	for i, reference := range config.Images {
		name := fmt.Sprintf("/images/%d", i)
		files, path, err := imageFiles(ctx, reference, config.Platforms[0], name)
		if err != nil {
			return nil, err
		}
		m.Files = append(m.Files, files...)
		inside.Images = append(inside.Images, path)
	}
	if m.Command.Stdin, err = json.Marshal(inside); err != nil {
		return nil, err
	}
	m.Command.Args = []string{machineSuiteName}
	suite := &suiteProcess{}
	var output *os.File
	if suite.events, output, err = os.Pipe(); err != nil {
		return nil, err
	}
	m.Stdout, m.Stderr = output, &suite.errors
	if config.Verbose {
		m.Stderr = os.Stderr
	}
	end := make(chan error, 1)
	go func() {
		result, err := m.Run(ctx, m.Files, m.Command)
		if err == nil && result.Status != 0 {
			err = fmt.Errorf("exit code %d in the virtual machine", result.Status)
		}
		output.Close()
		end <- err
	}()
	suite.wait = func() error { return <-end }
	suite.translate = func(r *report.Report) {
		r.Engine.Emulation, r.Engine.Emulator = report.MachineEmulation, m.EmulatorVersion(ctx)
		for i, subject := range r.Subjects {
			r.Subjects[i].Image = original(subject.Image, inside.Images, config.Images)
		}
	}
	return suite, nil
}

// original returns the name by which the user knows the copy of an image.
func original(path string, copies, originals []string) string {
	for i := range copies {
		if copies[i] == path {
			return originals[i]
		}
	}
	return path
}

// imageFiles returns an image as files of the machine, and its reference there.
func imageFiles(ctx context.Context, reference, platform, name string) ([]kernels.File, string, error) {
	if !image.Local(reference) {
		return downloadedImage(ctx, reference, platform, name)
	}
	kind, file, tag := image.Split(reference)
	files, err := machine.Tree(file, name)
	if err != nil {
		return nil, "", fmt.Errorf("image %q: %w", reference, err)
	}
	return files, strings.TrimSuffix(kind+":"+name+":"+tag, ":"), nil
}

// downloadedImage copies one platform of an image from a registry.
func downloadedImage(ctx context.Context, reference, platform, name string) ([]kernels.File, string, error) {
	fail := func(err error) ([]kernels.File, string, error) {
		return nil, "", fmt.Errorf("%w; save an image of an engine to a file, and pass docker-archive:FILE", err)
	}
	source, err := image.Open(ctx, reference)
	if err != nil {
		return fail(err)
	}
	defer source.Close()
	target, err := image.ParsePlatform(platform)
	if err != nil {
		return fail(err)
	}
	content, err := source.Image(ctx, target)
	if err != nil {
		return fail(err)
	}
	directory, err := writeLayout(content.Content)
	if err != nil {
		return fail(err)
	}
	defer os.RemoveAll(directory)
	files, err := machine.Tree(directory, name)
	return files, "oci:" + name, err
}

func writeLayout(content v1.Image) (string, error) {
	directory, err := os.MkdirTemp("", "conformance-machine-")
	if err != nil {
		return "", err
	}
	written, err := layout.Write(directory, empty.Index)
	if err == nil {
		err = written.AppendImage(content)
	}
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(directory))
	}
	return directory, nil
}
