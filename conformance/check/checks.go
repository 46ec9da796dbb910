package check

import (
	"context"

	"github.com/podsandbox/pause/conformance/engine"
)

// checks are the requirements that are judged on an engine.
var checks = map[string]func(context.Context, *Trial){
	"IMG-STOPSIGNAL": endsOnStopSignal,

	"PID-1":               isPID1,
	"PID-STAYS":           stays,
	"PID-READONLY":        holds(func(spec *engine.Spec) { spec.ReadOnly = true }),
	"PID-NO-PRIVILEGE":    holds(func(spec *engine.Spec) { spec.Hardened = true }),
	"PID-ANY-UID":         withAnyUID,
	"PID-NO-NETWORK":      withAnyNetwork,
	"PID-NOT-FIRST":       notFirst,
	"PID-NOT-FIRST-WARNS": notFirstWarns,
	"PID-IDLE":            usesNoCPU,
	"PID-ASLEEP":          isNotWoken,
	"PID-LIMITS":          staysWithinLimits,
	"PID-FOOTPRINT":       hasSmallFootprint,
	"PID-QUIET":           isQuiet,
	"PID-VERSION":         tellsVersion,
	"PID-ARGS":            holds(func(spec *engine.Spec) { spec.Cmd = []string{"--unknown", "argument", "-x"} }),

	"SIG-TERM":        endsOnTerm,
	"SIG-TERM-STATUS": endsOnTermWithZero,
	"SIG-INT":         endsOnInt,
	"SIG-TERM-INSIDE": endsOnTermFromInside,
	"SIG-SURVIVES":    survives,
	"SIG-STOP-CONT":   stopsAndContinues,
	"SIG-EARLY":       keepsEarlyTerm,
	"SIG-STORM":       takesTermInStorm,
	"SIG-KILL":        endsOnKill,

	"REAP-ORPHAN":     reapsOrphans,
	"REAP-ZOMBIE":     reapsZombies,
	"REAP-BURST":      reapsBurst,
	"REAP-STEADY":     reapsSteadily,
	"REAP-SIGNALLED":  reapsSignalled,
	"REAP-EXEC":       reapsExecuted,
	"REAP-NOT-STOLEN": stealsNoChild,

	"NS-NET":        sharesNetwork,
	"NS-NET-STABLE": keepsNetwork,
	"NS-IPC":        sharesIPC,
	"NS-PID":        sharesPIDs,
	"NS-UTS":        sharesHostname,
	"NS-LIFETIME":   outlivesContainers,
	"NS-RESTART":    restarts,
	"NS-DENSITY":    runsDensely,
}

// underEmulation are the requirements that qemu-user's own behaviour hides, with
// the reason.
var underEmulation = map[string]string{
	"PID-ASLEEP":    "the context switches are the emulator's",
	"PID-FOOTPRINT": "threads and memory are the emulator's",
	"PID-LIMITS":    "the emulator has threads and memory of its own",
	"PID-QUIET":     "the descriptors are the emulator's",
	"SIG-EARLY":     "the emulator loses signals that come before it has set up the guest",
	"SIG-STORM":     "the emulator ends itself on signals that the kernel keeps from a PID 1",
	"SIG-SURVIVES":  "the emulator ends itself on signals that the kernel keeps from a PID 1",
}

// Has tells whether the requirement is judged on an engine.
func Has(id string) bool { return checks[id] != nil }
