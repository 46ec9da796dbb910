package report_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/podsandbox/pause/conformance/report"
)

var update = flag.Bool("update", false, "write testdata again")

func TestFormsAreAsTheyWereApproved(t *testing.T) {
	for _, test := range []struct {
		file  string
		write func(io.Writer) error
	}{
		{"report.md", stable().Markdown},
		{"table.txt", func(w io.Writer) error { return stable().Table(w, report.Style{Width: 80}) }},
	} {
		t.Run(test.file, func(t *testing.T) {
			var got bytes.Buffer
			if err := test.write(&got); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", test.file)
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("differs from %s; look at what go test ./conformance/report -update changes. It is now:\n%s", path, got.Bytes())
			}
		})
	}
}

// stable is the fixture without the requirements that later versions of the
// specification added.
func stable() report.Report {
	r := fixture()
	r.Specification = "1.0"
	for i := range r.Subjects {
		subject := &r.Subjects[i]
		subject.Results = slices.DeleteFunc(subject.Results, func(result report.Result) bool { return result.Requirement.Since != "1.0" })
	}
	return r
}
