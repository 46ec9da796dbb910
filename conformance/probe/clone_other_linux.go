//go:build !amd64 && !arm64

package probe

import "golang.org/x/sys/unix"

// cloneToCall has no assembly for this architecture: all children are forked.
//
//go:nosplit
func cloneToCall(uintptr, *systemCall) int { return -int(unix.EINVAL) }
