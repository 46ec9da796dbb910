package report

import (
	"encoding/json"
	"io"
)

// JSON writes the report for programs. report.schema.json tells its form, in
// which lists may be empty and are never null.
func (r Report) JSON(w io.Writer) error {
	r.Subjects = append([]Subject{}, r.Subjects...)
	for i := range r.Subjects {
		r.Subjects[i].Results = append([]Result{}, r.Subjects[i].Results...)
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(r)
}
