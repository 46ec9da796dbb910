package bundle_test

import (
	"testing"

	"github.com/podsandbox/pause/images/bundle"
)

func TestFullNamesAreThoseThatEnginesStore(t *testing.T) {
	for reference, want := range map[string]string{
		"pause:1":                      "docker.io/library/pause:1",
		"someone/pause:1":              "docker.io/someone/pause:1",
		"docker.io/someone/pause:1":    "docker.io/someone/pause:1",
		"registry.k8s.io/pause:3.10.2": "registry.k8s.io/pause:3.10.2",
		"localhost:5000/pause:1":       "localhost:5000/pause:1",
	} {
		if got := bundle.FullName(tagOf(t, reference)); got != want {
			t.Errorf("full name of %s is %s, want %s", reference, got, want)
		}
	}
}
