package image

import (
	"context"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

// namedImage is a manifest of a layout with its annotations.
type namedImage struct {
	image       v1.Image
	annotations map[string]string
}

func references(names ...string) map[string]string {
	annotations := map[string]string{}
	for i, name := range names {
		annotations[nameKeys[i]] = name
	}
	return annotations
}

func namedLayout(t *testing.T, images ...namedImage) string {
	t.Helper()
	dir := t.TempDir()
	path, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	for _, next := range images {
		if err := path.AppendImage(next.image, layout.WithAnnotations(next.annotations)); err != nil {
			t.Fatal(err)
		}
	}
	return "oci:" + dir
}

func TestOneTagOfTwoImagesIsAnErrorThatNamesBoth(t *testing.T) {
	one, two := fixture.PauseFor(t, "linux/amd64").Image, fixture.PauseFor(t, "linux/arm64").Image
	reference := namedLayout(t,
		namedImage{one, references("3.10", "registry.example/pause:3.10")}, namedImage{two, references("3.10", "registry.example/other:3.10")})
	_, err := Open(context.Background(), reference+":3.10")
	if err == nil || !strings.Contains(err.Error(), `several images named "3.10"`) ||
		!strings.Contains(err.Error(), "registry.example/pause:3.10") || !strings.Contains(err.Error(), "registry.example/other:3.10") {
		t.Errorf("got %v", err)
	}
	if _, err := Open(context.Background(), reference); err == nil || strings.Contains(err.Error(), "one of 3.10,") {
		t.Errorf("a name of both is no advice: %v", err)
	}
	expectPauses(t, openSource(t, reference+":registry.example/pause:3.10"), []string{"linux/amd64"})
	expectPauses(t, openSource(t, reference+":other:3.10"), []string{"linux/arm64"})
}

func TestTheSameNameOfTwoImagesIsAnError(t *testing.T) {
	one := fixture.PauseFor(t, "linux/amd64").Image
	config := fixture.ConfigFor(t, "linux/amd64")
	config.Author = "somebody else"
	two := fixture.Image(t, config)
	reference := namedLayout(t, namedImage{one, references("1")}, namedImage{two, references("1")})
	for _, tag := range []string{"", ":1"} {
		if _, err := Open(context.Background(), reference+tag); err == nil || !strings.Contains(err.Error(), `several images named "1"`) {
			t.Errorf("%q: %v", tag, err)
		}
	}
}

func TestManifestsOfOneNameForSeveralPlatformsAreOneImage(t *testing.T) {
	reference := namedLayout(t,
		namedImage{fixture.PauseFor(t, "linux/amd64").Image, references("1")}, namedImage{fixture.PauseFor(t, "linux/arm64").Image, references("1")})
	expectPauses(t, openSource(t, reference+":1"), bothPlatforms)
}

func TestAFullNameGoesBeforeTheEndOfAnother(t *testing.T) {
	reference := namedLayout(t,
		namedImage{fixture.PauseFor(t, "linux/arm64").Image, references("registry.example/pause:1")}, namedImage{fixture.PauseFor(t, "linux/amd64").Image, references("1")})
	expectPauses(t, openSource(t, reference+":1"), []string{"linux/amd64"})
}

func TestWhatIsAttachedToAnImageMakesNoNameAmbiguous(t *testing.T) {
	pause := fixture.PauseFor(t, "linux/amd64").Image
	signature, err := mutate.Append(fixture.Image(t, v1.ConfigFile{}), mutate.Addendum{
		Layer: static.NewLayer([]byte("{}"), "application/vnd.dev.cosign.simplesigning.v1+json"),
	})
	if err != nil {
		t.Fatal(err)
	}
	artifact := mutate.ConfigMediaType(fixture.Image(t, v1.ConfigFile{Author: "a"}), "application/vnd.example+json")
	another := func(author string) v1.Image { return fixture.Image(t, v1.ConfigFile{Author: author}) }
	reference := namedLayout(t, namedImage{pause, references("1")},
		namedImage{signature, references("1")},
		namedImage{artifact, references("1")},
		namedImage{another("b"), references("sha256-" + strings.Repeat("0", 64) + ".sig")},
		namedImage{another("c"), references("registry.example/pause:sha256-" + strings.Repeat("0", 64))},
		namedImage{another("d"), map[string]string{"vnd.docker.reference.type": "attestation-manifest"}},
		namedImage{another("e"), map[string]string{"kind": "dev.cosignproject.cosign/sigs"}})
	for _, tag := range []string{"", ":1"} {
		expectPauses(t, openSource(t, reference+tag), []string{"linux/amd64"})
	}
}

func TestASignatureIsNoImage(t *testing.T) {
	signature, err := mutate.Append(fixture.Image(t, v1.ConfigFile{}), mutate.Addendum{
		Layer: static.NewLayer([]byte("{}"), "application/vnd.dev.cosign.simplesigning.v1+json"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), namedLayout(t, namedImage{signature, nil})); err == nil || !strings.Contains(err.Error(), "holds no image") {
		t.Errorf("got %v", err)
	}
}
