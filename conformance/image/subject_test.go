package image

import (
	"bytes"
	"context"
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

func TestPlatformsAreMetWithTolerance(t *testing.T) {
	image := pauseFor(t, "linux/amd64").Image
	for _, test := range []struct{ held, wanted, want string }{
		{"linux/arm64/v8", "linux/arm64", "linux/arm64"},
		{"linux/arm64", "linux/arm64/v8", "linux/arm64"},
		{"linux/amd64/v1", "linux/amd64", "linux/amd64"},
		{"linux/amd64/v2", "linux/amd64", "linux/amd64/v2"},
		{"linux/arm", "linux/arm/v7", "linux/arm/v7"},
		{"linux/arm/v6", "linux/arm/v7", ""},
		{"linux/amd64", "linux/amd64/v3", ""},
		{"linux/amd64", "windows/amd64", ""},
	} {
		source := opened(t, kept(t, fixture.Index(t, fixture.Entry{Platform: test.held, Image: image})))
		wanted, err := ParsePlatform(test.wanted)
		if err != nil {
			t.Fatal(err)
		}
		subject, err := source.Subject(context.Background(), wanted)
		if got := ""; err == nil {
			got = subject.Platform.String()
			if got != test.want {
				t.Errorf("%s in place of %s is %q", test.held, test.wanted, got)
			}
		} else if test.want != "" {
			t.Errorf("%s in place of %s: %v", test.held, test.wanted, err)
		}
	}
}

func TestRefusesWhatIsNoPlatform(t *testing.T) {
	for _, text := range []string{"", "linux", "linux/", "/amd64", "linux//v7", "linux/arm/v7/x", "linux/amd64,linux/arm64", "all"} {
		if platform, err := ParsePlatform(text); err == nil {
			t.Errorf("%q is taken for %s", text, platform)
		}
	}
}

func TestNamesWhatToDoAboutAMissingPlatform(t *testing.T) {
	arm := v1.Platform{OS: "linux", Architecture: "arm64"}
	amd64 := pauseFor(t, "linux/amd64")
	index := fixture.Index(t, amd64, pauseFor(t, "linux/s390x"))
	digest, err := index.Digest()
	if err != nil {
		t.Fatal(err)
	}
	reference := kept(t, index)
	want := fmt.Sprintf("image %q: no linux/arm64 in index %s; pass --platform linux/amd64,linux/s390x or push an index that has it", reference, digest)
	if _, err := opened(t, reference).Subject(context.Background(), arm); err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
	reference = kept(t, fixture.Index(t, amd64))
	want = fmt.Sprintf("image %q: it is for linux/amd64, not for linux/arm64; pass --platform linux/amd64 or an image for it", reference)
	if _, err := opened(t, reference).Subject(context.Background(), arm); err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestJudgesTheIndex(t *testing.T) {
	amd64, arm64 := pauseFor(t, "linux/amd64"), pauseFor(t, "linux/arm64")
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
		"one is missing":     {mutate.AppendManifests(fixture.Index(t, amd64, pauseFor(t, "linux/s390x")), attestation), "linux/arm64 is not there"},
		"one is there twice": {fixture.Index(t, amd64, arm64, fixture.Entry{Platform: "linux/arm64/v8", Image: arm64.Image}), "linux/arm64 is there more than once"},
		"both":               {fixture.Index(t, amd64, amd64), "linux/amd64 is there more than once; linux/arm64 is not there"},
		"no index":           {fixture.Index(t, amd64), "a single manifest for linux/amd64 and no index"},
	} {
		t.Run(name, func(t *testing.T) {
			finding := judgedImage(t, opened(t, kept(t, test.index)), "linux/amd64", Options{})["IMG-INDEX"]
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
		image := fixture.Image(t, configFor(t, test.configured), fixture.Layer(t, fixture.Tar(t, executable(fixture.ARM(t, test.program)))))
		source := opened(t, kept(t, fixture.Index(t, fixture.Entry{Platform: test.indexed, Image: image})))
		if finding := judgedImage(t, source, test.indexed, Options{})["IMG-PLATFORM"]; finding.Seen != test.want {
			t.Errorf("%s, %s: seen %q, want %q", test.indexed, test.configured, finding.Seen, test.want)
		}
	}
}

func TestAnArchitectureThatNoImageHasIsNone(t *testing.T) {
	image := fixture.Image(t, configFor(t, "linux/x86_64"), fixture.Layer(t, fixture.Tar(t, executable(pause(t, "linux/amd64")))))
	source := opened(t, kept(t, fixture.Index(t, fixture.Entry{Platform: "linux/x86_64", Image: image})))
	finding := judgedImage(t, source, "linux/x86_64", Options{})["IMG-PLATFORM"]
	if !strings.Contains(finding.Seen, `the configuration says architecture "x86_64"`) {
		t.Errorf("seen %q", finding.Seen)
	}
}

func TestDisagreementsAreFoundWithoutAnEntryPoint(t *testing.T) {
	image := fixture.Image(t, configFor(t, "linux/arm64"))
	source := opened(t, kept(t, fixture.Index(t, fixture.Entry{Platform: "linux/amd64", Image: image})))
	finding := judgedImage(t, source, "linux/amd64", Options{})["IMG-PLATFORM"]
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
	entry := pauseFor(t, "linux/amd64")
	manifest, err := entry.Image.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	size, err := entry.Image.Size()
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("%d bytes compressed, ", size+manifest.Config.Size+manifest.Layers[0].Size)
	finding := judgedImage(t, opened(t, kept(t, fixture.Index(t, entry))), "linux/amd64", Options{})["IMG-SIZE"]
	if !strings.HasPrefix(finding.Evidence[0].Text, want) {
		t.Errorf("evidence %q, want %q", finding.Evidence[0].Text, want)
	}
}

func TestWhatIsKeptUncompressedIsMeasuredCompressed(t *testing.T) {
	archive := fixture.Tar(t, executable(make([]byte, 600<<10)))
	image := fixture.Image(t, configFor(t, "linux/amd64"), static.NewLayer(archive, types.OCIUncompressedLayer))
	source := opened(t, kept(t, fixture.Index(t, fixture.Entry{Platform: "linux/amd64", Image: image})))
	if finding := judgedImage(t, source, "linux/amd64", Options{})["IMG-SIZE"]; finding.Seen != "" {
		t.Errorf("zeros that compress well: %s", finding.Seen)
	}
}

func TestAnArchiveIsTheSameImage(t *testing.T) {
	source := opened(t, kept(t, bothPauses(t)))
	for _, platform := range source.Platforms() {
		subject, err := source.Subject(context.Background(), platform)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(subject.Digest, "sha256:") {
			t.Errorf("digest %q", subject.Digest)
		}
		var archive bytes.Buffer
		if err := subject.Archive(&archive, "conformance/subject:1"); err != nil {
			t.Fatal(err)
		}
		copied := opened(t, "docker-archive:"+written(t, "copy.tar", archive.Bytes())+":conformance/subject:1")
		expectPauses(t, copied, []string{platform.String()})
	}
}
