package rootfs

import (
	"io/fs"
	"strings"
)

// A Right is one bit of a file's mode, of any class of users.
type Right uint32

// The rights that a sandbox needs.
const (
	Reading   Right = 4
	Executing Right = 1 // and searching, of a directory
)

// Denied names the classes of users that a mode does not give a right, and is empty
// where any user has it: a pod may run as any uid and gid.
func Denied(mode fs.FileMode, right Right) string {
	var classes []string
	for i, class := range []string{"the owner", "the group", "others"} {
		if uint32(mode)>>(6-3*i)&uint32(right) == 0 {
			classes = append(classes, class)
		}
	}
	if len(classes) < 2 {
		return strings.Join(classes, "")
	}
	last := len(classes) - 1
	return strings.Join(classes[:last], ", ") + " and " + classes[last]
}
