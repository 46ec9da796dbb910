package static

import (
	"archive/tar"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

// library is an ELF file that needs the libraries.
func library(t testing.TB, name string, needed ...string) fixture.File {
	t.Helper()
	return fixture.File{Name: name, Mode: 0o644, Content: fixture.Dynamic{Needed: needed}.Bytes(t)}
}

func inMode(file fixture.File, mode int64) fixture.File {
	file.Mode = mode
	return file
}

func TestLibraries(t *testing.T) {
	const ld, multiarch = "/lib64/ld-linux-x86-64.so.2", "usr/lib/x86_64-linux-gnu/"
	program := func(dynamic fixture.Dynamic) fixture.File {
		if dynamic.Interpreter == "" {
			dynamic.Interpreter = ld
		}
		return fixture.Executable(dynamic.Bytes(t))
	}
	loader, libc := inMode(library(t, ld[1:]), 0o755), library(t, multiarch+"libc.so.6")
	glibc := program(fixture.Dynamic{Needed: []string{"libc.so.6"}})
	fails := func(seen string) map[string]string { return map[string]string{"IMG-SELF-CONTAINED": seen} }
	judgeSamples(t, map[string]sample{
		"nothing that it needs": {
			files: []fixture.File{glibc},
			want:  fails("the library libc.so.6 is in none of the library directories"),
		},
		"no interpreter":                    {files: []fixture.File{glibc, libc}, want: fails("the interpreter " + ld + " is not in the image")},
		"a directory for an interpreter":    {files: []fixture.File{glibc, libc, {Name: ld[1:], Type: tar.TypeDir, Mode: 0o755}}, want: fails("is not a regular file: mode drwxr-xr-x")},
		"an interpreter not to be executed": {files: []fixture.File{glibc, libc, inMode(loader, 0o754)}, want: fails("others may not execute it: mode -rwxr-xr--")},
		"an interpreter that is a script":   {files: []fixture.File{glibc, libc, {Name: ld[1:], Mode: 0o755, Content: []byte("#!/bin/sh\n")}}, want: fails("it is not an ELF program")},
		"an interpreter with a slash":       {files: []fixture.File{program(fixture.Dynamic{Interpreter: ld + "/"}), loader}, want: map[string]string{"IMG-SELF-CONTAINED": "not a directory", "IMG-MINIMAL": "further executable"}},
		"an interpreter of another machine": {
			files: []fixture.File{glibc, libc, {Name: ld[1:], Mode: 0o755, Content: fixture.CachedPause(t, "linux/arm64")}},
			want:  fails("it is for EM_AARCH64, ELFCLASS64, ELFDATA2LSB, the program for EM_X86_64"),
		},
		"an interpreter that needs one": {
			files: []fixture.File{glibc, libc, {Name: ld[1:], Mode: 0o755, Content: fixture.Dynamic{Interpreter: "/lib/other"}.Bytes(t)}},
			want:  fails("it needs an interpreter or libraries itself"),
		},
		"an interpreter in a closed directory": {
			files: []fixture.File{glibc, {Name: "lib64/", Type: tar.TypeDir, Mode: 0o700}, loader, libc}, want: fails("the group and others may not search /lib64: mode drwx------"),
		},
		"all that it needs": {files: []fixture.File{glibc, libc, loader}},
		"a library that needs another one": {
			files: []fixture.File{glibc, loader, library(t, multiarch+"libc.so.6", "libm.so.6")}, want: fails("the library libm.so.6 is in none of the library directories"),
		},
		"libraries that need each other": {files: []fixture.File{glibc, loader,
			{Name: multiarch + "libc.so.6", Mode: 0o644, Content: fixture.Dynamic{Needed: []string{"libm.so.6"}, RunPath: "$ORIGIN/m"}.Bytes(t)},
			library(t, multiarch+"m/libm.so.6", "libc.so.6")}},
		"libraries and no interpreter": {
			files: []fixture.File{fixture.Executable(fixture.Dynamic{Needed: []string{"libc.so.6"}}.Bytes(t)), libc}, want: fails("no interpreter"),
		},
		"a library that others may not read": {
			files: []fixture.File{glibc, loader, inMode(libc, 0o750)}, want: fails("the library libc.so.6: others may not read /usr/lib/x86_64-linux-gnu/libc.so.6: mode -rwxr-x---"),
		},
		"a library in a closed directory": {
			files: []fixture.File{glibc, loader, {Name: multiarch, Type: tar.TypeDir, Mode: 0o700}, libc}, want: fails("may not search /usr/lib/x86_64-linux-gnu"),
		},
		"a library for another machine": {
			files: []fixture.File{glibc, loader, {Name: libc.Name, Mode: 0o644, Content: fixture.CachedPause(t, "linux/arm64")}}, want: fails("/usr/lib/x86_64-linux-gnu/libc.so.6 is for EM_AARCH64"),
		},
		"a library for another machine before the right one": {
			files: []fixture.File{glibc, loader, libc, {Name: "lib64/libc.so.6", Mode: 0o644, Content: fixture.CachedPause(t, "linux/arm64")}},
		},
		"a library that is none": {files: []fixture.File{glibc, loader, {Name: libc.Name, Mode: 0o644, Content: []byte("INPUT(libc.a)")}}, want: fails("is not an ELF file")},
		"libraries beside the program": {
			files: []fixture.File{
				program(fixture.Dynamic{Interpreter: "/lib/ld.so", Needed: []string{"liba.so", "/opt/libb.so", "libc.so"}, RunPath: "${ORIGIN}/libs"}),
				library(t, "libs/liba.so"), library(t, "opt/libb.so"), library(t, "env/libc.so"), inMode(library(t, "lib/ld.so"), 0o755),
			},
			configure: func(c *v1.ConfigFile) { c.Config.Env = []string{"LD_LIBRARY_PATH=/none:/env"} },
		},
		"a run path is not that of its libraries": {
			files: []fixture.File{program(fixture.Dynamic{Needed: []string{"liba.so"}, RunPath: "/libs"}), loader, library(t, "libs/liba.so", "libb.so"), library(t, "libs/libb.so")},
			want:  fails("the library libb.so is in none of the library directories"),
		},
		"an old run path is that of its libraries as well": {
			files: []fixture.File{program(fixture.Dynamic{Needed: []string{"liba.so"}, RPath: "/libs"}), loader, library(t, "libs/liba.so", "libb.so"), library(t, "libs/libb.so")},
		},
		"relative to the working directory": {
			files:     []fixture.File{program(fixture.Dynamic{Interpreter: "opt/ld.so"}), inMode(library(t, "work/opt/ld.so"), 0o755)},
			configure: func(c *v1.ConfigFile) { c.Config.WorkingDir = "/work" },
		},
		"musl": {files: []fixture.File{
			program(fixture.Dynamic{Interpreter: "/lib/ld-musl-x86_64.so.1", Needed: []string{"libc.musl-x86_64.so.1", "liba.so"}}),
			inMode(library(t, "lib/ld-musl-x86_64.so.1"), 0o755), library(t, "opt/liba.so"),
			{Name: "etc/ld-musl-x86_64.path", Mode: 0o644, Content: []byte("/lib\n/opt\n")},
		}},
		"musl does not look where glibc does": {
			files: []fixture.File{
				program(fixture.Dynamic{Interpreter: "/lib/ld-musl-x86_64.so.1", Needed: []string{"liba.so"}}), inMode(library(t, "lib/ld-musl-x86_64.so.1"), 0o755), library(t, multiarch+"liba.so"),
			},
			want: fails("the library liba.so is in none of the library directories"),
		},
		"a cache leads to a library": {files: []fixture.File{glibc, loader, library(t, "opt/lib/libc.so.6"), cacheOf(t, "libc.so.6", "/opt/lib/libc.so.6")}},
		"a cache of another library": {
			files: []fixture.File{glibc, loader, library(t, "opt/lib/libc.so.6"), cacheOf(t, "libc.so", "/opt/lib/libc.so.6")}, want: fails("in none of the library directories"),
		},
		"a cache that others may not read": {
			files: []fixture.File{glibc, loader, library(t, "opt/lib/libc.so.6"), inMode(cacheOf(t, "libc.so.6", "/opt/lib/libc.so.6"), 0o600)}, want: fails("in none of the library directories"),
		},
		"a cache that leads nowhere, and a directory": {files: []fixture.File{glibc, loader, libc, cacheOf(t, "libc.so.6", "/gone/libc.so.6")}},
	})
}

func cacheOf(t testing.TB, name, path string) fixture.File {
	t.Helper()
	return fixture.File{Name: "etc/ld.so.cache", Mode: 0o644, Content: fixture.LinkerCache(t, name, path)}
}
