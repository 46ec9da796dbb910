package check

import (
	"sync"
	"time"
)

// controls are a run's measurements of the suite's own program. Sandboxes that are late at the
// same time share one.
type controls struct{ series sync.Map }

// likeness is what a control must share with the sandbox that is judged.
type likeness struct {
	setting  Setting
	ownPod   bool
	isJoined bool
}

// series is a run of measurements, one at a time.
type series struct {
	turn    chan struct{} // of whoever measures, as testing/synctest sees no wait for a mutex
	end     time.Time
	longest time.Duration
}

func newSeries() *series { return &series{turn: make(chan struct{}, 1)} }

func (c *controls) of(like likeness) *series {
	value, _ := c.series.LoadOrStore(like, newSeries())
	return value.(*series)
}

// share measures, unless others have measured since the sandbox was to end.
func (s *series) share(since time.Time, measure func() time.Duration) time.Duration {
	s.turn <- struct{}{}
	defer func() { <-s.turn }()
	if s.end.Before(since) {
		s.longest = measure()
		s.end = time.Now()
	}
	return s.longest
}
