package static

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/conformance/image"
	"github.com/podsandbox/pause/conformance/image/internal/fixture"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

func open(t testing.TB, reference string) *image.Source {
	t.Helper()
	source, err := image.Open(context.Background(), reference)
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

func results(t *testing.T, source *image.Source, platform string, options Options) map[string]report.Result {
	t.Helper()
	value, err := image.ParsePlatform(platform)
	if err != nil {
		t.Fatal(err)
	}
	subject, err := source.Image(context.Background(), value)
	if err != nil {
		t.Fatal(err)
	}
	return Judge(context.Background(), subject, options)
}

// expect compares all findings: those that do not pass are in want, with a part
// of what was seen.
func expect(t *testing.T, findings map[string]report.Result, want map[string]string) {
	t.Helper()
	for id, finding := range findings {
		evidence, unmet := want[id]
		switch {
		case !unmet && finding.Status != report.Pass:
			t.Errorf("%s: %s: %s", id, finding.Status, finding.Seen)
		case unmet && finding.Status == report.Pass:
			t.Errorf("%s has passed, want %q", id, evidence)
		case unmet && !strings.Contains(finding.Seen, evidence):
			t.Errorf("%s: seen %q, want %q", id, finding.Seen, evidence)
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
	if ids := slices.Sorted(maps.Keys(judges)); !slices.Equal(ids, slices.Sorted(slices.Values(static))) {
		t.Errorf("judged are %q, static are %q", ids, static)
	}
}

func TestTheRealPausePasses(t *testing.T) {
	source := open(t, fixture.Layout(t, fixture.Index(t, fixture.PauseFor(t, "linux/amd64"), fixture.PauseFor(t, "linux/arm64"), fixture.PauseFor(t, "linux/arm/v7"))))
	for _, platform := range []string{"linux/amd64", "linux/arm64/v8", "linux/arm"} {
		expect(t, results(t, source, platform, Options{}), nil)
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
			config := fixture.ConfigFor(t, "linux/amd64")
			if sample.configure != nil {
				sample.configure(&config)
			}
			built := fixture.Image(t, config,
				fixture.Layer(t, fixture.Tar(t, fixture.Executable(fixture.CachedPause(t, "linux/amd64")))), fixture.Layer(t, fixture.Tar(t, sample.files...)))
			source := open(t, fixture.Layout(t, fixture.Index(t, fixture.Entry{Platform: "linux/amd64", Image: built}, fixture.PauseFor(t, "linux/arm64"))))
			expect(t, results(t, source, "linux/amd64", sample.options), sample.want)
		})
	}
}

// patch changes one byte of a copy of the program.
func patch(content []byte, at int, value byte) []byte {
	content = bytes.Clone(content)
	content[at] = value
	return content
}
