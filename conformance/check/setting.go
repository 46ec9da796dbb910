package check

import (
	"github.com/podsandbox/pause/conformance/engine"
)

// Setting is how far a sandbox's setting is milder than a pod's.
type Setting struct{ WritableRoot, Privileges bool }

// Settings are all, from the strictest, which is a pod's, to the mildest.
var Settings = []Setting{{}, {WritableRoot: true}, {Privileges: true}, {WritableRoot: true, Privileges: true}}

func (s Setting) apply(pod *engine.Pod) {
	pod.WritableRoot, pod.Privileges = s.WritableRoot, s.Privileges
}

// String says what is milder, and is empty for a pod's setting.
func (s Setting) String() string {
	switch s {
	case Setting{WritableRoot: true}:
		return "with a root file system that can be written to"
	case Setting{Privileges: true}:
		return "with the engine's default capabilities and privileges"
	case Setting{WritableRoot: true, Privileges: true}:
		return "with a root file system that can be written to, and the engine's default capabilities and privileges"
	}
	return ""
}
