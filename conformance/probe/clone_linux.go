//go:build amd64 || arm64

package probe

// cloneToCall clones a child that makes the calls, of which the last ends it, and returns its id
// or the negative error. The child uses no memory but the calls, not even a stack.
//
//go:noescape
func cloneToCall(flags uintptr, calls *systemCall) (id int)
