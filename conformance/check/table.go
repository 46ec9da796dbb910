package check

import (
	"context"
	"time"
)

// A check says how a requirement is judged on an engine.
type check struct {
	run func(context.Context, *Trial)

	// takes is about how long the check takes, where a run waits for it. The longest starts first.
	takes time.Duration

	// ownPod checks look at what is a pod's, and no process's.
	ownPod bool

	// emulator is why qemu-user's own behaviour hides the program's, where it does.
	emulator string
}

// table has every requirement that is judged on an engine.
var table = map[string]check{
	"IMG-STOPSIGNAL": {run: endsOnStopSignal},

	"LIFE-SERVES":         {run: servesLong, takes: idleWindow + time.Second},
	"LIFE-LEAVES-NOTHING": {run: leavesNothing, ownPod: true, takes: idleWindow},

	"PID-1":               {run: isPID1, takes: idleWindow},
	"PID-STAYS":           {run: stays},
	"PID-READONLY":        {run: staysReadOnly},
	"PID-NO-PRIVILEGE":    {run: staysUnprivileged},
	"PID-ANY-UID":         {run: withAnyUID},
	"PID-NO-NETWORK":      {run: withAnyNetwork},
	"PID-NOT-FIRST":       {run: notFirst, takes: idleWindow},
	"PID-NOT-FIRST-WARNS": {run: notFirstWarns},
	"PID-IDLE":            {run: usesNoCPU, takes: idleWindow},
	"PID-ASLEEP":          {run: isNotWoken, takes: idleWindow, emulator: "the context switches are the emulator's"},
	"PID-LIMITS":          {run: staysWithinLimits, emulator: "the emulator has threads and memory of its own"},
	"PID-FOOTPRINT":       {run: hasSmallFootprint, emulator: "threads and memory are the emulator's"},
	"PID-SETTINGS":        {run: keepsSettings, emulator: "the settings are the emulator's"},
	"PID-QUIET":           {run: isQuiet, takes: idleWindow, emulator: "the descriptors are the emulator's"},
	"PID-VERSION":         {run: tellsVersion},
	"PID-ARGS":            {run: ignoresArguments},

	"SIG-TERM":        {run: endsOnTerm},
	"SIG-TERM-STATUS": {run: endsOnTermWithZero},
	"SIG-INT":         {run: endsOnInt},
	"SIG-TERM-INSIDE": {run: endsOnTermFromInside},
	"SIG-SURVIVES":    {run: survives, takes: 3 * time.Second, emulator: "the emulator ends itself on signals that the kernel keeps from a PID 1"},
	"SIG-STOP-CONT":   {run: stopsAndContinues},
	"SIG-EARLY":       {run: keepsEarlyTerm, emulator: "the emulator loses signals that come before it has set up the guest"},
	"SIG-STORM":       {run: takesTermInStorm, emulator: "the emulator ends itself on signals that the kernel keeps from a PID 1"},
	"SIG-KILL":        {run: endsOnKill},
	"SIG-OTHERS":      {run: leavesOthersAlone, takes: 3 * time.Second},

	"REAP-ORPHAN":     {run: reapsOrphans},
	"REAP-ZOMBIE":     {run: reapsZombies},
	"REAP-BURST":      {run: reapsBurst},
	"REAP-STEADY":     {run: reapsSteadily, takes: 3 * time.Second},
	"REAP-SIGNALLED":  {run: reapsSignalled},
	"REAP-EXEC":       {run: reapsExecuted},
	"REAP-HIGH-ID":    {run: reapsHighIDs},
	"REAP-NOT-STOLEN": {run: stealsNoChild},

	"NS-NET":        {run: sharesNetwork, ownPod: true},
	"NS-NET-STABLE": {run: keepsNetwork, ownPod: true},
	"NS-IPC":        {run: sharesIPC, ownPod: true},
	"NS-PID":        {run: sharesPIDs},
	"NS-UTS":        {run: sharesHostname, ownPod: true},
	"NS-LIFETIME":   {run: outlivesContainers, ownPod: true},
	"NS-RESTART":    {run: restarts, ownPod: true, takes: 3 * time.Second},
	"NS-DENSITY":    {run: runsDensely, ownPod: true, takes: 5 * time.Second},

	"POD-HOST-NAMESPACES": {run: runsInHostNamespaces, ownPod: true},
	"POD-PID-NAMESPACES":  {run: servesEitherPIDNamespace, ownPod: true},
	"POD-SYSCTLS":         {run: runsWithSysctls, ownPod: true},
	"POD-USER-NAMESPACE":  {run: runsInUserNamespace, ownPod: true},
	"POD-STOP":            {run: endsOnStop, ownPod: true},
	"POD-REPLACED":        {run: isReplaced, ownPod: true},
	"LIFE-PARENT":         {run: outlivesParent},
	"POD-RUNTIME-RESTART": {run: outlivesRuntime, ownPod: true},
	"POD-PINNED":          {run: isPinned},
}

// Has tells whether the requirement is judged on an engine.
func Has(id string) bool { return table[id].run != nil }

// Takes is about how long the requirement takes to judge, where a run waits for it, and 0 elsewhere.
func Takes(id string) time.Duration { return table[id].takes }
