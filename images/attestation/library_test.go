package attestation_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	provenance "github.com/in-toto/attestation/go/predicates/provenance/v1"
	intoto "github.com/in-toto/attestation/go/v1"
	"github.com/spdx/tools-golang/json"
	"github.com/spdx/tools-golang/spdxlib"
	"github.com/spdx/tools-golang/utils"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/podsandbox/pause/images/attestation"
)

func TestSPDXsOwnLibraryReadsTheSBOM(t *testing.T) {
	document, err := json.Read(bytes.NewReader(contentOf(t, attestation.SBOM)))
	if err != nil {
		t.Fatal(err)
	}
	if err := spdxlib.ValidateDocument(document); err != nil {
		t.Error(err)
	}
	ids, err := spdxlib.GetDescribedPackageIDs(document)
	if err != nil || len(ids) != 1 {
		t.Errorf("it describes %v, error %v", ids, err)
	}
	// The second package is the image that holds the first file.
	code, err := utils.GetVerificationCode(document.Files[:1], "")
	if got := document.Packages[1].PackageVerificationCode; err != nil || got == nil || got.Value != code.Value {
		t.Errorf("verification code %+v, want %s, error %v", got, code.Value, err)
	}
}

// The test is a Go program, though go test records none of its other modules.
func TestSBOMNamesTheModulesOfAProgram(t *testing.T) {
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	build := subject(t)
	for i := range build.Programs {
		build.Programs[i].Bytes = program
	}
	content, err := attestation.SBOM.Attest(build)
	if err != nil {
		t.Fatal(err)
	}
	document, err := json.Read(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if err := spdxlib.ValidateDocument(document); err != nil {
		t.Error(err)
	}
	count := 0
	for _, entry := range document.Packages {
		if strings.HasPrefix(entry.PackageExternalReferences[0].Locator, "pkg:golang/std@1.") {
			count++
		}
	}
	if count != 1 {
		t.Errorf("%d packages of the standard library, want one", count)
	}
}

func TestInTotosOwnLibraryReadsTheProvenance(t *testing.T) {
	statement := &intoto.Statement{}
	if err := protojson.Unmarshal(contentOf(t, attestation.Provenance), statement); err != nil {
		t.Fatal(err)
	}
	if err := statement.Validate(); err != nil {
		t.Error(err)
	}
	content, err := protojson.Marshal(statement.Predicate)
	if err != nil {
		t.Fatal(err)
	}
	predicate := &provenance.Provenance{}
	if err := protojson.Unmarshal(content, predicate); err != nil {
		t.Fatal(err)
	}
	if err := predicate.Validate(); err != nil {
		t.Error(err)
	}
}
