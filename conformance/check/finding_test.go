package check

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"
)

func TestTellsWhatWasExpectedAndSeen(t *testing.T) {
	broken := fmt.Errorf("probe Dial: %w", errors.New("connection refused"))
	for want, expect := range map[string]func(gomega.Gomega){
		"2": func(g gomega.Gomega) { g.Expect(int64(2)).To(gomega.BeNumerically("<=", 1), "as it should be") },
		"T": func(g gomega.Gomega) { g.Expect("T").To(gomega.Equal("S"), "as it should be") },
		`["1 init", "6 pause"]`: func(g gomega.Gomega) {
			g.Expect([]string{"1 init", "6 pause"}).To(gomega.HaveLen(1), "as it should be")
		},
		"two lines": func(g gomega.Gomega) { g.Expect("two\nlines\n").To(gomega.BeEmpty(), "as it should be") },
		"nothing":   func(g gomega.Gomega) { g.Expect("").NotTo(gomega.BeEmpty(), "as it should be") },
		"a":         func(g gomega.Gomega) { g.Expect("a").NotTo(gomega.Equal("a"), "as it should be") },
		"probe Dial: connection refused": func(g gomega.Gomega) {
			g.Expect(broken).To(gomega.Succeed(), "as it should be")
			g.Expect(broken).NotTo(gomega.HaveOccurred(), "as it should be")
		},
		"Expected failure, but got no error.": func(g gomega.Gomega) { g.Expect(error(nil)).NotTo(gomega.Succeed(), "as it should be") },
		"7, still after 0": func(g gomega.Gomega) {
			g.Eventually(func() int { return 7 }).WithTimeout(time.Millisecond).Should(gomega.BeZero(), "as it should be")
		},
	} {
		failures := 0
		expect(gomega.NewGomega(func(message string, _ ...int) {
			failures++
			if expected, seen := told(message); expected != "as it should be" || !strings.HasPrefix(seen, want) {
				t.Errorf("expected %q, seen %q; want %q, of:\n%s", expected, seen, want, message)
			}
		}))
		if failures == 0 {
			t.Errorf("%q: nothing failed", want)
		}
	}
}
