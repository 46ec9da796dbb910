package static

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/podsandbox/pause/conformance/image"
	"github.com/podsandbox/pause/conformance/image/internal/fixture"
	"github.com/podsandbox/pause/conformance/image/program"
	"github.com/podsandbox/pause/conformance/report"
)

func TestJudgesTheIndex(t *testing.T) {
	amd64, arm64 := fixture.PauseFor(t, "linux/amd64"), fixture.PauseFor(t, "linux/arm64")
	attestation := mutate.IndexAddendum{Add: arm64.Image, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "unknown", Architecture: "unknown"}}}
	arm64Attestation := mutate.IndexAddendum{Add: arm64.Image, Descriptor: v1.Descriptor{
		Platform: attestation.Platform.DeepCopy(), Annotations: map[string]string{"vnd.docker.reference.type": "attestation-manifest"},
	}}
	arm64Attestation.Platform.OS, arm64Attestation.Platform.Architecture = "linux", "arm64"
	artifact := mutate.IndexAddendum{Add: mutate.ConfigMediaType(arm64.Image, "application/vnd.example"), Descriptor: v1.Descriptor{Platform: arm64Attestation.Platform}}
	for name, test := range map[string]struct {
		index v1.ImageIndex
		want  string
	}{
		"each once":          {fixture.Index(t, amd64, arm64), ""},
		"attestations":       {mutate.AppendManifests(fixture.Index(t, amd64, arm64), attestation, attestation), ""},
		"attachments":        {mutate.AppendManifests(fixture.Index(t, amd64, arm64), arm64Attestation, artifact), ""},
		"one is missing":     {mutate.AppendManifests(fixture.Index(t, amd64, fixture.PauseFor(t, "linux/s390x")), attestation), "linux/arm64 is not there"},
		"one is there twice": {fixture.Index(t, amd64, arm64, fixture.Entry{Platform: "linux/arm64/v8", Image: arm64.Image}), "linux/arm64 is there more than once"},
		"both":               {fixture.Index(t, amd64, amd64), "linux/amd64 is there more than once; linux/arm64 is not there"},
		"no index":           {fixture.Index(t, amd64), "a single manifest for linux/amd64 and no index"},
	} {
		t.Run(name, func(t *testing.T) {
			finding := results(t, open(t, fixture.Layout(t, test.index)), "linux/amd64", Options{})["IMG-INDEX"]
			if finding.Seen != test.want {
				t.Errorf("seen %q, want %q", finding.Seen, test.want)
			}
		})
	}
}

// windows is an entry as upstream's index has one for each version of Windows.
func windows(t *testing.T, version string, features ...string) mutate.IndexAddendum {
	t.Helper()
	config := fixture.ConfigFor(t, "windows/amd64")
	config.OSVersion = version
	return mutate.IndexAddendum{Add: fixture.Image(t, config), Descriptor: v1.Descriptor{
		Platform: &v1.Platform{OS: "windows", Architecture: "amd64", OSVersion: version, OSFeatures: features},
	}}
}

func TestVersionsAndFeaturesOfWindowsTellEntriesApart(t *testing.T) {
	const old, young = "10.0.17763.1", "10.0.20348.1"
	for name, test := range map[string]struct {
		entries []mutate.IndexAddendum
		want    string
	}{
		"two versions":              {[]mutate.IndexAddendum{windows(t, old), windows(t, young)}, ""},
		"one with a feature":        {[]mutate.IndexAddendum{windows(t, old), windows(t, old, "win32k")}, ""},
		"one version twice":         {[]mutate.IndexAddendum{windows(t, old), windows(t, old)}, "windows/amd64:10.0.17763.1 is there more than once"},
		"features in another order": {[]mutate.IndexAddendum{windows(t, old, "a", "b"), windows(t, old, "b", "a")}, "windows/amd64:10.0.17763.1 with a, b is there more than once"},
	} {
		t.Run(name, func(t *testing.T) {
			source := open(t, fixture.Layout(t, mutate.AppendManifests(fixture.BothPauses(t), test.entries...)))
			if result := results(t, source, "linux/amd64", Options{})["IMG-INDEX"]; result.Seen != test.want {
				t.Errorf("seen %q, want %q", result.Seen, test.want)
			}
		})
	}
}

func TestJudgesAnImageWhoseConfigurationNamesNoPlatform(t *testing.T) {
	anonymous := func(platform string, configure func(*v1.ConfigFile)) v1.Image {
		config := fixture.ConfigFor(t, platform)
		config.OS, config.Architecture = "", ""
		if configure != nil {
			configure(&config)
		}
		return fixture.Image(t, config, fixture.Layer(t, fixture.Tar(t, fixture.Executable(fixture.CachedPause(t, platform)))))
	}
	const none = "the configuration names no os; the configuration names no architecture"
	alone := func(image v1.Image) v1.ImageIndex {
		return mutate.AppendManifests(fixture.Index(t), mutate.IndexAddendum{Add: image})
	}
	for name, test := range map[string]struct {
		index          v1.ImageIndex
		platform, want string
	}{
		"alone":                        {alone(anonymous("linux/arm64", nil)), "linux/arm64", none},
		"in an index that names it":    {fixture.Index(t, fixture.Entry{Platform: "linux/arm64", Image: anonymous("linux/arm64", nil)}), "linux/arm64", none},
		"in an index that is wrong":    {fixture.Index(t, fixture.Entry{Platform: "linux/amd64", Image: anonymous("linux/arm64", nil)}), "linux/amd64", "/pause is for EM_AARCH64"},
		"an operating system alone":    {alone(anonymous("linux/arm64", func(c *v1.ConfigFile) { c.OS = "linux" })), "linux/arm64", "the configuration names no architecture"},
		"an architecture alone":        {alone(anonymous("linux/arm64", func(c *v1.ConfigFile) { c.Architecture = "arm64" })), "linux/arm64", "the configuration names no os"},
		"no entry point: as on a host": {alone(anonymous("linux/amd64", func(c *v1.ConfigFile) { c.Config.Entrypoint = nil })), "linux/" + runtime.GOARCH, none},
		"an empty platform":            {mutate.AppendManifests(fixture.Index(t), mutate.IndexAddendum{Add: anonymous("linux/arm64", nil), Descriptor: v1.Descriptor{Platform: &v1.Platform{}}}), "linux/arm64", none},
	} {
		t.Run(name, func(t *testing.T) {
			source := open(t, fixture.Layout(t, test.index))
			if got := image.Join(source.Platforms()); got != test.platform {
				t.Errorf("it is for %s, want %s", got, test.platform)
			}
			if result := results(t, source, test.platform, Options{})["IMG-PLATFORM"]; result.Status != report.Fail || !strings.Contains(result.Seen, test.want) {
				t.Errorf("%s: seen %q, want %q", result.Status, result.Seen, test.want)
			}
		})
	}
}

func TestAnEntryWithoutAPlatformStandsForNone(t *testing.T) {
	index := mutate.AppendManifests(fixture.BothPauses(t), mutate.IndexAddendum{Add: fixture.Image(t, v1.ConfigFile{})})
	source := open(t, fixture.Layout(t, index))
	if result := results(t, source, "linux/amd64", Options{})["IMG-INDEX"]; result.Status != report.Pass {
		t.Errorf("%s: %s", result.Status, result.Seen)
	}
}

func TestAnEntryWithAnEmptyPlatformSaysNothing(t *testing.T) {
	entry := mutate.IndexAddendum{Add: fixture.PauseFor(t, "linux/amd64").Image, Descriptor: v1.Descriptor{Platform: &v1.Platform{}}}
	source := open(t, fixture.Layout(t, mutate.AppendManifests(fixture.Index(t), entry)))
	if result := results(t, source, "linux/amd64", Options{})["IMG-PLATFORM"]; result.Seen != "the index entry says nothing, the configuration linux/amd64" {
		t.Errorf("%s: %s", result.Status, result.Seen)
	}
}

func TestJudgesTheVariantOfArm(t *testing.T) {
	for _, test := range []struct {
		inIndex, inConfig string
		program           byte // Tag_CPU_arch
		want              string
	}{
		{"linux/arm/v7", "linux/arm", 10, ""},
		{"linux/arm/v7", "linux/arm/v7", 6, ""},
		{"linux/arm/v6", "linux/arm/v6", 10, `/pause is for arm v7, the configuration says variant "v6"`},
		{"linux/arm/v6", "linux/arm/v7", 6, "the index entry says linux/arm/v6, the configuration linux/arm/v7"},
	} {
		built := fixture.Image(t, fixture.ConfigFor(t, test.inConfig), fixture.Layer(t, fixture.Tar(t, fixture.Executable(fixture.ARM(t, test.program)))))
		source := open(t, fixture.Layout(t, fixture.Index(t, fixture.Entry{Platform: test.inIndex, Image: built})))
		if finding := results(t, source, test.inIndex, Options{})["IMG-PLATFORM"]; finding.Seen != test.want {
			t.Errorf("%s, %s: seen %q, want %q", test.inIndex, test.inConfig, finding.Seen, test.want)
		}
	}
}

func TestAnArchitectureThatNoImageHasIsNone(t *testing.T) {
	built := fixture.Image(t, fixture.ConfigFor(t, "linux/x86_64"), fixture.Layer(t, fixture.Tar(t, fixture.Executable(fixture.CachedPause(t, "linux/amd64")))))
	source := open(t, fixture.Layout(t, fixture.Index(t, fixture.Entry{Platform: "linux/x86_64", Image: built})))
	finding := results(t, source, "linux/x86_64", Options{})["IMG-PLATFORM"]
	if !strings.Contains(finding.Seen, `the configuration says architecture "x86_64"`) {
		t.Errorf("seen %q", finding.Seen)
	}
}

func TestDisagreementsAreFoundWithoutAnEntryPoint(t *testing.T) {
	built := fixture.Image(t, fixture.ConfigFor(t, "linux/arm64"))
	source := open(t, fixture.Layout(t, fixture.Index(t, fixture.Entry{Platform: "linux/amd64", Image: built})))
	finding := results(t, source, "linux/amd64", Options{})["IMG-PLATFORM"]
	if finding.Seen != "the index entry says linux/amd64, the configuration linux/arm64" {
		t.Errorf("seen %q", finding.Seen)
	}
}

func TestAnEntryPointThatCannotBeReadIsAnError(t *testing.T) {
	unreadable := &examination{unread: errors.New("connection reset")}
	finding := unreadable.withProgram("", func(*program.Program) []string { return nil })
	if finding.Status != report.Error || finding.Seen != "connection reset" {
		t.Errorf("found %+v", finding)
	}
}

func TestTheSizeIsWhatANodeTransfers(t *testing.T) {
	entry := fixture.PauseFor(t, "linux/amd64")
	manifest, err := entry.Image.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	size, err := entry.Image.Size()
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("%d bytes compressed, ", size+manifest.Config.Size+manifest.Layers[0].Size)
	finding := results(t, open(t, fixture.Layout(t, fixture.Index(t, entry))), "linux/amd64", Options{})["IMG-SIZE"]
	if !strings.HasPrefix(finding.Evidence[0].Text, want) {
		t.Errorf("evidence %q, want %q", finding.Evidence[0].Text, want)
	}
}

func TestWhatIsKeptUncompressedIsMeasuredCompressed(t *testing.T) {
	archive := fixture.Tar(t, fixture.Executable(make([]byte, 600<<10)))
	built := fixture.Image(t, fixture.ConfigFor(t, "linux/amd64"), static.NewLayer(archive, types.OCIUncompressedLayer))
	source := open(t, fixture.Layout(t, fixture.Index(t, fixture.Entry{Platform: "linux/amd64", Image: built})))
	if finding := results(t, source, "linux/amd64", Options{})["IMG-SIZE"]; finding.Seen != "" {
		t.Errorf("zeros that compress well: %s", finding.Seen)
	}
}
