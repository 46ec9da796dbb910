package report

import "iter"

// Result returns what became of the requirement with the id, and whether there is
// such a result.
func (s Subject) Result(id string) (Result, bool) {
	if result := s.result(id); result != nil {
		return *result, true
	}
	return Result{}, false
}

func (s Subject) result(id string) *Result {
	for i := range s.Results {
		if s.Results[i].Requirement.ID == id {
			return &s.Results[i]
		}
	}
	return nil
}

// Results are what became of the requirement with the id, one for each subject that
// has such a result.
func (r Report) Results(id string) iter.Seq2[Subject, Result] {
	return func(yield func(Subject, Result) bool) {
		for _, subject := range r.Subjects {
			if result, exists := subject.Result(id); exists && !yield(subject, result) {
				return
			}
		}
	}
}

// Chosen are the results but those that were left out by choice.
func (s Subject) Chosen() iter.Seq[Result] {
	return func(yield func(Result) bool) {
		for _, result := range s.Results {
			if result.Status != Filtered && !yield(result) {
				return
			}
		}
	}
}
