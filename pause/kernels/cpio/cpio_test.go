package cpio_test

import (
	"bytes"
	"io/fs"
	"os/exec"
	"strings"
	"testing"

	"github.com/podsandbox/pause/pause/kernels/cpio"
)

func TestArchiveListsFilesAfterTheirDirectories(t *testing.T) {
	var archive bytes.Buffer
	err := cpio.Write(&archive, []cpio.File{
		{Name: "/a/b/file", Mode: 0o640, Content: []byte("12345")},
		{Name: "/a/b", Mode: fs.ModeDir | 0o700},
		{Name: "a/link", Mode: fs.ModeSymlink | 0o777, Content: []byte("b/file")},
		{Name: "/tmp", Mode: fs.ModeDir | fs.ModeSticky | 0o777},
	})
	if err != nil {
		t.Fatal(err)
	}
	list := exec.Command("cpio", "--list", "--verbose", "--quiet")
	list.Stdin = &archive
	output, err := list.CombinedOutput()
	if list.Err != nil {
		t.Skip(list.Err)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	var got []string
	for line := range strings.Lines(string(output)) {
		fields := strings.Fields(line)
		got = append(got, fields[0]+" "+strings.Join(fields[8:], " "))
	}
	want := "drwxr-xr-x a|drwxr-xr-x a/b|-rw-r----- a/b/file|lrwxrwxrwx a/link -> b/file|drwxrwxrwt tmp"
	if strings.Join(got, "|") != want {
		t.Errorf("archive has %q, want %q", strings.Join(got, "|"), want)
	}
}

func TestOtherTypesAreRefused(t *testing.T) {
	if err := cpio.Write(&bytes.Buffer{}, []cpio.File{{Name: "/socket", Mode: fs.ModeSocket}}); err == nil {
		t.Error("a socket is no error")
	}
}
