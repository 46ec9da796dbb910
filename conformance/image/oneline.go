package image

import (
	"strings"
	"unicode"
)

// oneLine is an error whose text is one line without control characters.
type oneLine struct{ error }

func (e oneLine) Unwrap() error { return e.error }

func (e oneLine) Error() string {
	text := strings.Join(strings.Fields(e.error.Error()), " ")
	return strings.Map(func(character rune) rune {
		if !unicode.IsPrint(character) {
			return -1
		}
		return character
	}, text)
}
