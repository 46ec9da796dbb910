package report

import (
	"slices"

	"github.com/podsandbox/pause/conformance/requirement"
)

// chapter is a part of the requirement × subject table.
type chapter struct {
	Title string
	Rows  []row
}

// row holds what was found about a requirement, with one cell for each subject.
// The cell of a subject that has no such result is nil.
type row struct {
	Requirement requirement.Requirement
	Cells       []*Result
}

func (r Report) chapters() []chapter {
	var chapters []chapter
	for _, group := range requirement.Groups() {
		made := chapter{Title: group.Title}
		for _, rule := range group.Requirements {
			if cells, judged := r.cells(rule.ID); judged {
				made.Rows = append(made.Rows, row{Requirement: rule, Cells: cells})
			}
		}
		if len(made.Rows) > 0 {
			chapters = append(chapters, made)
		}
	}
	return chapters
}

func (r Report) cells(id string) (cells []*Result, judged bool) {
	cells = make([]*Result, len(r.Subjects))
	for i, subject := range r.Subjects {
		for j := range subject.Results {
			if subject.Results[j].Requirement.ID == id {
				cells[i], judged = &subject.Results[j], true
			}
		}
	}
	return cells, judged
}

// judged counts the subjects that have results.
func (r Report) judged() int {
	count := 0
	for _, subject := range r.Subjects {
		if len(subject.Results) > 0 {
			count++
		}
	}
	return count
}

// problem is a requirement that was failed or ended in error, and where.
type problem struct {
	Requirement requirement.Requirement
	Cases       []occurrence
}

type occurrence struct {
	Subject string
	*Result
}

func (r Report) problems() []problem {
	var problems []problem
	labels := r.labels()
	for _, chapter := range r.chapters() {
		for _, row := range chapter.Rows {
			found := problem{Requirement: row.Requirement}
			for i, result := range row.Cells {
				if result != nil && (result.Status == Fail || result.Status == Error) {
					found.Cases = append(found.Cases, occurrence{Subject: labels[i], Result: result})
				}
			}
			if len(found.Cases) > 0 {
				problems = append(problems, found)
			}
		}
	}
	return problems
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
