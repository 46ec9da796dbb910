package check

import (
	"testing"
	"time"
)

func TestControlsAreSharedByChecksThatAreLateMeanwhile(t *testing.T) {
	var all controls
	joined, empty := all.of(likeness{isJoined: true}), all.of(likeness{})
	if joined != all.of(likeness{isJoined: true}) || joined == empty {
		t.Error("what is alike shares its controls, and nothing else does")
	}
	count := 0
	measure := func() time.Duration { count++; return time.Duration(count) }
	early := time.Now()
	for _, test := range []struct {
		since time.Time
		want  time.Duration
	}{{early, 1}, {early, 1}, {time.Now().Add(time.Hour), 2}} {
		if longest := joined.share(test.since, measure); longest != test.want {
			t.Errorf("the control is %d, want %d", longest, test.want)
		}
	}
}
