package requirement_test

import (
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/requirement"
)

func TestExplanationHasAllOfARequirement(t *testing.T) {
	for _, r := range requirement.All() {
		var out strings.Builder
		if err := requirement.Explain(&out, r, 80); err != nil {
			t.Fatal(err)
		}
		flat := strings.Join(strings.Fields(out.String()), " ")
		for _, want := range append([]string{r.ID, string(r.Level), string(r.Feature), r.Sentence, r.Reason, r.Remedy, r.Judged, r.URL()}, r.Causes()...) {
			if !strings.Contains(flat, strings.Join(strings.Fields(want), " ")) {
				t.Errorf("%s: lacks %q:\n%s", r.ID, want, out.String())
			}
		}
	}
}
