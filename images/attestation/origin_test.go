package attestation_test

import (
	"bytes"
	"regexp"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/images/attestation"
)

func TestOnlyAttestationsOfTheBuildNameTheirIndex(t *testing.T) {
	own, err := subject(t).Index.Digest()
	if err != nil {
		t.Fatal(err)
	}
	other := v1.Hash{Algorithm: "sha256", Hex: own.Hex[1:] + "0"}
	for _, kind := range attestation.Kinds {
		content := contentOf(t, kind)
		if !kind.Names(content, own) || kind.Names(content, other) {
			t.Errorf("%s names the index: %t, another one: %t", kind.FileName, kind.Names(content, own), kind.Names(content, other))
		}
	}
	scanner := `{"creationInfo": {"creators": ["Tool: scanner"]}, "packages": [{"checksums": [{"algorithm": "SHA256", "checksumValue": "` + own.Hex + `"}]}]}`
	if attestation.SBOM.Names([]byte(scanner), own) {
		t.Error("a scanner's SBOM is taken for the build's")
	}
}

func FuzzAttestation(f *testing.F) {
	f.Add([]byte(`{"creationInfo": {"creators": ["Tool: pause-image-1"]}, "packages": [{"checksums": [{"algorithm": "SHA256"}]}]}`))
	f.Add([]byte(`{"subject": [{"digest": {"sha256": null}}, null], "predicate": {"buildDefinition": {"internalParameters": {"goVersion": "go1.26.8; rm"}}}}`))
	f.Add([]byte("null"))
	const absent = "a1b2c3d4"
	toolchain := regexp.MustCompile(`^go[0-9.]+$`)
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, kind := range attestation.Kinds {
			if kind.Names(content, v1.Hash{Algorithm: "sha256", Hex: absent}) && !bytes.Contains(content, []byte(absent)) {
				t.Errorf("%q is taken to name %s", content, absent)
			}
		}
		if name := attestation.GoVersion(content); name != "" && !toolchain.MatchString(name) {
			t.Errorf("toolchain %q", name)
		}
	})
}
