package image

import (
	"archive/tar"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

func TestLibraries(t *testing.T) {
	libc := fixture.File{Name: "usr/lib/x86_64-linux-gnu/libc.so.6", Mode: 0o755}
	loader := fixture.File{Name: "lib64/ld-linux-x86-64.so.2", Mode: 0o755}
	glibc := fixture.Dynamic{Interpreter: "/lib64/ld-linux-x86-64.so.2", Needed: []string{"libc.so.6"}}
	judgeSamples(t, map[string]sample{
		"dynamic, with nothing that it needs": {
			files: []fixture.File{executable(glibc.Bytes(t))},
			want: map[string]string{
				"IMG-SELF-CONTAINED": "the interpreter /lib64/ld-linux-x86-64.so.2 is not in the image; the library libc.so.6 is in none of the library directories",
			},
		},
		"dynamic, with a directory for an interpreter": {
			files: []fixture.File{executable(glibc.Bytes(t)), libc, {Name: loader.Name, Type: tar.TypeDir, Mode: 0o755}},
			want:  map[string]string{"IMG-SELF-CONTAINED": "the interpreter /lib64/ld-linux-x86-64.so.2 is not in the image"},
		},
		"dynamic, with all that it needs": {files: []fixture.File{executable(glibc.Bytes(t)), libc, loader}},
		"dynamic, with a library that needs another one": {
			files: []fixture.File{executable(glibc.Bytes(t)), loader,
				{Name: libc.Name, Mode: 0o755, Content: fixture.Dynamic{Needed: []string{"libm.so.6"}}.Bytes(t)}},
			want: map[string]string{"IMG-SELF-CONTAINED": "the library libm.so.6 is in none of the library directories"},
		},
		"dynamic, with libraries that need each other": {
			files: []fixture.File{executable(glibc.Bytes(t)), loader,
				{Name: libc.Name, Mode: 0o755, Content: fixture.Dynamic{Needed: []string{"libm.so.6"}, RunPath: "$ORIGIN/m"}.Bytes(t)},
				{Name: "usr/lib/x86_64-linux-gnu/m/libm.so.6", Mode: 0o755, Content: fixture.Dynamic{Needed: []string{"libc.so.6"}}.Bytes(t)}},
		},
		"dynamic, without an interpreter": {
			files: []fixture.File{executable(fixture.Dynamic{Needed: []string{"libc.so.6"}}.Bytes(t)), libc},
			want:  map[string]string{"IMG-SELF-CONTAINED": "no interpreter"},
		},
		"dynamic, with libraries beside the program": {
			files: []fixture.File{
				executable(fixture.Dynamic{Interpreter: "/lib/ld.so", Needed: []string{"liba.so", "/opt/libb.so", "libc.so"}, RunPath: "${ORIGIN}/libs"}.Bytes(t)),
				{Name: "libs/liba.so"}, {Name: "opt/libb.so"}, {Name: "env/libc.so"}, {Name: "lib/ld.so", Mode: 0o755},
			},
			configure: func(c *v1.ConfigFile) { c.Config.Env = []string{"LD_LIBRARY_PATH=/none:/env"} },
		},
		"dynamic, musl": {
			files: []fixture.File{
				executable(fixture.Dynamic{Interpreter: "/lib/ld-musl-x86_64.so.1", Needed: []string{"libc.musl-x86_64.so.1"}}.Bytes(t)),
				{Name: "lib/ld-musl-x86_64.so.1", Mode: 0o755},
			},
		},
	})
}
