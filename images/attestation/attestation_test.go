package attestation_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/images/attestation"
	"github.com/podsandbox/pause/pause/freestanding"
)

// revision has the form of a commit.
const revision = "da39a3ee5e6b4b0d3255bfef95601890afd80709"

func subject(t *testing.T) attestation.Build {
	t.Helper()
	release := images.Release{Version: "1.2.3", Revision: revision, Created: time.Unix(1700000000, 0)}
	programs := []freestanding.Program{
		{Platform: freestanding.Platforms[0], Bytes: []byte("one program")},
		{Platform: freestanding.Platforms[2], Bytes: []byte("another program")},
	}
	index, err := images.Index(release, programs)
	if err != nil {
		t.Fatal(err)
	}
	return attestation.Build{Release: release, Programs: programs, Index: index}
}

func contentOf(t *testing.T, kind attestation.Kind) []byte {
	t.Helper()
	content, err := kind.Attest(subject(t))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func digest(t *testing.T, of interface{ Digest() (v1.Hash, error) }) string {
	t.Helper()
	digest, err := of.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return digest.Hex
}

func TestAttestationsOfEqualBuildsAreEqual(t *testing.T) {
	for _, kind := range attestation.Kinds {
		if !bytes.Equal(contentOf(t, kind), contentOf(t, kind)) {
			t.Errorf("%s differs", kind.FileName)
		}
	}
}

func TestSBOMNamesEveryProgramInEveryImage(t *testing.T) {
	var document struct {
		Version  string `json:"spdxVersion"`
		Packages []struct {
			ID        string              `json:"SPDXID"`
			Checksums []map[string]string `json:"checksums"`
		}
		Files []struct {
			ID        string              `json:"SPDXID"`
			Name      string              `json:"fileName"`
			Checksums []map[string]string `json:"checksums"`
		}
		Relationships []map[string]string
	}
	if err := json.Unmarshal(contentOf(t, attestation.SBOM), &document); err != nil {
		t.Fatal(err)
	}
	if document.Version != "SPDX-2.3" || len(document.Packages) != 3 || len(document.Files) != 2 {
		t.Fatalf("document %+v", document)
	}
	if got, want := document.Packages[0].Checksums[0]["checksumValue"], digest(t, subject(t).Index); got != want {
		t.Errorf("the index is %s, want %s", got, want)
	}
	// Computed by sha1sum and sha256sum of "one program".
	want := []map[string]string{
		{"algorithm": "SHA1", "checksumValue": "badd6bd38b1c33b0fd33469608d836aaee8fce1a"},
		{"algorithm": "SHA256", "checksumValue": "e682db6e738738235f98a4d19d1be5188c93f71f1cbc26375c1ce63a072bbec4"},
	}
	if file := document.Files[0]; file.Name != "./pause" || !reflect.DeepEqual(file.Checksums, want) {
		t.Errorf("file %+v, want checksums %v", file, want)
	}
	elements := map[string]bool{}
	for _, relationship := range document.Relationships {
		elements[relationship["relatedSpdxElement"]] = true
	}
	for _, element := range []string{document.Packages[0].ID, document.Packages[1].ID, document.Packages[2].ID, document.Files[0].ID, document.Files[1].ID} {
		if !elements[element] {
			t.Errorf("nothing is related to %s", element)
		}
	}
}

func TestProvenanceNamesImagesSourceAndToolchain(t *testing.T) {
	var statement struct {
		Type          string `json:"_type"`
		PredicateType string
		Subject       []struct{ Digest map[string]string }
		Predicate     struct {
			BuildDefinition struct {
				ExternalParameters   map[string]any
				InternalParameters   map[string]string
				ResolvedDependencies []map[string]any
			}
		}
	}
	if err := json.Unmarshal(contentOf(t, attestation.Provenance), &statement); err != nil {
		t.Fatal(err)
	}
	if statement.Type != "https://in-toto.io/Statement/v1" || statement.PredicateType != "https://slsa.dev/provenance/v1" {
		t.Errorf("statement of type %s with %s", statement.Type, statement.PredicateType)
	}
	if len(statement.Subject) != 3 || statement.Subject[0].Digest["sha256"] != digest(t, subject(t).Index) {
		t.Errorf("subjects %v", statement.Subject)
	}
	definition := statement.Predicate.BuildDefinition
	want := map[string]any{"version": "1.2.3", "platforms": []any{"linux/amd64", "linux/arm/v7"}, "sourceDateEpoch": 1.7e9}
	if !reflect.DeepEqual(definition.ExternalParameters, want) {
		t.Errorf("parameters %v, want %v", definition.ExternalParameters, want)
	}
	if definition.InternalParameters["goVersion"] != runtime.Version() {
		t.Errorf("toolchain %v", definition.InternalParameters)
	}
	if uri, _ := definition.ResolvedDependencies[0]["uri"].(string); !strings.HasSuffix(uri, "/pause@"+revision) {
		t.Errorf("source %v", definition.ResolvedDependencies)
	}
}

func TestReferrerIsAValidArtifactOfItsSubject(t *testing.T) {
	index := subject(t).Index
	referrer, err := attestation.SBOM.Referrer([]byte("content"), index)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Image(referrer, validate.Fast); err != nil {
		t.Error(err)
	}
	manifest, err := referrer.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	if manifest.ArtifactType != "application/spdx+json" || manifest.Subject.Digest.Hex != digest(t, index) {
		t.Errorf("manifest %+v", manifest)
	}
}
