// Package spelling suggests the word that a user may have meant.
package spelling

import (
	"fmt"
	"strings"
)

// Suggestion is ` (did you mean "word"?)` for the known word that is most like the unknown
// one, for the end of an error message. It is empty where none is like it.
func Suggestion[T ~string](unknown string, known []T) string {
	best, least := "", min(len(unknown), 3+len(unknown)/5)
	for _, word := range known {
		if distance := distance(strings.ToLower(unknown), strings.ToLower(string(word))); distance < least {
			best, least = string(word), distance
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// distance is Levenshtein's: how many letters have to be inserted, deleted or
// replaced to make one word of the other.
func distance(one, other string) int {
	row := make([]int, len(other)+1)
	for i := range row {
		row[i] = i
	}
	for i := range len(one) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(other) {
			substitution := diagonal
			if one[i] != other[j] {
				substitution++
			}
			diagonal = row[j+1]
			row[j+1] = min(substitution, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(other)]
}
