package image

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/podsandbox/pause/conformance/image/rootfs"
)

func judgeEntrypoint(e *examination) Finding {
	const expected = "the absolute path of an executable regular file in the image, in exec form"
	if e.flaw != "" {
		return judged(expected, []string{e.flaw})
	}
	return judged(expected, nil)
}

func judgeAnyUID(e *examination) Finding {
	if e.flaw != "" {
		return passedOver("there is no entry point to judge: " + e.flaw)
	}
	var violations []string
	if who := without(e.entry.File.Mode); who != "" {
		violations = append(violations, fmt.Sprintf("%s may not execute %s: mode %s", who, e.entry.Path(), e.entry.File.Mode))
	}
	seen := map[*rootfs.File]bool{}
	for _, directory := range e.searched {
		if who := without(directory.File.Mode); who != "" && !seen[directory.File] {
			violations = append(violations, fmt.Sprintf("%s may not search %s: mode %s", who, directory.Path(), directory.File.Mode))
		}
		seen[directory.File] = true
	}
	return judged("a file and directories that every user and group may execute", violations)
}

// without names the classes of users that may not execute a file or search a
// directory. To execute an ELF file, nobody needs to read it.
func without(mode fs.FileMode) string {
	var who []string
	for i, class := range []string{"the owner", "the group", "others"} {
		if mode>>(6-3*i)&1 == 0 {
			who = append(who, class)
		}
	}
	return strings.Join(who, " and ")
}
