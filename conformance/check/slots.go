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

// Slots bounds how many checks use the engine at a time.
type Slots chan struct{}

// acquire waits for a slot. On a crowded machine a check does not join others that are at work:
// each would make all of them late, and what is late costs controls, which make the machine busier.
func (s Slots) acquire(ctx context.Context) (release func(), err error) {
	for {
		select {
		case s <- struct{}{}:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		if len(s) == 1 || !crowded(loadavg) {
			return sync.OnceFunc(func() { <-s }), nil
		}
		<-s
		select {
		case <-time.After(pollEach + rand.N(5*pollEach)): // not in step with others
		case <-ctx.Done():
		}
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
