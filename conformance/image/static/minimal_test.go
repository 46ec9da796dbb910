package static

import (
	"archive/tar"
	"slices"
	"testing"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

func TestContents(t *testing.T) {
	amd64 := fixture.CachedPause(t, "linux/amd64")
	judgeSamples(t, map[string]sample{
		"compressed size": {
			options: Options{Compressed: 1000}, want: map[string]string{"IMG-SIZE": "bytes compressed"},
		},
		"uncompressed size": {
			files: []fixture.File{fixture.Executable(slices.Concat(amd64, make([]byte, 1<<20)))},
			want:  map[string]string{"IMG-SIZE": "bytes uncompressed"},
		},
		"further files": {
			files: []fixture.File{
				{Name: "bin/sh", Mode: 0o755}, {Name: "bin/su", Mode: 0o4644}, {Name: "bin/mail", Mode: 0o2644},
				{Name: "etc/open", Mode: 0o666}, {Name: "open/", Type: tar.TypeDir, Mode: 0o777}, {Name: "dev/null", Type: tar.TypeChar, Mode: 0o644},
			},
			want: map[string]string{"IMG-MINIMAL": "/bin/mail is setgid; /bin/sh is a further executable; /bin/su is setuid; " +
				"/dev/null is a device node; /etc/open is writable by others; /open is writable by others"},
		},
		"harmless files": {
			files: []fixture.File{
				{Name: "etc/passwd", Mode: 0o644}, {Name: "tmp/", Type: tar.TypeDir, Mode: 0o1777}, {Name: "l", Type: tar.TypeSymlink, Link: "x", Mode: 0o777},
				{Name: "bin/pause", Type: tar.TypeLink, Link: "pause", Mode: 0o555},
			},
		},
	})
}
