package engine

import (
	"bytes"
	"debug/elf"
	"fmt"
	"os"
	"runtime"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/podsandbox/pause/conformance/probe"
	"github.com/podsandbox/pause/images/tarfile"
)

// ProbeImage makes an image of this very program, so that probes need nothing that is
// not here already. As a sandbox it waits for a signal.
func ProbeImage() (v1.Image, error) {
	program, err := staticProgram()
	if err != nil {
		return nil, err
	}
	image, err := imageOf(program)
	if err != nil {
		return nil, fmt.Errorf("make the probe's image: %w", err)
	}
	return image, nil
}

func staticProgram() ([]byte, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	program, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	file, err := elf.NewFile(bytes.NewReader(program))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, segment := range file.Progs {
		if segment.Type == elf.PT_INTERP {
			return nil, fmt.Errorf("%s is the probe as well, and dynamically linked: build it with CGO_ENABLED=0", path)
		}
	}
	return program, nil
}

func imageOf(program []byte) (v1.Image, error) {
	var layer bytes.Buffer
	if err := tarfile.Write(&layer, []tarfile.File{{Name: probe.Path[1:], Mode: 0o555, Content: program}}); err != nil {
		return nil, err
	}
	image, err := mutate.AppendLayers(empty.Image, static.NewLayer(layer.Bytes(), types.DockerUncompressedLayer))
	if err != nil {
		return nil, err
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config.OS, config.Architecture = "linux", runtime.GOARCH
	config.Config.Entrypoint, config.Config.Cmd = []string{probe.Path}, []string{probe.Wait}
	return mutate.ConfigFile(image, config)
}
