package attestation

import (
	"crypto/sha1" // SPDX wants it for every file, beside a better one.
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/podsandbox/pause/images"
)

func describeContent(build Build) (any, error) {
	index, byProgram, err := build.digests()
	if err != nil {
		return nil, err
	}
	const all = "SPDXRef-Index"
	document := spdxDocument{
		Version: "SPDX-2.3", DataLicense: "CC0-1.0", ID: "SPDXRef-DOCUMENT",
		Name:      build.Release.ProductOrPause().Name + " " + build.Release.Version,
		Namespace: images.Source + "/spdx/" + index,
		CreationInfo: spdxCreation{
			Created:  build.Release.Created.UTC().Format(time.RFC3339),
			Creators: []string{"Organization: podsandbox", tool + build.Release.Version},
		},
		Packages:      []spdxPackage{imagePackage(build.Release, all, index)},
		Relationships: []spdxRelationship{{"SPDXRef-DOCUMENT", "DESCRIBES", all}},
	}
	modules := map[string]bool{}
	for i, program := range build.Programs {
		image, file := "SPDXRef-Image-"+program.Platform.FileName(), "SPDXRef-Program-"+program.Platform.FileName()
		content := imagePackage(build.Release, image, byProgram[i])
		content.FilesAnalyzed = true
		content.VerificationCode = &verificationCode{verify(program.Bytes)}
		document.Packages = append(document.Packages, content)
		document.Files = append(document.Files, programFile(file, build.Release.ProductOrPause(), program.Bytes))
		document.Relationships = append(document.Relationships,
			spdxRelationship{all, "CONTAINS", image}, spdxRelationship{image, "CONTAINS", file})
		for _, module := range modulesOf(program.Bytes) {
			if !modules[module.ID] {
				modules[module.ID] = true
				document.Packages = append(document.Packages, module)
			}
			document.Relationships = append(document.Relationships, spdxRelationship{image, "DEPENDS_ON", module.ID})
		}
	}
	return document, nil
}

func imagePackage(release images.Release, id, digest string) spdxPackage {
	return spdxPackage{
		ID: id, Name: release.ProductOrPause().Name, Version: release.Version, Purpose: "CONTAINER",
		Supplier:         "Organization: podsandbox",
		DownloadLocation: sourceURI(release),
		Checksums:        []spdxChecksum{{"SHA256", digest}},
		LicenseConcluded: images.License, LicenseDeclared: images.License,
		CopyrightText: "NOASSERTION",
		ExternalRefs:  []spdxReference{{"PACKAGE-MANAGER", "purl", "pkg:oci/" + release.ProductOrPause().Name + "@sha256%3A" + digest}},
	}
}

func programFile(id string, product *images.Product, program []byte) spdxFile {
	return spdxFile{
		ID: id, Name: "." + product.Entrypoint(), Types: []string{"BINARY"},
		Checksums: []spdxChecksum{
			{"SHA1", fmt.Sprintf("%x", sha1.Sum(program))},
			{"SHA256", fmt.Sprintf("%x", sha256.Sum256(program))},
		},
		LicenseConcluded: images.License,
		CopyrightText:    "NOASSERTION",
	}
}

// verify returns the package verification code of a package of one file.
func verify(program []byte) string {
	return fmt.Sprintf("%x", sha1.Sum(fmt.Appendf(nil, "%x", sha1.Sum(program))))
}
