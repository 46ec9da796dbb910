package report

import "slices"

// gap is a reason for which requirements were not judged, and on which subjects.
type gap struct {
	Status   Status
	Reason   string
	Subjects []string
	IDs      []string
}

func (g gap) same(other gap) bool {
	return g.Status == other.Status && g.Reason == other.Reason && slices.Equal(g.Subjects, other.Subjects)
}

func (r Report) gaps() []gap {
	var gaps []gap
	labels := r.labels()
	for _, chapter := range r.chapters() {
		for _, row := range chapter.Rows {
			for _, found := range row.gaps(labels) {
				if at := slices.IndexFunc(gaps, found.same); at >= 0 {
					gaps[at].IDs = append(gaps[at].IDs, found.IDs...)
				} else {
					gaps = append(gaps, found)
				}
			}
		}
	}
	return gaps
}

func (r row) gaps(labels []string) []gap {
	var gaps []gap
	for i, result := range r.Cells {
		if result == nil || result.Status == Pass || result.Status == Fail || result.Status == Error {
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
