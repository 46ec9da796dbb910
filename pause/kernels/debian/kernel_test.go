package debian

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestCacheHasTheNewestPackageOfJustTheFlavour(t *testing.T) {
	cache := Cache{Dir: t.TempDir()}
	if err := os.Mkdir(cache.packages(), 0o755); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{
		"linux-image-6.1.0-9-arm64_6.1.27-1_arm64.deb",
		"linux-binary-7.2.13+deb14-arm64_7.2.13-1_arm64.deb",
		"linux-binary-7.2.13+deb14-cloud-arm64_7.2.13-1_arm64.deb",
		"linux-binary-7.2.13+deb14-arm64-16k_7.2.13-1_arm64.deb",
		"linux-binary-7.2.13+deb14-arm64_7.2.13-1_amd64.deb",
	} {
		path := filepath.Join(cache.packages(), name)
		date := time.Unix(int64(i), 0)
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, date, date); err != nil {
			t.Fatal(err)
		}
	}
	for flavour, want := range map[string]string{
		"arm64":       "linux-binary-7.2.13+deb14-arm64_7.2.13-1_arm64.deb",
		"cloud-arm64": "linux-binary-7.2.13+deb14-cloud-arm64_7.2.13-1_arm64.deb",
		"arm64-16k":   "linux-binary-7.2.13+deb14-arm64-16k_7.2.13-1_arm64.deb",
		"rt-arm64":    "",
	} {
		got := Kernel{"sid", "arm64", flavour}.cached(cache)
		if got != "" {
			got = filepath.Base(got)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", flavour, got, want)
		}
	}
}

func TestFileNameIsAptsOwn(t *testing.T) {
	if got := (pkg{"libcap2", "1:2.66-4", "arm64"}).fileName(); got != "libcap2_1%3a2.66-4_arm64.deb" {
		t.Error(got)
	}
}

// A mirror that does not answer, and an empty cache.
func TestFetchWithoutAMirrorSaysWhyInOneLine(t *testing.T) {
	_, err := Kernel{"sid", "arm64", "arm64"}.Fetch(t.Context(), Cache{Dir: t.TempDir(), Mirror: "http://127.0.0.1:9/debian"})
	if err == nil {
		t.Fatal("no error")
	}
	for _, character := range err.Error() {
		if character == '\n' {
			t.Errorf("more than one line: %v", err)
		}
	}
}
