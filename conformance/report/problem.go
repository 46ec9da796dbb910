package report

import (
	"slices"

	"github.com/podsandbox/pause/conformance/requirement"
)

// problem is a requirement that failed or ended in error, with each such result.
type problem struct {
	Requirement requirement.Requirement
	Cases       []occurrence

	// Follows are the ids of other problems that are a probable cause, where each of
	// the results has one.
	Follows []string
}

type occurrence struct {
	Subject string
	*Result
}

// problems are in the order in which to mend them: MUSTs before SHOULDs, failures
// before errors, and causes before what follows from them.
func (r Report) problems() []problem {
	var problems []problem
	labels := r.labels()
	for _, group := range requirement.Groups() {
		for _, row := range r.rows(group) {
			next := problem{Requirement: row.Requirement}
			for i, result := range row.Cells {
				if result != nil && (result.Status == Fail || result.Status == Error) {
					next.Cases = append(next.Cases, occurrence{labels[i], result})
				}
			}
			if len(next.Cases) > 0 {
				next.Follows = next.follows()
				problems = append(problems, next)
			}
		}
	}
	slices.SortStableFunc(problems, func(a, b problem) int { return a.rank() - b.rank() })
	return problems
}

func (p problem) follows() []string {
	var causes []string
	for _, result := range p.Cases {
		if len(result.Follows) == 0 {
			return nil
		}
		causes = append(causes, result.Follows...)
	}
	slices.Sort(causes)
	return slices.Compact(causes)
}

func (p problem) rank() (rank int) {
	if p.Requirement.Level != requirement.Must {
		rank += 4
	}
	if p.failure() == nil {
		rank += 2
	}
	if len(p.Follows) > 0 {
		rank++
	}
	return rank
}

// Worst is the mark of the problem as a whole.
func (p problem) Worst() mark {
	if failure := p.failure(); failure != nil {
		return failure.Mark()
	}
	return p.Cases[0].Mark()
}

// Fails reports whether there is something to mend in the image, and here: an error may
// have any cause, and what follows from another failure is mended there.
func (p problem) Fails() bool { return p.failure() != nil && len(p.Follows) == 0 }

func (p problem) failure() *Result {
	for _, result := range p.Cases {
		if result.Status == Fail {
			return result.Result
		}
	}
	return nil
}
