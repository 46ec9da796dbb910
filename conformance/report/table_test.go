package report_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/podsandbox/pause/conformance/report"
)

func tableText(t *testing.T, r report.Report, style report.Style) string {
	t.Helper()
	var text strings.Builder
	if err := r.Table(&text, style); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func TestTableFitsTheTerminal(t *testing.T) {
	many := fixture()
	for _, platform := range []string{"386", "arm", "loong64", "ppc64le", "riscv64", "s390x"} {
		many.Subjects = append(many.Subjects, whole("linux/"+platform))
	}
	images := fixture()
	images.Subjects[1].Image = "registry.example.org/a/rather/long/name/of/an/image:with-a-tag"
	for name, r := range map[string]report.Report{"fixture": fixture(), "many platforms": many, "two images": images} {
		for _, width := range []int{80, 132} {
			for line := range strings.Lines(tableText(t, r, report.Style{Width: width})) {
				line = strings.TrimSuffix(line, "\n")
				if strings.Contains(line, r.Command) || strings.Contains(line, images.Subjects[1].Image) {
					continue // to be copied whole
				}
				if n := utf8.RuneCountInString(line); n > width {
					t.Errorf("%s: %d columns of %d: %s", name, n, width, line)
				}
				if strings.TrimRight(line, " ") != line {
					t.Errorf("%s: blanks at the end of %q", name, line)
				}
			}
		}
	}
}

func TestTableSaysWhatFailedAndWhy(t *testing.T) {
	text := strings.Join(strings.Fields(tableText(t, fixture(), report.Style{Width: 80})), " ")
	for _, subject := range fixture().Subjects {
		for _, result := range subject.Results {
			if result.Status != report.Fail || result.Requirement.ID == "REAP-BURST" {
				continue
			}
			for _, want := range []string{
				"expected " + result.Expected + " seen " + result.Seen, "why " + result.Requirement.Reason, "source " + result.Requirement.Source,
			} {
				if !strings.Contains(text, want) {
					t.Errorf("%s: lacks %q", result.Requirement.ID, want)
				}
			}
		}
	}
}

func TestTableTellsSubjectsApart(t *testing.T) {
	r := fixture()
	r.Subjects[1].Image, r.Subjects[1].Platform = "localhost/other:1", r.Subjects[0].Platform
	text := tableText(t, r, report.Style{Width: 80})
	for _, want := range []string{"#1", "#2", "#2  not conformant  localhost/other:1"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q:\n%s", want, text)
		}
	}
}

func TestTableIsPlainUnlessColorIsAskedFor(t *testing.T) {
	control := regexp.MustCompile(`[\x00-\x09\x0b-\x1f\x7f]`)
	plain := tableText(t, fixture(), report.Style{Width: 80})
	if character := control.FindString(plain); character != "" {
		t.Errorf("holds the control character %q", character)
	}
	color := tableText(t, fixture(), report.Style{Width: 80, Color: true})
	style := regexp.MustCompile("\x1b\\[[0-9;]*m")
	if !style.MatchString(color) {
		t.Error("has no color where it was asked for")
	}
	if style.ReplaceAllString(color, "") != plain {
		t.Error("color changes more than the color")
	}
}

func TestTableIsASCIIWhereThatIsAskedFor(t *testing.T) {
	for _, r := range tableText(t, fixture(), report.Style{Width: 80, ASCII: true}) {
		if r >= utf8.RuneSelf {
			t.Fatalf("holds %q", r)
		}
	}
}

func TestTableOfNothingSaysSo(t *testing.T) {
	if text := tableText(t, report.Report{}, report.Style{}); !strings.Contains(text, "could not test") {
		t.Error(text)
	}
}
