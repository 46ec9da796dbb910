package requirement_test

import (
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/requirement"
)

func TestRequirementsAreChosenByIDChapterAndPatternInAnyCase(t *testing.T) {
	signals := 0
	for _, r := range requirement.All() {
		if strings.HasPrefix(r.ID, "SIG-") {
			signals++
		}
	}
	for word, want := range map[string]int{
		"SIG-TERM": 1, "sig-term": 1, " Sig-Term ": 1,
		"SIG": signals, "sig-*": signals, "SIG-*": signals, "signals": signals,
		"*": len(requirement.All()),
	} {
		chosen, err := requirement.Choose(word)
		if err != nil || len(chosen) != want {
			t.Errorf("%q: %d requirements, %v; want %d", word, len(chosen), err, want)
		}
	}
}

func TestUnknownRequirementsAreRefusedWithASuggestion(t *testing.T) {
	for word, want := range map[string]string{
		"SIG-TREM": `did you mean "SIG-TERM"?`, "SGI": `did you mean "SIG"?`, "SGI-*": `did you mean "SIG-*"?`, "PID-2": `did you mean "PID-1"?`, "luck": "see pause-conformance list", "": "see", "[": "see",
	} {
		if _, err := requirement.Choose(word); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v; want one line with %q", word, err, want)
		}
	}
}
