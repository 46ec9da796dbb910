package engine

import (
	"archive/tar"
	"bytes"
	"context"
	"debug/elf"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/podsandbox/pause/conformance/probe"
)

const probeImage = "probe"

// LoadProbe makes an image of this very program and loads it, so that probes
// need nothing that is not here already.
func (e *Engine) LoadProbe(ctx context.Context) error {
	if native := "linux/" + runtime.GOARCH; e.Info.Platform != native {
		return fmt.Errorf("the engine runs %s, and this program, which is the probe as well, is for %s: use its build for %[1]s", e.Info.Platform, native)
	}
	program, err := staticProgram()
	if err != nil {
		return err
	}
	image, err := imageOf(program)
	if err != nil {
		return fmt.Errorf("make the probe's image: %w", err)
	}
	tag, err := name.NewTag(e.Tag(probeImage))
	if err != nil {
		return err
	}
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(tarball.Write(tag, image, writer)) }()
	defer reader.Close()
	return e.Load(ctx, tag.String(), reader)
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
	archive := tar.NewWriter(&layer)
	header := &tar.Header{Name: probe.Path[1:], Mode: 0o555, Size: int64(len(program))}
	if err := archive.WriteHeader(header); err != nil {
		return nil, err
	}
	if _, err := archive.Write(program); err != nil {
		return nil, err
	}
	if err := archive.Close(); err != nil {
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
	config.Config.Entrypoint = []string{probe.Path}
	return mutate.ConfigFile(image, config)
}
