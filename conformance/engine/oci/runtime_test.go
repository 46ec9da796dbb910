package oci

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestARuntimeTellsItsNameOrWhyItIsNone(t *testing.T) {
	for output, want := range map[string]string{
		"runc version 1.1.5+ds1\ncommit: 1":             "runc 1.1.5+ds1",
		"crun version 1.8.1\nspec: 1.0.0":               "crun 1.8.1",
		"youki version: 0.5.3\ncommit: 1":               "youki 0.5.3",
		"runsc version release-20260101.0\nspec: 1.2.0": "a kernel of its own",
		"kata-runtime  : 3.2.0\n   commit   : 1":        "no OCI runtime",
		"ls (GNU coreutils) 9.1":                        "no OCI runtime",
		"":                                              "no OCI runtime",
	} {
		path := filepath.Join(t.TempDir(), "runtime")
		if err := os.WriteFile(path, []byte("#!/bin/sh\ncat <<'END'\n"+output+"\nEND\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		name, version, err := describeRuntime(t.Context(), path)
		got := name + " " + version
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) || strings.Contains(got, "\n") {
			t.Errorf("%q: %s, want %s", output, got, want)
		}
	}
}
