package report_test

import (
	"strings"
	"time"

	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

// hostile is text that an image may write to its log.
var hostile = "</pre><script>alert(1)</script> | `rm` **bold** @everyone ]]> & \x1b[31mred\x1b[0m \x00\x07 \xff\xfe \u202eltr\n::error::gone ##[error]gone\n" +
	strings.Repeat("endless", 1500)

// fixture returns a report with every status at both levels, hostile text, an
// emulated platform, a failure that follows from another, and an image that could not
// be found.
func fixture() report.Report {
	native := whole("linux/amd64")
	set(&native, "PID-IDLE", report.Fail, "no CPU time is used in 500 ms", "it used 480 ms of CPU time in 500 ms")
	set(&native, "REAP-BURST", report.Fail, "no zombie is left of 2000 orphans", "1873 zombies are left "+hostile)
	set(&native, "REAP-ORPHAN", report.Fail, "no zombie is left", "1 zombie is left")
	set(&native, "SIG-TERM-STATUS", report.Fail, "exit status 0", "exit status 143")
	set(&native, "NS-UTS", report.NotTestable, "", "Docker cannot share another container's UTS namespace")
	set(&native, "PID-VERSION", report.NotSupported, "", "declared to lack version-flag")
	set(&native, "REAP-EXEC", report.NotSupported, "", "declared to lack reaping")
	set(&native, "IMG-SIZE", report.Filtered, "", "left out by choice")
	set(&native, "IMG-PLATFORM", report.Filtered, "", "left out by choice")
	set(&native, "NS-DENSITY", report.Error, "", "start the 73rd sandbox: no space left on device")
	result(&native, "REAP-BURST").Evidence = []report.Evidence{
		{Name: "/proc/1/status", Text: "Name:\tpause\nState:\tS (sleeping)\nThreads:\t1\n"},
		{Name: "log of <the> sandbox", Text: hostile},
	}
	result(&native, "PID-STAYS").Evidence = []report.Evidence{{Name: "state", Text: `{"Status":"running","Pid":4711}`}}

	arm64 := whole("linux/arm64")
	arm64.Emulated, arm64.Setting = true, "with a root file system that can be written to"
	set(&arm64, "PID-IDLE", report.Fail, "no CPU time is used in 500 ms", "it used 470 ms of CPU time in 500 ms")
	set(&arm64, "NS-UTS", report.NotTestable, "", "Docker cannot share another container's UTS namespace")
	for _, id := range []string{"PID-1", "PID-ASLEEP", "PID-FOOTPRINT"} {
		set(&arm64, id, report.NotTestable, "", "what it would show is the emulator's")
	}
	set(&arm64, "NS-RESTART", report.Error, "", "start the sandbox again: the engine does not answer")

	missing := report.Subject{
		Image: native.Image, Platform: "linux/s390x", Verdict: report.Untested,
		Reason: `image "localhost/pause:1": no linux/s390x in index sha256:4cfb; pass --platform linux/amd64`,
	}
	native.Judge()
	arm64.Judge()
	return report.Report{
		Schema: report.Schema, Specification: requirement.SpecVersion, Suite: "1.2.3", Profile: "full",
		Started: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), Duration: 41*time.Second + 234*time.Millisecond,
		Command: "pause-conformance run --seed 42 --without reaping,version-flag --skip IMG-SIZE,IMG-PLATFORM localhost/pause:1", Seed: 42,
		Engine: report.Engine{
			Name: "Docker", Version: "20.10.24", Runtime: "runc", RuntimeVersion: "1.1.5", Kernel: "6.18.2", CgroupVersion: "1", Platform: "linux/amd64",
			Emulation: report.UserEmulation,
		},
		Subjects: []report.Subject{native, arm64, missing},
		LeftOut:  []string{"localhost/pause:1 linux/riscv64: it does not run on this host"},
	}
}

// whole returns a subject that passes everything.
func whole(platform string) report.Subject {
	subject := report.Subject{
		Image:    "localhost/pause:1",
		Digest:   "sha256:" + strings.Repeat("4cfb0a", 10) + "4cfb",
		Platform: platform,
	}
	for i, rule := range requirement.All() {
		subject.Results = append(subject.Results, report.Result{
			Requirement: rule, Status: report.Pass, Duration: time.Duration(i+1) * 10 * time.Millisecond,
		})
	}
	subject.Judge()
	return subject
}

func result(subject *report.Subject, id string) *report.Result {
	for i := range subject.Results {
		if subject.Results[i].Requirement.ID == id {
			return &subject.Results[i]
		}
	}
	panic("no requirement " + id)
}

func set(subject *report.Subject, id string, status report.Status, expected, seen string) {
	changed := result(subject, id)
	changed.Status, changed.Expected, changed.Seen = status, expected, seen
}
