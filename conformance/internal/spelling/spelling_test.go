package spelling_test

import (
	"testing"

	"github.com/podsandbox/pause/conformance/internal/spelling"
)

func TestSuggestsTheWordThatIsMostLikeTheUnknownOne(t *testing.T) {
	words := []string{"SIG-TERM", "SIG-TERM-STATUS", "REAP-ORPHAN", "--platform", "run"}
	for unknown, want := range map[string]string{
		"SIG-TREM":    "SIG-TERM",
		"sig-term":    "SIG-TERM",
		"REAP-ORPHEN": "REAP-ORPHAN",
		"--platfrom":  "--platform",
		"rnu":         "run",
		"ru":          "run",
		"runn":        "run",
		"DENSITY":     "",
		"":            "",
	} {
		got := spelling.Suggestion(unknown, words)
		if want != "" {
			want = ` (did you mean "` + want + `"?)`
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", unknown, got, want)
		}
	}
}
