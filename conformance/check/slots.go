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

// acquire waits for a slot. On a crowded machine a check does not join others that are at work:
// each would make all of them late, and what is late costs controls, which make the machine busier.
func (s Slots) acquire(ctx context.Context) (release func(), err error) {
	if err := put(ctx, s.door); err != nil {
		return nil, err
	}
	defer func() { <-s.door }()
	for len(s.work) > 0 && s.isCrowded() {
		select {
		case <-time.After(pollEach + rand.N(5*pollEach)): // not in step with other runs
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	if err := put(ctx, s.work); err != nil {
		return nil, err
	}
	return sync.OnceFunc(func() { <-s.work }), nil
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
