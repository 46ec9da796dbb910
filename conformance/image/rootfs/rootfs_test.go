package rootfs

import (
	"archive/tar"
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

type layer []fixture.File

func flatten(t *testing.T, layers ...layer) (*Tree, error) {
	t.Helper()
	var content []v1.Layer
	for _, files := range layers {
		content = append(content, fixture.Layer(t, fixture.Tar(t, files...)))
	}
	return Read(context.Background(), fixture.Image(t, v1.ConfigFile{}, content...), DefaultLimits)
}

func paths(t *testing.T, layers ...layer) string {
	t.Helper()
	tree, err := flatten(t, layers...)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	tree.Walk(func(path string, _ *File) { found = append(found, path) })
	return strings.Join(found, " ")
}

func file(name string) fixture.File { return fixture.File{Name: name, Mode: 0o644} }

func link(name, target string) fixture.File {
	return fixture.File{Name: name, Type: tar.TypeSymlink, Link: target}
}

func hardLink(name, target string) fixture.File {
	return fixture.File{Name: name, Type: tar.TypeLink, Link: target}
}

func TestLayersAreLaidOverOneAnother(t *testing.T) {
	below := layer{file("a/one"), file("a/two"), file("b/three")}
	for name, test := range map[string]struct {
		above layer
		want  string
	}{
		"adds":                          {layer{file("a/new")}, "/a /a/new /a/one /a/two /b /b/three"},
		"replaces a directory":          {layer{file("a")}, "/a /b /b/three"},
		"keeps a repeated directory":    {layer{{Name: "a/", Type: tar.TypeDir, Mode: 0o700}}, "/a /a/one /a/two /b /b/three"},
		"whiteout":                      {layer{file("a/.wh.one")}, "/a /a/two /b /b/three"},
		"whiteout of a directory":       {layer{file(".wh.a")}, "/b /b/three"},
		"opaque whiteout":               {layer{file("a/.wh..wh..opq"), file("a/new")}, "/a /a/new /b /b/three"},
		"whiteouts spare their layer":   {layer{file("a/one"), file("a/new"), file("a/.wh.one"), file("a/.wh..wh..opq")}, "/a /a/new /a/one /b /b/three"},
		"whiteout of nothing":           {layer{file("x/.wh.y")}, "/a /a/one /a/two /b /b/three"},
		"old bookkeeping":               {layer{file(".wh..wh.plnk"), file(".wh..wh.aufs")}, "/a /a/one /a/two /b /b/three"},
		"through a symbolic link":       {layer{link("l", "b"), file("l/four")}, "/a /a/one /a/two /b /b/four /b/three /l"},
		"link out of the root stays in": {layer{link("l", "../../b"), file("l/four")}, "/a /a/one /a/two /b /b/four /b/three /l"},
		"absolute names":                {layer{file("/a/new")}, "/a /a/new /a/one /a/two /b /b/three"},
		"hard link to a layer below":    {layer{hardLink("h", "a/one")}, "/a /a/one /a/two /b /b/three /h"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := paths(t, below, test.above); got != test.want {
				t.Errorf("got %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestLookupFollowsLinksWithinTheRoot(t *testing.T) {
	tree, err := flatten(t, layer{
		{Name: "bin/pause", Mode: 0o755, Content: []byte("program")},
		link("absolute", "/bin/pause"), link("up", "../../../bin/pause"), link("bin/self", "./pause"),
		link("usr", "."), link("chain", "usr/usr/absolute"), hardLink("hard", "bin/pause"),
		link("loop", "loop"), link("gone", "/etc/passwd"),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/bin/pause", "bin//pause", "/absolute", "/up", "/bin/self", "/usr/bin/../bin/pause", "/chain", "/hard"} {
		target, _, err := tree.Lookup(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if content, err := tree.Content(context.Background(), target.File, 100); string(content) != "program" || err != nil {
			t.Errorf("%s holds %q, %v", path, content, err)
		}
	}
	for path, want := range map[string]string{
		"/gone": "file does not exist", "/loop": "too many symbolic links", "/bin/pause/x": "is not a directory",
	} {
		if _, _, err := tree.Lookup(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
	if _, _, err := tree.Lookup("/none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("/none: %v", err)
	}
	target, searched, err := tree.Lookup("/usr/bin/self")
	var directories []string
	for _, directory := range searched {
		directories = append(directories, directory.Path())
	}
	if err != nil || target.Path() != "/bin/pause" || !slices.Equal(slices.Compact(directories), []string{"/", "/bin"}) {
		t.Errorf("found %v by way of %v, %v", target, directories, err)
	}
}

func TestKeepsModesOwnersAndSizes(t *testing.T) {
	tree, err := flatten(t, layer{{Name: "su", Mode: 0o4755, Content: []byte("12345")}, {Name: "null", Type: tar.TypeChar, Mode: 0o666}, {Name: "odd", Mode: 1<<31 | 0o600}})
	if err != nil {
		t.Fatal(err)
	}
	var entries []string
	tree.Walk(func(path string, file *File) { entries = append(entries, path+" "+file.String()) })
	want := []string{"/null Dcrw-rw-rw- 0:0 0 bytes", "/odd -rw------- 0:0 0 bytes", "/su urwxr-xr-x 0:0 5 bytes"}
	if !slices.Equal(entries, want) {
		t.Errorf("got %q, want %q", entries, want)
	}
}

func TestContentIsBounded(t *testing.T) {
	tree, err := flatten(t, layer{{Name: "pause", Content: make([]byte, 1000)}})
	if err != nil {
		t.Fatal(err)
	}
	target, _, err := tree.Lookup("/pause")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tree.Content(context.Background(), target.File, 999); err == nil {
		t.Error("read more than it was allowed to")
	}
	if content, err := tree.Content(context.Background(), target.File, 1000); err != nil || len(content) != 1000 {
		t.Errorf("%d bytes, %v", len(content), err)
	}
}

func TestTheLastEntrySetsTheModeOfAHardLinkedFile(t *testing.T) {
	for name, test := range map[string]struct {
		layers []layer
		want   string
	}{
		"less":               {[]layer{{{Name: "pause", Mode: 0o755}, {Name: "p", Type: tar.TypeLink, Link: "pause", Mode: 0o600}}}, "-rw------- 0:0 0 bytes"},
		"more":               {[]layer{{{Name: "pause", Mode: 0o600}, {Name: "p", Type: tar.TypeLink, Link: "pause", Mode: 0o755}}}, "-rwxr-xr-x 0:0 0 bytes"},
		"setuid":             {[]layer{{{Name: "pause", Mode: 0o755}, {Name: "p", Type: tar.TypeLink, Link: "pause", Mode: 0o4755}}}, "urwxr-xr-x 0:0 0 bytes"},
		"owner":              {[]layer{{{Name: "pause", Mode: 0o755}, {Name: "p", Type: tar.TypeLink, Link: "pause", Mode: 0o755, UID: 7}}}, "-rwxr-xr-x 7:0 0 bytes"},
		"in a layer above":   {[]layer{{{Name: "pause", Mode: 0o755}}, {{Name: "p", Type: tar.TypeLink, Link: "pause", Mode: 0o600}}}, "-rw------- 0:0 0 bytes"},
		"of a symbolic link": {[]layer{{{Name: "pause", Type: tar.TypeSymlink, Link: "x", Mode: 0o777}, {Name: "p", Type: tar.TypeLink, Link: "pause", Mode: 0o600}}}, "Lrwxrwxrwx 0:0 0 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			tree, err := flatten(t, test.layers...)
			if err != nil {
				t.Fatal(err)
			}
			tree.Walk(func(path string, file *File) {
				if file.String() != test.want {
					t.Errorf("%s is %s, want %s", path, file, test.want)
				}
			})
		})
	}
}
