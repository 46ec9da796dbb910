package static

import (
	"fmt"
	"strings"

	"github.com/podsandbox/pause/conformance/image/compression"
	"github.com/podsandbox/pause/conformance/report"
)

func judgeUnpacks(e *examination) report.Result {
	var violations []string
	if e.Broken != nil {
		violations = append(violations, e.Broken.Error())
	}
	for i, layer := range e.Root.Layers {
		// An engine decompresses what the media type says to be compressed, and nothing else.
		if mediaType := string(e.Manifest.Layers[i].MediaType); layer.Compression != compression.None && strings.HasSuffix(mediaType, ".tar") {
			violations = append(violations, fmt.Sprintf("layer %d of %d is compressed with %s, and its media type %q says that it is not",
				i+1, len(e.Root.Layers), layer.Compression, mediaType))
		}
	}
	return conclude("layers that are tar archives whose every entry can be made below the root", violations)
}

func judgeDiffIDs(e *examination) report.Result {
	var violations []string
	diffIDs := e.Config.RootFS.DiffIDs
	if len(diffIDs) != len(e.Root.Layers) {
		violations = append(violations, fmt.Sprintf("the manifest has %d layers, the configuration %d", len(e.Root.Layers), len(diffIDs)))
	}
	for i, layer := range e.Root.Layers[:min(len(diffIDs), len(e.Root.Layers))] {
		if layer.DiffID != diffIDs[i] {
			violations = append(violations, fmt.Sprintf("layer %d of %d is %s, the configuration says %s", i+1, len(e.Root.Layers), layer.DiffID, diffIDs[i]))
		}
	}
	return conclude("a diff_id in the configuration for each layer, the digest of its archive", violations)
}

// judgeLayerTypes goes by what a layer is as well as by what it is called: runtimes
// refuse a name that they do not know, and content that they do not read.
func judgeLayerTypes(e *examination) report.Result {
	var violations []string
	for i, layer := range e.Root.Layers {
		where := fmt.Sprintf("layer %d of %d", i+1, len(e.Root.Layers))
		mediaType := string(e.Manifest.Layers[i].MediaType)
		switch {
		case layer.Compression != compression.None && layer.Compression != compression.Gzip:
			violations = append(violations, fmt.Sprintf("%s is compressed with %s", where, layer.Compression))
		case !isCommonLayerType(mediaType):
			violations = append(violations, fmt.Sprintf("%s has the media type %q", where, mediaType))
		}
	}
	return conclude("layers that are tar archives, as they are or compressed with gzip", violations)
}

// isCommonLayerType knows the types of the OCI image specification 1.0 and of Docker,
// but for those whose content lies elsewhere.
func isCommonLayerType(mediaType string) bool {
	switch mediaType {
	case "application/vnd.oci.image.layer.v1.tar", "application/vnd.oci.image.layer.v1.tar+gzip",
		"application/vnd.docker.image.rootfs.diff.tar", "application/vnd.docker.image.rootfs.diff.tar.gzip":
		return true
	}
	return false
}
