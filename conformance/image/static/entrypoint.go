package static

import (
	"fmt"

	"github.com/podsandbox/pause/conformance/image/rootfs"
	"github.com/podsandbox/pause/conformance/report"
)

func judgeEntrypoint(e *examination) report.Result {
	const expectation = "the absolute path of an executable regular file in the image, in exec form"
	if e.flaw != "" {
		return conclude(expectation, []string{e.flaw})
	}
	return conclude(expectation, nil)
}

func judgeAnyUID(e *examination) report.Result {
	if e.flaw != "" {
		return notTestable("there is no entry point to judge: " + e.flaw)
	}
	var violations []string
	// To execute an ELF file, nobody needs to read it.
	if classes := rootfs.Denied(e.entry.File.Mode, rootfs.Executing); classes != "" {
		violations = append(violations, fmt.Sprintf("%s may not execute %s: mode %s", classes, e.entry.Path(), e.entry.File.Mode))
	}
	visits := map[*rootfs.File]bool{}
	for _, directory := range e.directories {
		if classes := rootfs.Denied(directory.File.Mode, rootfs.Executing); classes != "" && !visits[directory.File] {
			violations = append(violations, fmt.Sprintf("%s may not search %s: mode %s", classes, directory.Path(), directory.File.Mode))
		}
		visits[directory.File] = true
	}
	return conclude("a file and directories that every user and group may execute", violations)
}
