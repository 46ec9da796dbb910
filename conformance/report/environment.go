package report

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// fact is a line of the table that says where and how the suite ran.
type fact struct{ Name, Value string }

func (r Report) environment() []fact {
	facts := []fact{
		{"Specification", r.Specification},
		{"Suite", r.Suite},
		{"Profile", r.Profile},
		{"Engine", strings.TrimSpace(r.Engine.Name + " " + r.Engine.Version)},
		{"Runtime", strings.TrimSpace(r.Engine.Runtime + " " + r.Engine.RuntimeVersion)},
		{"Host", r.Engine.Platform},
		{"Kernel", r.Engine.Kernel},
		{"Cgroup version", r.Engine.CgroupVersion},
		{"Emulation", string(r.Engine.Emulation)},
		{"Emulator", r.Engine.Emulator},
		{"Seed", fmt.Sprint(r.Seed)},
		{"Started", r.Started.UTC().Format(time.RFC3339)},
		{"Took", r.Duration.Round(100 * time.Millisecond).String()},
	}
	return slices.DeleteFunc(facts, func(f fact) bool { return f.Value == "" })
}

// facts describe one subject.
func (s Subject) facts() []fact {
	emulation := "no"
	if s.Emulated {
		emulation = "yes"
	}
	return []fact{{"Image", s.Image}, {"Digest", s.Digest}, {"Platform", s.Platform}, {"Emulated", emulation}, {"Setting", s.Setting}}
}
