package static

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
	"github.com/podsandbox/pause/conformance/image/program"
	"github.com/podsandbox/pause/conformance/report"
)

func TestJudgesTheIndex(t *testing.T) {
	amd64, arm64 := fixture.PauseFor(t, "linux/amd64"), fixture.PauseFor(t, "linux/arm64")
	attestation := mutate.IndexAddendum{Add: arm64.Image, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "unknown", Architecture: "unknown"}}}
	marked := mutate.IndexAddendum{Add: arm64.Image, Descriptor: v1.Descriptor{
		Platform: attestation.Platform.DeepCopy(), Annotations: map[string]string{"vnd.docker.reference.type": "attestation-manifest"},
	}}
	marked.Platform.OS, marked.Platform.Architecture = "linux", "arm64"
	artifact := mutate.IndexAddendum{Add: mutate.ConfigMediaType(arm64.Image, "application/vnd.example"), Descriptor: v1.Descriptor{Platform: marked.Platform}}
	for name, test := range map[string]struct {
		index v1.ImageIndex
		want  string
	}{
		"each once":          {fixture.Index(t, amd64, arm64), ""},
		"attestations":       {mutate.AppendManifests(fixture.Index(t, amd64, arm64), attestation, attestation), ""},
		"attachments":        {mutate.AppendManifests(fixture.Index(t, amd64, arm64), marked, artifact), ""},
		"one is missing":     {mutate.AppendManifests(fixture.Index(t, amd64, fixture.PauseFor(t, "linux/s390x")), attestation), "linux/arm64 is not there"},
		"one is there twice": {fixture.Index(t, amd64, arm64, fixture.Entry{Platform: "linux/arm64/v8", Image: arm64.Image}), "linux/arm64 is there more than once"},
		"both":               {fixture.Index(t, amd64, amd64), "linux/amd64 is there more than once; linux/arm64 is not there"},
		"no index":           {fixture.Index(t, amd64), "a single manifest for linux/amd64 and no index"},
	} {
		t.Run(name, func(t *testing.T) {
			finding := results(t, opened(t, fixture.Layout(t, test.index)), "linux/amd64", Options{})["IMG-INDEX"]
			if finding.Seen != test.want {
				t.Errorf("seen %q, want %q", finding.Seen, test.want)
			}
		})
	}
}

func TestJudgesTheVariantOfArm(t *testing.T) {
	for _, test := range []struct {
		indexed, configured string
		program             byte // Tag_CPU_arch
		want                string
	}{
		{"linux/arm/v7", "linux/arm", 10, ""},
		{"linux/arm/v7", "linux/arm/v7", 6, ""},
		{"linux/arm/v6", "linux/arm/v6", 10, `/pause is for arm v7, the configuration says variant "v6"`},
		{"linux/arm/v6", "linux/arm/v7", 6, "the index entry says linux/arm/v6, the configuration linux/arm/v7"},
	} {
		built := fixture.Image(t, fixture.ConfigFor(t, test.configured), fixture.Layer(t, fixture.Tar(t, fixture.Executable(fixture.ARM(t, test.program)))))
		source := opened(t, fixture.Layout(t, fixture.Index(t, fixture.Entry{Platform: test.indexed, Image: built})))
		if finding := results(t, source, test.indexed, Options{})["IMG-PLATFORM"]; finding.Seen != test.want {
			t.Errorf("%s, %s: seen %q, want %q", test.indexed, test.configured, finding.Seen, test.want)
		}
	}
}

func TestAnArchitectureThatNoImageHasIsNone(t *testing.T) {
	built := fixture.Image(t, fixture.ConfigFor(t, "linux/x86_64"), fixture.Layer(t, fixture.Tar(t, fixture.Executable(fixture.CachedPause(t, "linux/amd64")))))
	source := opened(t, fixture.Layout(t, fixture.Index(t, fixture.Entry{Platform: "linux/x86_64", Image: built})))
	finding := results(t, source, "linux/x86_64", Options{})["IMG-PLATFORM"]
	if !strings.Contains(finding.Seen, `the configuration says architecture "x86_64"`) {
		t.Errorf("seen %q", finding.Seen)
	}
}

func TestDisagreementsAreFoundWithoutAnEntryPoint(t *testing.T) {
	built := fixture.Image(t, fixture.ConfigFor(t, "linux/arm64"))
	source := opened(t, fixture.Layout(t, fixture.Index(t, fixture.Entry{Platform: "linux/amd64", Image: built})))
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
	finding := results(t, opened(t, fixture.Layout(t, fixture.Index(t, entry))), "linux/amd64", Options{})["IMG-SIZE"]
	if !strings.HasPrefix(finding.Evidence[0].Text, want) {
		t.Errorf("evidence %q, want %q", finding.Evidence[0].Text, want)
	}
}

func TestWhatIsKeptUncompressedIsMeasuredCompressed(t *testing.T) {
	archive := fixture.Tar(t, fixture.Executable(make([]byte, 600<<10)))
	built := fixture.Image(t, fixture.ConfigFor(t, "linux/amd64"), static.NewLayer(archive, types.OCIUncompressedLayer))
	source := opened(t, fixture.Layout(t, fixture.Index(t, fixture.Entry{Platform: "linux/amd64", Image: built})))
	if finding := results(t, source, "linux/amd64", Options{})["IMG-SIZE"]; finding.Seen != "" {
		t.Errorf("zeros that compress well: %s", finding.Seen)
	}
}
