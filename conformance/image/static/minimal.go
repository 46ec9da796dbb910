package static

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/podsandbox/pause/conformance/image/rootfs"
	"github.com/podsandbox/pause/conformance/report"
)

// maxViolations is how many violations a result lists.
const maxViolations = 20

func judgeMinimal(e *examination) report.Result {
	objects := e.process.Files
	if e.entry != nil {
		objects = append(objects, e.entry.File)
	}
	var violations, files []string
	e.Root.Walk(func(path string, file *rootfs.File) {
		// Without an entry point, none of the executables is one too many.
		faults := faultsOf(file, e.entry == nil || slices.Contains(objects, file))
		if len(faults) == 0 || len(violations) > maxViolations {
			return
		}
		files = append(files, fmt.Sprintf("%s %q", file, path))
		violations = append(violations, fmt.Sprintf("%s is %s", path, strings.Join(faults, " and ")))
	})
	result := conclude("the entry point and its libraries as the only executables, and no file with more rights than it needs", violations)
	if len(files) > 0 {
		result.Evidence = []report.Evidence{{Name: "files", Text: strings.Join(shorten(files), "\n")}}
	}
	return result
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

func judgeFileCapabilities(e *examination) report.Result {
	var violations []string
	e.Root.Walk(func(path string, file *rootfs.File) {
		if len(file.Capabilities) > 0 && len(violations) <= maxViolations {
			violations = append(violations, path+" has capabilities of its own")
		}
	})
	return conclude("no file with the extended attribute security.capability", violations)
}

func shorten(lines []string) []string {
	if len(lines) <= maxViolations {
		return lines
	}
	return append(slices.Clone(lines[:maxViolations]), "and more")
}
