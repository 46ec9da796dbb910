package check

import (
	"context"
)

// A check says how a requirement is judged on an engine.
type check struct {
	run func(context.Context, *Trial)

	// long checks take most of a run's time, and start first.
	long bool

	// pod checks look at what is a pod's, and no process's.
	pod bool

	// emulator is why qemu-user's own behaviour hides the program's, where it does.
	emulator string
}

// table has every requirement that is judged on an engine.
var table = map[string]check{
	"IMG-STOPSIGNAL": {run: endsOnStopSignal},

	"LIFE-SERVES":         {run: servesLong, long: true},
	"LIFE-LEAVES-NOTHING": {run: leavesNothing, pod: true, long: true},

	"PID-1":               {run: isPID1, long: true},
	"PID-STAYS":           {run: stays},
	"PID-READONLY":        {run: staysReadOnly},
	"PID-NO-PRIVILEGE":    {run: staysUnprivileged},
	"PID-ANY-UID":         {run: withAnyUID},
	"PID-NO-NETWORK":      {run: withAnyNetwork},
	"PID-NOT-FIRST":       {run: notFirst, long: true},
	"PID-NOT-FIRST-WARNS": {run: notFirstWarns},
	"PID-IDLE":            {run: usesNoCPU, long: true},
	"PID-ASLEEP":          {run: isNotWoken, long: true, emulator: "the context switches are the emulator's"},
	"PID-LIMITS":          {run: staysWithinLimits, emulator: "the emulator has threads and memory of its own"},
	"PID-FOOTPRINT":       {run: hasSmallFootprint, emulator: "threads and memory are the emulator's"},
	"PID-SETTINGS":        {run: keepsSettings, emulator: "the settings are the emulator's"},
	"PID-QUIET":           {run: isQuiet, long: true, emulator: "the descriptors are the emulator's"},
	"PID-VERSION":         {run: tellsVersion},
	"PID-ARGS":            {run: ignoresArguments},

	"SIG-TERM":        {run: endsOnTerm},
	"SIG-TERM-STATUS": {run: endsOnTermWithZero},
	"SIG-INT":         {run: endsOnInt},
	"SIG-TERM-INSIDE": {run: endsOnTermFromInside},
	"SIG-SURVIVES":    {run: survives, long: true, emulator: "the emulator ends itself on signals that the kernel keeps from a PID 1"},
	"SIG-STOP-CONT":   {run: stopsAndContinues},
	"SIG-EARLY":       {run: keepsEarlyTerm, emulator: "the emulator loses signals that come before it has set up the guest"},
	"SIG-STORM":       {run: takesTermInStorm, emulator: "the emulator ends itself on signals that the kernel keeps from a PID 1"},
	"SIG-KILL":        {run: endsOnKill},
	"SIG-OTHERS":      {run: leavesOthersAlone},

	"REAP-ORPHAN":     {run: reapsOrphans},
	"REAP-ZOMBIE":     {run: reapsZombies},
	"REAP-BURST":      {run: reapsBurst},
	"REAP-STEADY":     {run: reapsSteadily, long: true},
	"REAP-SIGNALLED":  {run: reapsSignalled},
	"REAP-EXEC":       {run: reapsExecuted},
	"REAP-HIGH-ID":    {run: reapsHighIDs},
	"REAP-NOT-STOLEN": {run: stealsNoChild},

	"NS-NET":        {run: sharesNetwork, pod: true},
	"NS-NET-STABLE": {run: keepsNetwork, pod: true},
	"NS-IPC":        {run: sharesIPC, pod: true},
	"NS-PID":        {run: sharesPIDs},
	"NS-UTS":        {run: sharesHostname, pod: true},
	"NS-LIFETIME":   {run: outlivesContainers, pod: true},
	"NS-RESTART":    {run: restarts, pod: true},
	"NS-DENSITY":    {run: runsDensely, pod: true, long: true},

	"POD-HOST-NAMESPACES": {run: runsInHostNamespaces, pod: true},
	"POD-PID-NAMESPACES":  {run: servesEitherPIDNamespace, pod: true},
	"POD-SYSCTLS":         {run: runsWithSysctls, pod: true},
	"POD-USER-NAMESPACE":  {run: runsInUserNamespace, pod: true},
	"POD-STOP":            {run: endsOnStop, pod: true},
	"POD-REPLACED":        {run: isReplaced, pod: true},
	"LIFE-PARENT":         {run: outlivesParent},
	"POD-RUNTIME-RESTART": {run: outlivesRuntime, pod: true},
	"POD-PINNED":          {run: isPinned},
}

// Has tells whether the requirement is judged on an engine.
func Has(id string) bool { return table[id].run != nil }

// Long tells whether the requirement takes long to judge.
func Long(id string) bool { return table[id].long }
