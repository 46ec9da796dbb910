package report

import (
	"encoding/json"
	"io"
)

// JSON writes the report for programs. report.schema.json tells its form.
func (r Report) JSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(r)
}
