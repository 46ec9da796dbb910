package report

import (
	"slices"

	"github.com/podsandbox/pause/conformance/requirement"
)

// gap is a reason why requirements were not judged, and on which subjects.
type gap struct {
	Status   Status
	Reason   string
	Subjects []string
	IDs      []string
	Count    int // of requirements; a whole chapter is one of IDs
}

// Short is true where the ids of a choice of the user are too many to repeat them.
func (g gap) Short() bool { return g.Status == Filtered && len(g.IDs) > 8 }

func (g gap) same(other gap) bool {
	return g.Status == other.Status && g.Reason == other.Reason && slices.Equal(g.Subjects, other.Subjects)
}

func (r Report) gaps() []gap {
	var gaps []gap
	labels := r.labels()
	for _, group := range requirement.Groups() {
		for _, row := range r.rows(group) {
			for _, next := range row.gaps(labels) {
				if at := slices.IndexFunc(gaps, next.same); at >= 0 {
					gaps[at].IDs = append(gaps[at].IDs, next.IDs...)
				} else {
					gaps = append(gaps, next)
				}
			}
		}
	}
	for i := range gaps {
		gaps[i].Count, gaps[i].IDs = len(gaps[i].IDs), byChapter(gaps[i].IDs)
	}
	return gaps
}

func (r row) gaps(labels []string) []gap {
	var gaps []gap
	for i, result := range r.Cells {
		if result == nil || result.judged() {
			continue
		}
		at := slices.IndexFunc(gaps, func(g gap) bool { return g.Status == result.Status && g.Reason == result.Seen })
		if at < 0 {
			at, gaps = len(gaps), append(gaps, gap{Status: result.Status, Reason: result.Seen, IDs: []string{r.Requirement.ID}})
		}
		gaps[at].Subjects = append(gaps[at].Subjects, labels[i])
	}
	return gaps
}

// byChapter puts SIG-* in the place of the ids of a whole chapter.
func byChapter(ids []string) []string {
	var short []string
	for _, group := range requirement.Groups() {
		var part []string
		for _, rule := range group.Requirements {
			if slices.Contains(ids, rule.ID) {
				part = append(part, rule.ID)
			}
		}
		if len(part) == len(group.Requirements) {
			part = []string{group.Prefix() + "-*"}
		}
		short = append(short, part...)
	}
	return short
}
