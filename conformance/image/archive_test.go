package image

import (
	"archive/tar"
	"bytes"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

func TestRefusesBrokenArchives(t *testing.T) {
	layout := layoutArchive(t, fixture.BothPauses(t))
	docker := dockerArchive(t, map[string]v1.Image{"pause:1": fixture.PauseFor(t, "linux/amd64").Image})
	corrupt := func(archive []byte, near string) []byte {
		archive = bytes.Clone(archive)
		archive[bytes.Index(archive, []byte(near))+len(near)] ^= 4
		return archive
	}
	for name, test := range map[string]struct {
		kind    string
		content []byte
		want    string
	}{
		"empty":                        {"docker-archive:", nil, `it has no "manifest.json"`},
		"empty layout":                 {"oci-archive:", nil, "no index.json"},
		"text":                         {"oci-archive:", []byte(strings.Repeat("pause", 1000)), "not a whole tar archive"},
		"truncated":                    {"docker-archive:", docker[:len(docker)/2], "not a whole tar archive: unexpected EOF"},
		"truncated layout":             {"oci-archive:", layout[:len(layout)-4000], "unexpected EOF"},
		"truncated compression":        {"docker-archive:", fixture.Gzip(t, docker)[:100], "decompress: unexpected EOF"},
		"flipped bit in compression":   {"docker-archive:", patch(fixture.Gzip(t, docker), 200, 'x'), "decompress: "},
		"flipped bit in the manifest":  {"docker-archive:", corrupt(docker, `[{"Config":"sha256:`), "it has no"},
		"flipped bit in the config":    {"oci-archive:", corrupt(layout, `{"architecture":"am`), "has the digest"},
		"layout as a docker archive":   {"docker-archive:", layout, `not a docker archive, or cut short: it has no "manifest.json"`},
		"docker archive as a layout":   {"oci-archive:", docker, "no OCI archive, or cut short: it has no index.json"},
		"the same name twice":          {"oci-archive:", layoutArchive(t, fixture.BothPauses(t), fixture.File{Name: "index.json"}), `holds "index.json" twice`},
		"a link in place of the index": {"oci-archive:", fixture.Tar(t, fixture.File{Name: "index.json", Type: tar.TypeSymlink, Link: "/etc/passwd"}), "no index.json"},
		"names that lead out":          {"oci-archive:", fixture.Tar(t, fixture.File{Name: "../../index.json"}, fixture.File{Name: "blobs/sha256/../../index.json", Content: []byte("{}")}), "holds no image"},
		"a bomb":                       {"oci-archive:", fixture.Gzip(t, fixture.Tar(t, fixture.File{Name: "blob", Content: make([]byte, 9<<20)})), "decompress: more than 8388608 bytes"},
		"large":                        {"oci-archive:", fixture.Tar(t, fixture.File{Name: "blob", Content: make([]byte, 9<<20)}), "too large an archive"},
		"many files":                   {"oci-archive:", fixture.Tar(t, slices.Repeat([]fixture.File{{Name: "d/", Type: tar.TypeDir}}, 1001)...), "too large an archive"},
		"large manifest":               {"docker-archive:", fixture.Tar(t, fixture.File{Name: "manifest.json", Content: make([]byte, 5<<20)}), "at most 4194304 are read"},
	} {
		t.Run(name, func(t *testing.T) {
			expectOneLine(t, test.kind+fixture.WriteFile(t, "image.tar", test.content), test.want)
		})
	}
}

func TestRefusesAbsurdDockerManifests(t *testing.T) {
	for manifest, want := range map[string]string{
		`{`:    "manifest.json: ",
		`null`: "holds no image",
		`[]`:   "holds no image",
		`[{"Config":"config.json"},{"Config":"config.json"}]`:                                                        "no name to tell them by",
		`[{"Config":"../../etc/passwd"}]`:                                                                            `it has no "../../etc/passwd"`,
		`[{"Config":"config.json","Layers":["config.json"]}]`:                                                        "layer 1 of 1",
		`[{"Config":"config.json","Layers":[` + strings.Repeat(`"a",`, 300) + `"a"]}]`:                               "301 layers, at most 256 are read",
		`[{"Config":"one.json","Layers":["large","large","large","large","large","large","large","large","large"]}]`: "layers of more bytes together",
		`[{"Config":"a","RepoTags":["\u001b[31m\n\u009b"]},{"Config":"b"}]`:                                          `append one of \x1b[31m \u009b as :TAG`,
		`[{"Config":"text","Layers":[]}]`:                                                                            "invalid character",
		`[{"Config":"one.json","Layers":["none"]}]`:                                                                  `it has no "none"`,
		`[{"Config":"one.json","RepoTags":["` + "\x7f" + `\u001b[31m\n:"],"Layers":["loop"]}]`:                       "too many links",
	} {
		t.Run(manifest[:min(len(manifest), 40)], func(t *testing.T) {
			archive := fixture.Tar(t, fixture.File{Name: "manifest.json", Content: []byte(manifest)},
				fixture.File{Name: "config.json", Content: []byte(`{"rootfs":{"diff_ids":[]}}`)},
				fixture.File{Name: "one.json", Content: []byte(`{"rootfs":{"diff_ids":["sha256:` + strings.Repeat("0", 64) + `"]}}`)},
				fixture.File{Name: "text", Content: []byte("text")}, fixture.File{Name: "large", Content: make([]byte, 1<<20)},
				fixture.File{Name: "loop", Type: tar.TypeSymlink, Link: "loop"})
			expectOneLine(t, "docker-archive:"+fixture.WriteFile(t, "image.tar", archive), want)
		})
	}
}
