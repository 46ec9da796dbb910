package report

import (
	"slices"

	"github.com/podsandbox/pause/conformance/requirement"
)

// chapter is a part of the table of requirements and subjects.
type chapter struct {
	Title string
	Rows  []row
}

// row has a cell for each subject. The cell of a subject without such a result is nil.
type row struct {
	Requirement requirement.Requirement
	Cells       []*Result
}

// chapters leave out the requirements that no subject was judged by: the gaps name
// them, with the reason.
func (r Report) chapters() []chapter {
	var chapters []chapter
	for _, group := range requirement.Groups() {
		next := chapter{Title: group.Title}
		for _, row := range r.rows(group) {
			if slices.ContainsFunc(row.Cells, (*Result).judged) {
				next.Rows = append(next.Rows, row)
			}
		}
		if len(next.Rows) > 0 {
			chapters = append(chapters, next)
		}
	}
	return chapters
}

func (r Report) rows(group requirement.Group) []row {
	var rows []row
	for _, rule := range group.Requirements {
		next := row{Requirement: rule}
		for i := range r.Subjects {
			next.Cells = append(next.Cells, r.Subjects[i].result(rule.ID))
		}
		rows = append(rows, next)
	}
	return rows
}

// judged reports whether the suite judged the image by the requirement, or tried to.
func (r *Result) judged() bool {
	return r != nil && (r.Status == Pass || r.Status == Fail || r.Status == Error)
}

// labels tell the subjects apart: by platform where they are of one image.
func (r Report) labels() []string {
	labels := make([]string, len(r.Subjects))
	severalImages := slices.ContainsFunc(r.Subjects, func(s Subject) bool { return s.Image != r.Subjects[0].Image })
	for i, subject := range r.Subjects {
		labels[i] = subject.Platform
		if severalImages || subject.Platform == "" {
			labels[i] = subject.Image + " " + subject.Platform
		}
	}
	return labels
}
