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
	started time.Time
	left    time.Duration
	moved   int
	sending bool
	expired bool
}

// newClock returns a clock that runs, and is of a request that is being sent.
func newClock(window time.Duration, cancel context.CancelFunc) *clock {
	c := &clock{window: window, running: true, started: time.Now(), left: window, sending: true}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.timer = time.AfterFunc(window, func() {
		c.mutex.Lock()
		c.expired = c.running
		c.mutex.Unlock()
		cancel()
	})
	return c
}

func (c *clock) run() {
	if !c.running {
		c.running, c.started = true, time.Now()
		c.timer.Reset(c.left)
	}
}

func (c *clock) rest() {
	if c.running {
		c.running = false
		c.timer.Stop()
		c.left -= time.Since(c.started)
	}
}

// count begins again when the share has moved.
func (c *clock) count(bytes int) {
	if c.moved += bytes; c.moved >= share {
		c.restart()
	}
}

func (c *clock) restart() { c.left, c.moved = c.window, 0 }

func (c *clock) hasExpired() bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.expired
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
			c.left *= 4
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
