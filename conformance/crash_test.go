package conformance

import (
	"strings"
	"testing"
)

func TestCrashOfTheSuiteIsOneLineThatSaysWhatAndWhere(t *testing.T) {
	const trace = `panic: runtime error: invalid memory address or nil pointer dereference [recovered]
	panic: again
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x5]

goroutine 7 [running]:
runtime.gopanic({0x1, 0x2})
	runtime/panic.go:783 +0x132
github.com/podsandbox/pause/conformance/image.normalize(...)
	github.com/podsandbox/pause/conformance/image/platform.go:42
main.main()
	x.go:1 +0x1
`
	got := crash(trace)
	for _, want := range []string{"panic: runtime error: invalid memory", "image/platform.go:42", "fault of the suite"} {
		if !strings.Contains(got, want) || strings.Contains(got, "\n") {
			t.Errorf("%q: want one line with %q", got, want)
		}
	}
	if got := crash("first\nthe last line\n"); got != "the last line" {
		t.Errorf("without a panic: %q", got)
	}
}
