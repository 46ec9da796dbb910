package report

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
)

// SchemaURL is where the JSON Schema of the JSON form can be read.
const SchemaURL = "https://raw.githubusercontent.com/podsandbox/pause/HEAD/conformance/report/report.schema.json"

// JSONSchema is the JSON Schema of the JSON form.
//
//go:embed report.schema.json
var JSONSchema string

// JSON writes the report for programs. JSONSchema describes its form, in which lists
// may be empty and are never null.
func (r Report) JSON(w io.Writer) error {
	r.Subjects = append([]Subject{}, r.Subjects...)
	for i := range r.Subjects {
		r.Subjects[i].Results = append([]Result{}, r.Subjects[i].Results...)
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(struct {
		SchemaURL string `json:"$schema"`
		Report
	}{SchemaURL, r})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, escapeJSON(text.String()))
	return err
}

// escapeJSON escapes what a terminal or the log of a workflow would obey. Each such
// character is part of a string, where the escape means the same.
func escapeJSON(text string) string {
	var out strings.Builder
	for _, r := range strings.ReplaceAll(text, "##", `#\u0023`) {
		switch {
		case r == '\n' || strconv.IsPrint(r):
			out.WriteRune(r)
		case r <= 0xffff:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			for _, half := range utf16.AppendRune(nil, r) {
				fmt.Fprintf(&out, `\u%04x`, half)
			}
		}
	}
	return out.String()
}
