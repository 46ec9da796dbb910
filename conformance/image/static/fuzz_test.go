package static

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/podsandbox/pause/conformance/image"
	"github.com/podsandbox/pause/conformance/image/internal/fixture"
	"github.com/podsandbox/pause/conformance/requirement"
)

// judgeWhole judges an image of a configuration and the archive of one layer. Whatever
// they say, each static requirement has a result.
func judgeWhole(t *testing.T, config, archive []byte) {
	dir := t.TempDir()
	blob := func(content []byte) v1.Descriptor {
		digest, size, err := v1.SHA256(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "blobs/sha256", digest.Hex), content, 0o600); err != nil {
			t.Fatal(err)
		}
		return v1.Descriptor{Digest: digest, Size: size}
	}
	if err := os.MkdirAll(filepath.Join(dir, "blobs/sha256"), 0o700); err != nil {
		t.Fatal(err)
	}
	manifest := v1.Manifest{SchemaVersion: 2, Config: blob(config), Layers: []v1.Descriptor{blob(archive)}}
	manifest.Config.MediaType, manifest.Layers[0].MediaType = types.OCIConfigJSON, types.OCIUncompressedLayer
	raw, err := json.Marshal(manifest)
	if err != nil {
		t.Fatal(err)
	}
	descriptor := blob(raw)
	index := fmt.Appendf(nil, `{"schemaVersion":2,"manifests":[{"mediaType":%q,"digest":%q,"size":%d}]}`, types.OCIManifestSchema1, descriptor.Digest, descriptor.Size)
	if err := os.WriteFile(filepath.Join(dir, "index.json"), index, 0o600); err != nil {
		t.Fatal(err)
	}
	source, err := image.Open(context.Background(), "oci:"+dir)
	if err != nil {
		return
	}
	defer source.Close()
	for _, platform := range source.Platforms() {
		subject, err := source.Image(context.Background(), platform)
		if err != nil {
			return
		}
		results := Judge(context.Background(), subject, Options{})
		for _, rule := range requirement.All() {
			if rule.Static && results[rule.ID].Status == "" {
				t.Errorf("%s has no result", rule.ID)
			}
		}
	}
}

func FuzzConfiguration(f *testing.F) {
	archive := fixture.Tar(f, fixture.Executable(fixture.Dynamic{}.Bytes(f)))
	for _, config := range []string{
		`{"os":"linux","architecture":"amd64","config":{"Entrypoint":["/pause"],"User":"1:1"}}`, `{}`, `null`, `{"config":null,"rootfs":null,"history":[{}]}`,
		`{"architecture":"","os":"","config":{"Entrypoint":["/pause"]}}`, `{"os":"linux","config":{"Entrypoint":["/bin/sh","-o"],"Cmd":["-c",""],"User":":","WorkingDir":"//"}}`,
		`{"config":{"Entrypoint":["/usr/bin/env","-S"],"Env":["=","A","LD_LIBRARY_PATH=:;","PASSWORD=x"],"Labels":{"":""},"Healthcheck":{"Test":[""]}}}`,
	} {
		f.Add([]byte(config))
	}
	f.Fuzz(func(t *testing.T, config []byte) { judgeWhole(t, config, archive) })
}

func FuzzLibrarySearch(f *testing.F) {
	dynamic := fixture.Dynamic{Interpreter: "/lib/ld.so", Needed: []string{"liba.so", "/b"}, RunPath: "$ORIGIN:$LIB:${LIB}/x:.", RPath: "/c"}
	f.Add(dynamic.Bytes(f), fixture.Dynamic{}.Bytes(f), fixture.Dynamic{Needed: []string{"liba.so"}, RPath: "/"}.Bytes(f), fixture.LinkerCache(f, "liba.so", "/opt/liba.so"))
	f.Add(dynamic.Bytes(f), dynamic.Bytes(f), []byte("INPUT(libb.so)"), []byte{})
	config := []byte(`{"os":"linux","architecture":"amd64","config":{"Entrypoint":["/pause"],"Env":["LD_LIBRARY_PATH=lib"],"WorkingDir":"/opt"}}`)
	f.Fuzz(func(t *testing.T, program, interpreter, library, cache []byte) {
		judgeWhole(t, config, fixture.Tar(t, fixture.Executable(program), fixture.File{Name: "lib/ld.so", Mode: 0o755, Content: interpreter},
			fixture.File{Name: "opt/liba.so", Mode: 0o644, Content: library}, fixture.File{Name: "etc/ld.so.cache", Mode: 0o644, Content: cache}))
	})
}
