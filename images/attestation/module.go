package attestation

import (
	"bytes"
	"cmp"
	"debug/buildinfo"
	"regexp"
	"strings"
)

// modulesOf returns the packages of the Go modules in the program, with the standard
// library. There are none in pause, which is linked without what names them.
func modulesOf(program []byte) []spdxPackage {
	info, err := buildinfo.Read(bytes.NewReader(program))
	if err != nil {
		return nil
	}
	packages := []spdxPackage{modulePackage("std", strings.TrimPrefix(info.GoVersion, "go"))}
	for _, module := range info.Deps {
		module = cmp.Or(module.Replace, module)
		packages = append(packages, modulePackage(module.Path, module.Version))
	}
	return packages
}

// notInID is what an SPDX identifier must not hold.
var notInID = regexp.MustCompile(`[^A-Za-z0-9.-]`)

func modulePackage(path, version string) spdxPackage {
	const unknown = "NOASSERTION"
	return spdxPackage{
		ID: "SPDXRef-Module-" + notInID.ReplaceAllString(path+"-"+version, "-"), Name: path, Version: version, Purpose: "LIBRARY",
		Supplier: unknown, DownloadLocation: unknown,
		LicenseConcluded: unknown, LicenseDeclared: unknown, CopyrightText: unknown,
		ExternalRefs: []spdxReference{{"PACKAGE-MANAGER", "purl", "pkg:golang/" + path + "@" + version}},
	}
}
