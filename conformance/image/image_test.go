package image

import (
	"context"
	"fmt"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

func TestPlatformsAreMetWithTolerance(t *testing.T) {
	image := fixture.PauseFor(t, "linux/amd64").Image
	for _, test := range []struct{ held, target, want string }{
		{"linux/arm64/v8", "linux/arm64", "linux/arm64"},
		{"linux/arm64", "linux/arm64/v8", "linux/arm64"},
		{"linux/amd64/v1", "linux/amd64", "linux/amd64"},
		{"linux/amd64/v2", "linux/amd64", "linux/amd64/v2"},
		{"linux/arm", "linux/arm/v7", "linux/arm/v7"},
		{"linux/arm/v6", "linux/arm/v7", ""},
		{"linux/amd64", "linux/amd64/v3", ""},
		{"linux/amd64", "windows/amd64", ""},
	} {
		source := openSource(t, fixture.Layout(t, fixture.Index(t, fixture.Entry{Platform: test.held, Image: image})))
		target, err := ParsePlatform(test.target)
		if err != nil {
			t.Fatal(err)
		}
		subject, err := source.Image(context.Background(), target)
		if got := ""; err == nil {
			got = subject.Platform.String()
			if got != test.want {
				t.Errorf("%s in place of %s is %q", test.held, test.target, got)
			}
		} else if test.want != "" {
			t.Errorf("%s in place of %s: %v", test.held, test.target, err)
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
	amd64 := fixture.PauseFor(t, "linux/amd64")
	index := fixture.Index(t, amd64, fixture.PauseFor(t, "linux/s390x"))
	digest, err := index.Digest()
	if err != nil {
		t.Fatal(err)
	}
	reference := fixture.Layout(t, index)
	want := fmt.Sprintf("image %q: no linux/arm64 in index %s; pass --platform linux/amd64,linux/s390x or push an index that has it", reference, digest)
	if _, err := openSource(t, reference).Image(context.Background(), arm); err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
	reference = fixture.Layout(t, fixture.Index(t, amd64))
	want = fmt.Sprintf("image %q: it is for linux/amd64, not for linux/arm64; pass --platform linux/amd64 or an image for it", reference)
	if _, err := openSource(t, reference).Image(context.Background(), arm); err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestImagesForOtherSystemsAreNotJudged(t *testing.T) {
	for platform, want := range map[string]string{
		"windows/amd64": "Windows images are not judged; pass --platform linux/amd64,linux/arm64",
		"freebsd/amd64": "images for freebsd are not judged",
	} {
		index := mutate.AppendManifests(fixture.BothPauses(t), mutate.IndexAddendum{Add: empty.Image, Descriptor: v1.Descriptor{
			Platform: &v1.Platform{OS: strings.TrimSuffix(platform, "/amd64"), Architecture: "amd64"},
		}})
		target, err := ParsePlatform(platform)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := openSource(t, fixture.Layout(t, index)).Image(context.Background(), target); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", platform, err, want)
		}
	}
}

func TestKnowsAHealthCheck(t *testing.T) {
	for name, check := range map[string]*v1.HealthConfig{"none": nil, "inherited": {}, "switched off": {Test: []string{"NONE"}}} {
		image := Image{Config: &v1.ConfigFile{Config: v1.Config{Healthcheck: check}}}
		if image.HasHealthcheck() {
			t.Errorf("%s is taken for one", name)
		}
	}
	image := Image{Config: &v1.ConfigFile{Config: v1.Config{Healthcheck: &v1.HealthConfig{Test: []string{"CMD", "/pause"}}}}}
	if !image.HasHealthcheck() {
		t.Error("a health check is not seen")
	}
}
