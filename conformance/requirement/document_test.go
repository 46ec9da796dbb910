package requirement_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/podsandbox/pause/conformance/requirement"
)

var update = flag.Bool("update", false, "write conformance/SPEC.md again")

func TestDocumentIsTheCatalogues(t *testing.T) {
	var want bytes.Buffer
	if err := requirement.Markdown(&want); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("../SPEC.md", want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("../SPEC.md")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Error("conformance/SPEC.md differs from the catalogue: run go generate ./conformance/requirement")
	}
}

func TestDocumentHoldsAllOfEveryRequirement(t *testing.T) {
	var text bytes.Buffer
	if err := requirement.Markdown(&text); err != nil {
		t.Fatal(err)
	}
	for _, r := range requirement.All() {
		_, section, exists := strings.Cut(text.String(), "\n### "+r.ID+"\n")
		if !exists {
			t.Errorf("%s has no section", r.ID)
			continue
		}
		section, _, _ = strings.Cut(section, "\n#")
		for _, part := range []string{string(r.Level), "`" + string(r.Feature) + "`", r.Sentence, r.Reason, r.Judged, "since " + r.Since} {
			if !strings.Contains(section, part) {
				t.Errorf("%s: the section lacks %q", r.ID, part)
			}
		}
		if strings.Contains(section, "· static ·") != r.Static {
			t.Errorf("%s: the section says the opposite of static = %v", r.ID, r.Static)
		}
	}
}

func TestListFitsTheTerminal(t *testing.T) {
	for _, width := range []int{80, 120} {
		var text strings.Builder
		if err := requirement.List(&text, width); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(text.String()) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
				t.Errorf("%d columns of %d: %s", n, width, line)
			}
		}
		flat := strings.Join(strings.Fields(text.String()), " ")
		for _, r := range requirement.All() {
			if want := r.ID + " " + string(r.Level) + " " + string(r.Feature) + " " + r.Sentence; !strings.Contains(flat, want) {
				t.Errorf("lacks %q", want)
			}
		}
	}
}

func TestJSONHoldsTheCatalogue(t *testing.T) {
	var text bytes.Buffer
	if err := requirement.JSON(&text); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Specification string
		Groups        []requirement.Group
	}
	if err := json.Unmarshal(text.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Specification != requirement.SpecVersion || !reflect.DeepEqual(got.Groups, requirement.Groups()) {
		t.Errorf("read back: %+v", got)
	}
}
