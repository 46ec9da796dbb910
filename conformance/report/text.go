package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// printable returns a copy of the report whose text can be shown to people: what
// an image under test has written may be anything, escape sequences included.
func (r Report) printable() Report {
	clean(&r.Command, &r.Profile, &r.Suite,
		&r.Engine.Name, &r.Engine.Version, &r.Engine.Runtime, &r.Engine.Kernel, &r.Engine.CgroupVersion, &r.Engine.Platform)
	r.Subjects = append([]Subject(nil), r.Subjects...)
	for i := range r.Subjects {
		subject := &r.Subjects[i]
		clean(&subject.Image, &subject.Digest, &subject.Platform, &subject.Reason)
		subject.Results = append([]Result(nil), subject.Results...)
		for j := range subject.Results {
			result := &subject.Results[j]
			clean(&result.Expected, &result.Seen)
			result.Evidence = append([]Evidence(nil), result.Evidence...)
			for k := range result.Evidence {
				clean(&result.Evidence[k].Name, &result.Evidence[k].Text)
			}
		}
	}
	return r
}

func clean(texts ...*string) {
	for _, text := range texts {
		*text = visible(*text)
	}
}

// visible escapes what does not print as Go does, save for tabs and line ends.
func visible(text string) string {
	var out strings.Builder
	for i, r := range text {
		_, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, text[i])
		case unicode.IsPrint(r) || r == '\n' || r == '\t':
			out.WriteRune(r)
		case r < utf8.RuneSelf:
			fmt.Fprintf(&out, `\x%02x`, r)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}

// clip shortens a text to a number of characters, and says so.
func clip(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return fmt.Sprintf("%s … (%d more characters)", string(runes[:most]), len(runes)-most)
}
