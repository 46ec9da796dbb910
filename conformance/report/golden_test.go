package report_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/podsandbox/pause/conformance/report"
)

var update = flag.Bool("update", false, "write testdata anew")

func TestFormsAreAsTheyWereApproved(t *testing.T) {
	passed := fixture()
	passed.Subjects = []report.Subject{whole("linux/amd64")}
	for _, test := range []struct {
		file  string
		write func(io.Writer) error
	}{
		{"report.md", fixture().Markdown},
		{"passed.md", passed.Markdown},
		{"table.txt", table(fixture(), report.Style{Width: 80})},
		{"table-ascii.txt", table(fixture(), report.Style{Width: 80, ASCII: true})},
		{"table-passed.txt", table(passed, report.Style{Width: 80})},
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

func table(r report.Report, style report.Style) func(io.Writer) error {
	return func(w io.Writer) error { return r.Table(w, style) }
}
