package check

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"time"
)

// Slots bounds how many checks of a run use the engine at a time.
type Slots struct {
	controls  *controls
	work      chan struct{}
	door      chan struct{} // one at a time waits for a slot
	isCrowded func() bool
}

// NewSlots returns so many slots.
func NewSlots(count int) Slots {
	return Slots{controls: &controls{}, work: make(chan struct{}, count), door: make(chan struct{}, 1), isCrowded: func() bool { return crowded(loadavg) }}
}

// Slot lets one check use the engine. Run gives it back.
type Slot struct {
	slots   Slots
	release func() // once
	err     error  // why there is no slot
}

// Take waits for a slot. It is for whoever starts the checks: if each waited for its own, they
// would get their slots in the order in which the Go scheduler runs them, which is any.
//
// On a crowded machine a check does not join others that are at work: each would make all of them
// late, and what is late costs controls, which make the machine busier.
func (s Slots) Take(ctx context.Context) Slot {
	slot := Slot{slots: s, release: func() {}}
	if slot.err = put(ctx, s.door); slot.err != nil {
		return slot
	}
	defer func() { <-s.door }()
	for len(s.work) > 0 && s.isCrowded() {
		select {
		case <-time.After(pollEach + rand.N(5*pollEach)): // not in step with other runs
		case <-ctx.Done():
			slot.err = context.Cause(ctx)
			return slot
		}
	}
	if slot.err = put(ctx, s.work); slot.err == nil {
		slot.release = sync.OnceFunc(func() { <-s.work })
	}
	return slot
}

// put waits until there is room in the channel.
func put(ctx context.Context, channel chan<- struct{}) error {
	select {
	case channel <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// crowdPerProcessor is how many threads for each processor make a crowd. The checks of one run
// by themselves are none.
const crowdPerProcessor = 6

const loadavg = "/proc/loadavg"

// crowded tells whether many threads want a processor now, by the number of those that are
// runnable, see proc_loadavg(5). Where nobody counts them there is no crowd.
func crowded(file string) bool {
	text, _ := os.ReadFile(file)
	var average [3]float64
	var runnable int
	_, _ = fmt.Sscanf(string(text), "%f %f %f %d/", &average[0], &average[1], &average[2], &runnable)
	return runnable > crowdPerProcessor*runtime.NumCPU()
}
