package transport

import (
	"context"
	"sync"
	"time"
)

// share is how many bytes have to move for a clock to begin again: a registry
// that sends a byte now and then makes no progress.
const share = 64 << 10

// clock cancels a request that makes no progress. It rests while the caller does
// not read the answer or has no content to send yet: a mirror reads from one
// registry no faster than it writes to another.
type clock struct {
	window  time.Duration
	mutex   sync.Mutex
	timer   *time.Timer
	running bool
	since   time.Time
	budget  time.Duration
	bytes   int
	sending bool
	over    bool
}

// newClock returns a clock that runs, and is of a request that is being sent.
func newClock(window time.Duration, cancel context.CancelFunc) *clock {
	c := &clock{window: window, running: true, since: time.Now(), budget: window, sending: true}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.timer = time.AfterFunc(window, func() {
		c.mutex.Lock()
		c.over = c.running
		c.mutex.Unlock()
		cancel()
	})
	return c
}

func (c *clock) run() {
	if !c.running {
		c.running, c.since = true, time.Now()
		c.timer.Reset(c.budget)
	}
}

func (c *clock) rest() {
	if c.running {
		c.running = false
		c.timer.Stop()
		c.budget -= time.Since(c.since)
	}
}

// count begins again when the share has moved.
func (c *clock) count(bytes int) {
	if c.bytes += bytes; c.bytes >= share {
		c.restart()
	}
}

func (c *clock) restart() { c.budget, c.bytes = c.window, 0 }

func (c *clock) isOver() bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.over
}

// answer ends the sending. The clock rests, and the answer has a window of its own.
func (c *clock) answer() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.rest()
	c.restart()
	c.sending = false
}

// send lets read take content from the caller, which is not the registry's time.
func (c *clock) send(read func() (int, error)) (int, error) {
	c.whileSending(c.rest)
	count, err := read()
	c.whileSending(func() {
		c.count(count)
		if err != nil {
			// The system still sends what it has taken, and registries compute digests.
			c.restart()
			c.budget *= 4
		}
		c.run()
	})
	return count, err
}

func (c *clock) whileSending(change func()) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.sending {
		change()
	}
}

// receive lets read wait for the registry.
func (c *clock) receive(read func() (int, error)) (int, error) {
	c.mutex.Lock()
	c.run()
	c.mutex.Unlock()
	count, err := read()
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.rest()
	c.count(count)
	return count, err
}
