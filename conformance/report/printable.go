package report

import (
	"fmt"
	"slices"

	"github.com/podsandbox/pause/images/printable"
)

// printable returns a copy of the report whose text is safe to show: an image or an
// engine may have written anything, escape sequences included.
func (r Report) printable() Report {
	line(&r.Command, &r.Profile, &r.Suite, &r.Specification, &r.Engine.Name, &r.Engine.Version, &r.Engine.Runtime, &r.Engine.RuntimeVersion,
		&r.Engine.Kernel, &r.Engine.CgroupVersion, &r.Engine.Platform, (*string)(&r.Engine.Emulation), &r.Engine.Emulator)
	r.LeftOut = slices.Clone(r.LeftOut)
	for i := range r.LeftOut {
		line(&r.LeftOut[i])
	}
	r.Subjects = slices.Clone(r.Subjects)
	for i := range r.Subjects {
		subject := &r.Subjects[i]
		line(&subject.Image, &subject.Digest, &subject.Platform, &subject.Setting, &subject.Reason, (*string)(&subject.Verdict))
		subject.Results = slices.Clone(subject.Results)
		for j := range subject.Results {
			result := &subject.Results[j]
			lines(&result.Expected, &result.Seen)
			result.Evidence = slices.Clone(result.Evidence)
			for k := range result.Evidence {
				line(&result.Evidence[k].Name)
				lines(&result.Evidence[k].Text)
			}
		}
	}
	return r
}

func line(texts ...*string) {
	for _, text := range texts {
		*text = printable.Text(*text)
	}
}

func lines(texts ...*string) {
	for _, text := range texts {
		*text = printable.Lines(*text)
	}
}

// clip shortens a text to a number of characters, and says so.
func clip(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return fmt.Sprintf("%s … (%s)", string(runes[:most]), Count(len(runes)-most, "more character"))
}

// Count is a number with its noun in the form that agrees: "1 zombie", "2 zombies".
func Count(number int, noun string) string {
	if number == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", number, noun)
}
