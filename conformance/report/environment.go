package report

import (
	"fmt"
	"strings"
	"time"
)

// fact is a line of the table that says where and how a report came about.
type fact struct{ Name, Value string }

func (r Report) environment() []fact {
	facts := []fact{
		{"Specification", r.Specification},
		{"Suite", r.Suite},
		{"Profile", r.Profile},
		{"Engine", strings.TrimSpace(r.Engine.Name + " " + r.Engine.Version)},
		{"Runtime", r.Engine.Runtime},
		{"Host", r.Engine.Platform},
		{"Kernel", r.Engine.Kernel},
		{"Cgroup version", r.Engine.CgroupVersion},
		{"Seed", fmt.Sprint(r.Seed)},
		{"Started", r.Started.UTC().Format(time.RFC3339)},
		{"Took", r.Duration.Round(100 * time.Millisecond).String()},
	}
	var known []fact
	for _, fact := range facts {
		if fact.Value != "" {
			known = append(known, fact)
		}
	}
	return known
}

// facts are what is to be known about one subject.
func (s Subject) facts() []fact {
	emulated := "no"
	if s.Emulated {
		emulated = "yes"
	}
	return []fact{{"Image", s.Image}, {"Digest", s.Digest}, {"Platform", s.Platform}, {"Emulated", emulated}}
}
