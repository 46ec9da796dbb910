package check

import (
	"os"
	"path/filepath"
	"testing"
)

func TestManyRunnableThreadsAreACrowd(t *testing.T) {
	for text, want := range map[string]bool{
		"0.10 0.20 0.30 1/150 4711\n":            false,
		"999.00 999.00 999.00 1/99999 4711\n":    false,
		"0.10 0.20 0.30 100000/100001 2147483\n": true,
		"":                                       false,
	} {
		file := filepath.Join(t.TempDir(), "loadavg")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := crowded(file); got != want {
			t.Errorf("%q is a crowd: %t, want %t", text, got, want)
		}
	}
	if crowded("/nonexistent") {
		t.Error("a crowd that nobody counts")
	}
}
