package image

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

var pauses sync.Map

func pause(t testing.TB, platform string) []byte {
	t.Helper()
	built, ok := pauses.Load(platform)
	if !ok {
		built, _ = pauses.LoadOrStore(platform, fixture.Pause(t, platform))
	}
	return built.([]byte)
}

func configFor(t testing.TB, platform string) v1.ConfigFile {
	t.Helper()
	parsed, err := v1.ParsePlatform(platform)
	if err != nil {
		t.Fatal(err)
	}
	return v1.ConfigFile{
		OS: parsed.OS, Architecture: parsed.Architecture, Variant: parsed.Variant,
		Config: v1.Config{User: "65535:65535", Entrypoint: []string{"/pause"}},
	}
}

func pauseFor(t testing.TB, platform string) fixture.Entry {
	t.Helper()
	layer := fixture.Layer(t, fixture.Tar(t, executable(pause(t, platform))))
	return fixture.Entry{Platform: platform, Image: fixture.Image(t, configFor(t, platform), layer)}
}

func executable(content []byte) fixture.File {
	return fixture.File{Name: "pause", Mode: 0o555, Content: content}
}

func kept(t testing.TB, index v1.ImageIndex) string {
	t.Helper()
	dir := t.TempDir()
	if _, err := layout.Write(dir, index); err != nil {
		t.Fatal(err)
	}
	return "oci:" + dir
}

func opened(t testing.TB, reference string) *Source {
	t.Helper()
	source, err := Open(context.Background(), reference)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := source.Close(); err != nil {
			t.Error(err)
		}
	})
	return source
}

func judgedImage(t *testing.T, source *Source, platform string, options Options) map[string]Finding {
	t.Helper()
	parsed, err := ParsePlatform(platform)
	if err != nil {
		t.Fatal(err)
	}
	subject, err := source.Subject(context.Background(), parsed)
	if err != nil {
		t.Fatal(err)
	}
	return Judge(context.Background(), subject, options)
}

// expect compares all findings: those that do not pass are in want, with a part
// of what was seen.
func expect(t *testing.T, findings map[string]Finding, want map[string]string) {
	t.Helper()
	for id, finding := range findings {
		seen, unmet := want[id]
		switch {
		case !unmet && finding.Status != report.Pass:
			t.Errorf("%s: %s: %s", id, finding.Status, finding.Seen)
		case unmet && finding.Status == report.Pass:
			t.Errorf("%s has passed, want %q", id, seen)
		case unmet && !strings.Contains(finding.Seen, seen):
			t.Errorf("%s: seen %q, want %q", id, finding.Seen, seen)
		case finding.Status == report.Fail && finding.Expected == "":
			t.Errorf("%s fails without saying what was expected", id)
		}
	}
}

func TestJudgesEveryStaticRequirement(t *testing.T) {
	var static []string
	for _, requirement := range requirement.All() {
		if requirement.Static {
			static = append(static, requirement.ID)
		}
	}
	if judged := slices.Sorted(maps.Keys(judges)); !slices.Equal(judged, slices.Sorted(slices.Values(static))) {
		t.Errorf("judged are %q, static are %q", judged, static)
	}
}

func TestTheRealPausePasses(t *testing.T) {
	source := opened(t, kept(t, fixture.Index(t, pauseFor(t, "linux/amd64"), pauseFor(t, "linux/arm64"), pauseFor(t, "linux/arm/v7"))))
	for _, platform := range []string{"linux/amd64", "linux/arm64/v8", "linux/arm"} {
		expect(t, judgedImage(t, source, platform, Options{}), nil)
	}
}

// sample is an image for linux/amd64 that differs from the real pause's: by files
// in a second layer, or by its configuration.
type sample struct {
	files     []fixture.File
	configure func(*v1.ConfigFile)
	options   Options
	want      map[string]string // what was seen of each requirement that is not met
}

func judgeSamples(t *testing.T, samples map[string]sample) {
	for name, sample := range samples {
		t.Run(name, func(t *testing.T) {
			config := configFor(t, "linux/amd64")
			if sample.configure != nil {
				sample.configure(&config)
			}
			image := fixture.Image(t, config,
				fixture.Layer(t, fixture.Tar(t, executable(pause(t, "linux/amd64")))), fixture.Layer(t, fixture.Tar(t, sample.files...)))
			source := opened(t, kept(t, fixture.Index(t, fixture.Entry{Platform: "linux/amd64", Image: image}, pauseFor(t, "linux/arm64"))))
			expect(t, judgedImage(t, source, "linux/amd64", sample.options), sample.want)
		})
	}
}

// patched is a program of which one byte is another.
func patched(content []byte, at int, value byte) []byte {
	content = bytes.Clone(content)
	content[at] = value
	return content
}
