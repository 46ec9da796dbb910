package requirement

import (
	"fmt"
	"path"
	"strings"

	"github.com/podsandbox/pause/conformance/internal/spelling"
)

// Choose returns the requirements that a word of the command line names, in the
// document's order: an id in any case, a chapter (SIG, Signals), or a pattern in
// the form of path.Match (SIG-*). The error is one line, for a word that names none.
func Choose(word string) ([]Requirement, error) {
	pattern := strings.ToUpper(strings.TrimSpace(word))
	var ids, chapters []string
	var choice []Requirement
	for _, group := range Groups() {
		chapter := group.Prefix()
		chapters = append(chapters, chapter, chapter+"-*")
		whole := pattern == chapter || pattern == strings.ToUpper(group.Title)
		for _, requirement := range group.Requirements {
			ids = append(ids, requirement.ID)
			if like, err := path.Match(pattern, requirement.ID); whole || like && err == nil {
				choice = append(choice, requirement)
			}
		}
	}
	if len(choice) == 0 {
		return nil, fmt.Errorf("requirement %q: there is none of this id%s; see pause-conformance list",
			word, spelling.Suggestion(word, append(ids, chapters...)))
	}
	return choice, nil
}

// Prefix is how the ids of the chapter start, without the hyphen: SIG.
func (g Group) Prefix() string {
	prefix, _, _ := strings.Cut(g.Requirements[0].ID, "-")
	return prefix
}
