package requirement_test

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/requirement"
)

var idPattern = regexp.MustCompile(`^(IMG|PID|SIG|REAP|NS|LIFE|POD)(-[A-Z0-9]+)+$`)

var noteOfChange = regexp.MustCompile(`^[1-9]+\.[0-9]+: [^|\n]+\.$`)

func TestRequirementsAreWhole(t *testing.T) {
	ids := map[string]bool{}
	for _, r := range requirement.All() {
		t.Run(r.ID, func(t *testing.T) {
			if ids[r.ID] {
				t.Error("the id is given twice")
			}
			ids[r.ID] = true
			if !idPattern.MatchString(r.ID) {
				t.Errorf("the id does not match %s", idPattern)
			}
			fields := reflect.ValueOf(r)
			for i := range fields.NumField() {
				if name := fields.Type().Field(i).Name; name != "Static" && name != "Changed" && name != "Follows" && fields.Field(i).IsZero() {
					t.Errorf("%s is empty", name)
				}
			}
			for _, text := range []string{r.Sentence, r.Reason, r.Remedy, r.Judged} {
				if !strings.HasSuffix(text, ".") {
					t.Errorf("does not end in a full stop: %s", text)
				}
			}
			if r.Changed != "" && (!noteOfChange.MatchString(r.Changed) || r.Since != requirement.FirstVersion) {
				t.Errorf("a change is noted as 1.1: what is another, of a requirement that was there in %s: %q", requirement.FirstVersion, r.Changed)
			}
			if version(t, r.Since) > version(t, requirement.SpecVersion) {
				t.Errorf("is in force since %s, and the specification has only reached %s", r.Since, requirement.SpecVersion)
			}
		})
	}
}

// version makes versions comparable: 1.10 is greater than 1.9.
func version(t *testing.T, text string) int {
	t.Helper()
	major, minor, _ := strings.Cut(text, ".")
	a, errA := strconv.Atoi(major)
	b, errB := strconv.Atoi(minor)
	if errA != nil || errB != nil {
		t.Fatalf("%q is no version such as 1.0", text)
	}
	return a*1000 + b
}

func TestSentencesUseTheWordOfTheirLevelAlone(t *testing.T) {
	words := regexp.MustCompile(`\b(MUST|SHOULD|MAY|SHALL|REQUIRED|RECOMMENDED|OPTIONAL)\b`)
	for _, r := range requirement.All() {
		levels := words.FindAllString(r.Sentence, -1)
		if len(levels) == 0 {
			t.Errorf("%s has none of RFC 2119's words: %s", r.ID, r.Sentence)
		}
		for _, word := range levels {
			if word != string(r.Level) {
				t.Errorf("%s is a %s and says %s: %s", r.ID, r.Level, word, r.Sentence)
			}
		}
	}
}

func TestCausesAreOtherRequirementsWithoutACircle(t *testing.T) {
	var visit func(id string, path []string)
	visit = func(id string, path []string) {
		if slices.Contains(path, id) {
			t.Fatalf("a circle: %q leads to %s again", path, id)
		}
		r, known := requirement.Find(id)
		if !known {
			t.Fatalf("%q ends in %s, which is no requirement", path, id)
		}
		for _, cause := range r.Causes() {
			visit(cause, append(slices.Clone(path), id))
		}
	}
	for _, r := range requirement.All() {
		visit(r.ID, nil)
	}
}

// testdata/ids.txt holds a line for every id that has ever been used: the id,
// the version that it came with and, of one that is gone, the version that it
// went with.
func TestIDsAreNeitherLostNorUsedAgain(t *testing.T) {
	text, err := os.ReadFile("testdata/ids.txt")
	if err != nil {
		t.Fatal(err)
	}
	history := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		entry := strings.Fields(line)
		id, since, retirement := entry[0], entry[1], len(entry) > 2
		history[id] = true
		r, exists := requirement.Find(id)
		switch {
		case exists && retirement:
			t.Errorf("%s was dropped in %s, and is used again: choose another id", id, entry[2])
		case !exists && !retirement:
			t.Errorf("%s is gone: write the version that dropped it behind it in testdata/ids.txt", id)
		case exists && r.Since != since:
			t.Errorf("%s is in force since %s, and not since %s", id, since, r.Since)
		}
	}
	for _, r := range requirement.All() {
		if !history[r.ID] {
			t.Errorf("%s is new: add %q to testdata/ids.txt", r.ID, r.ID+" "+r.Since)
		}
	}
}

func TestFindKnowsEveryRequirementAndNoOther(t *testing.T) {
	for _, r := range requirement.All() {
		if got, ok := requirement.Find(r.ID); !ok || got != r {
			t.Errorf("Find(%q) = %v, %v", r.ID, got, ok)
		}
	}
	if got, ok := requirement.Find("pid-1"); ok {
		t.Errorf(`Find("pid-1") = %v`, got)
	}
}

func TestSourcesAreLinked(t *testing.T) {
	for source, want := range map[string]string{
		"kubernetes#87325":               "https://github.com/kubernetes/kubernetes/issues/87325",
		"helm/charts#2989":               "https://github.com/helm/charts/issues/2989",
		"cri-o internal/oci/x.go (Stop)": "https://github.com/cri-o/cri-o/blob/HEAD/internal/oci/x.go",
		"kill(2), pid -1":                "https://man7.org/linux/man-pages/man2/kill.2.html",
		"kubernetes.io/docs/a/b (exec)":  "https://kubernetes.io/docs/a/b",
		"CIS Docker Benchmark 4.8":       "",
		"registry.k8s.io/pause/x is big": "",
	} {
		got := requirement.Requirement{Source: "signal(7); " + source}.References()
		if len(got) != 2 || got[1].Text != source || got[1].URL != want {
			t.Errorf("%q: %v, want %s", source, got, want)
		}
	}
	for _, r := range requirement.All() {
		for _, reference := range r.References() {
			if strings.Contains(reference.URL, "github.com//") {
				t.Errorf("%s: nobody owns the repository of %q", r.ID, reference.Text)
			}
		}
	}
}
