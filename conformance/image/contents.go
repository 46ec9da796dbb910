package image

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/podsandbox/pause/conformance/image/rootfs"
	"github.com/podsandbox/pause/conformance/report"
)

// maxListed is how many files a finding names.
const maxListed = 20

func judgeSize(e *examination) Finding {
	compressed, uncompressed := e.overhead+e.Root.Compressed, e.Root.Uncompressed
	var violations []string
	if compressed > e.options.Compressed {
		violations = append(violations, fmt.Sprintf("%d bytes compressed", compressed))
	}
	if uncompressed > e.options.Uncompressed {
		violations = append(violations, fmt.Sprintf("%d bytes uncompressed", uncompressed))
	}
	finding := judged(fmt.Sprintf("at most %d bytes compressed and %d uncompressed", e.options.Compressed, e.options.Uncompressed), violations)
	finding.Evidence = []report.Evidence{{Name: "size", Text: fmt.Sprintf(
		"%d bytes compressed, manifest and configuration included; %d bytes uncompressed", compressed, uncompressed)}}
	return finding
}

func judgeMinimal(e *examination) Finding {
	needed := e.libraries
	if e.entry != nil {
		needed = append(needed, e.entry.File)
	}
	var violations, listed []string
	e.Root.Walk(func(path string, file *rootfs.File) {
		// Without an entry point, none of the executables is one too many.
		faults := faultsOf(file, e.entry == nil || slices.Contains(needed, file))
		if len(faults) == 0 {
			return
		}
		listed = append(listed, fmt.Sprintf("%s %q", file, path))
		violations = append(violations, fmt.Sprintf("%s is %s", path, strings.Join(faults, " and ")))
	})
	finding := judged("the entry point and its libraries as the only executables, and no file with more rights than it needs", shortened(violations))
	if len(listed) > 0 {
		finding.Evidence = []report.Evidence{{Name: "files", Text: strings.Join(shortened(listed), "\n")}}
	}
	return finding
}

func faultsOf(file *rootfs.File, needed bool) []string {
	var faults []string
	mode := file.Mode
	if mode.IsRegular() && mode&0o111 != 0 && !needed {
		faults = append(faults, "a further executable")
	}
	if mode.IsRegular() && mode&fs.ModeSetuid != 0 {
		faults = append(faults, "setuid")
	}
	if mode.IsRegular() && mode&fs.ModeSetgid != 0 {
		faults = append(faults, "setgid")
	}
	if mode&0o002 != 0 && mode&(fs.ModeSymlink|fs.ModeSticky) == 0 {
		faults = append(faults, "writable by others")
	}
	if mode&fs.ModeDevice != 0 {
		faults = append(faults, "a device node")
	}
	return faults
}

func shortened(lines []string) []string {
	if len(lines) <= maxListed {
		return lines
	}
	return append(slices.Clone(lines[:maxListed]), fmt.Sprintf("and %d more", len(lines)-maxListed))
}
