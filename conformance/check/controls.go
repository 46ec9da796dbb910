package check

import (
	"sync"
	"time"
)

// controls are those of one run. Sandboxes that are late side by side share them.
type controls struct{ series sync.Map }

// likeness is what a control has in common with a sandbox that is judged.
type likeness struct {
	setting  Setting
	ofPod    bool
	isJoined bool
}

// series are controls one after the other.
type series struct {
	mutex   sync.Mutex
	end     time.Time
	longest time.Duration
}

func (c *controls) of(like likeness) *series {
	value, _ := c.series.LoadOrStore(like, &series{})
	return value.(*series)
}

// share measures, unless others have measured since the sandbox was to end.
func (s *series) share(since time.Time, measure func() time.Duration) time.Duration {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.end.Before(since) {
		s.longest = measure()
		s.end = time.Now()
	}
	return s.longest
}
