package static

import (
	"archive/tar"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

func TestEntryPoints(t *testing.T) {
	amd64 := fixture.CachedPause(t, "linux/amd64")
	judgeSamples(t, map[string]sample{
		"no command": {
			configure: func(c *v1.ConfigFile) { c.Config.Entrypoint = nil },
			want:      noEntry("neither Entrypoint nor Cmd"),
		},
		"Cmd in place of Entrypoint": {
			configure: func(c *v1.ConfigFile) { c.Config.Entrypoint, c.Config.Cmd = nil, []string{"/pause"} },
		},
		"relative entry point": {
			configure: func(c *v1.ConfigFile) { c.Config.Entrypoint = []string{"pause"} },
			want:      noEntry(`"pause" is not an absolute path`),
		},
		"shell form": {
			configure: func(c *v1.ConfigFile) { c.Config.Entrypoint = []string{"/bin/sh", "-c", "/pause"} },
			want:      with(noEntry("shell form"), "IMG-CONFIG-CLEAN", `Entrypoint ["/bin/sh" "-c" "/pause"] is a shell's`),
		},
		"shell form of Cmd": {
			configure: func(c *v1.ConfigFile) { c.Config.Cmd = []string{"/bin/bash", "-c", "true"} },
			want:      map[string]string{"IMG-CONFIG-CLEAN": "Cmd"},
		},
		"entry point that is missing": {
			configure: func(c *v1.ConfigFile) { c.Config.Entrypoint = []string{"/sbin/pause"} },
			want:      noEntry("/sbin/pause is not in the image"),
		},
		"entry point that is a directory": {
			files: []fixture.File{{Name: "pause/", Type: tar.TypeDir, Mode: 0o755}},
			want:  noEntry("/pause is not a regular file"),
		},
		"entry point in a loop": {
			files: []fixture.File{{Name: "pause", Type: tar.TypeSymlink, Link: "pause"}},
			want:  noEntry("cannot be reached"),
		},
		"entry point without mode x": {
			files: []fixture.File{{Name: "pause", Mode: 0o644, Content: amd64}},
			want:  noEntry("/pause is not executable: mode -rw-r--r--"),
		},
		"entry point of the command line": {
			files:     []fixture.File{{Name: ".wh.pause"}, {Name: "sbin/init", Mode: 0o755, Content: amd64}},
			configure: func(c *v1.ConfigFile) { c.Config.Entrypoint = nil },
			options:   Options{Entrypoint: []string{"/sbin/init", "-P"}},
		},
		"entry point through a link": {
			files: []fixture.File{{Name: "bin/real", Mode: 0o755, Content: amd64}, {Name: "pause", Type: tar.TypeSymlink, Link: "../bin/real"}},
		},
		"entry point for its owner alone": {
			files: []fixture.File{{Name: "pause", Mode: 0o700, Content: amd64}},
			want:  map[string]string{"IMG-ANY-UID": "the group and others may not execute /pause: mode -rwx------"},
		},
		"entry point that nobody may read": {files: []fixture.File{{Name: "pause", Mode: 0o111, Content: amd64}}},
		"directory that others may not search": {
			files: []fixture.File{
				{Name: "bin/", Type: tar.TypeDir, Mode: 0o750}, {Name: "bin/pause", Mode: 0o755, Content: amd64},
				{Name: "pause", Type: tar.TypeSymlink, Link: "bin/pause"},
			},
			want: map[string]string{"IMG-ANY-UID": "others may not search /bin: mode drwxr-x---"},
		},
	})
}

// noEntry is what becomes of an image without an entry point: nothing that is
// asked of the program can be judged.
func noEntry(flaw string) map[string]string {
	want := map[string]string{"IMG-ENTRYPOINT": flaw}
	for _, id := range []string{"IMG-ANY-UID", "IMG-PLATFORM", "IMG-PROCESSOR", "IMG-PAGE-SIZE", "IMG-SELF-CONTAINED", "IMG-HARDENED"} {
		want[id] = "there is no entry point to judge: "
	}
	return want
}

func with(want map[string]string, id, seen string) map[string]string {
	want[id] = seen
	return want
}
