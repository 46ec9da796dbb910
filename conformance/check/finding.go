package check

import (
	"cmp"
	"regexp"
	"strings"
)

// Gomega's account of a failed expectation, as format.Message writes it.
var (
	waited     = regexp.MustCompile(`^Timed out after ([0-9.]+)s\.\n`)
	comparison = regexp.MustCompile(`(?s)^Expected\n(.*?)\n(?:not )?to (?:be|equal|have|contain)\b`)
	gotError   = regexp.MustCompile(`(?s)^(?:Expected success, but got an error|Unexpected error):\n\s*<[^\n]*>:\s*(.*?)(?:\n\s*\{|$)`)
	typed      = regexp.MustCompile(`<[^<>\n]*>: ?`)
	blank      = regexp.MustCompile(`\s+`)
)

// told turns Gomega's account, which starts with the expectation's annotation, into
// what was expected and what was seen instead.
func told(message string) (expected, seen string) {
	still := ""
	if found := waited.FindStringSubmatch(message); found != nil {
		message, still = message[len(found[0]):], ", still after "+found[1]+" s"
	}
	expected, account, _ := strings.Cut(message, "\n")
	switch {
	case comparison.MatchString(account):
		seen = comparison.FindStringSubmatch(account)[1]
	case gotError.MatchString(account):
		seen = gotError.FindStringSubmatch(account)[1]
	default:
		seen = account
	}
	seen = blank.ReplaceAllString(typed.ReplaceAllString(seen, ""), " ")
	seen = strings.TrimSpace(strings.NewReplacer("[ ", "[", ", ]", "]").Replace(seen))
	return expected, cmp.Or(seen, "nothing") + still
}
