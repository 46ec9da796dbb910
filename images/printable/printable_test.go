package printable_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/podsandbox/pause/images/printable"
)

func TestTextIsOneLineOfVisibleCharacters(t *testing.T) {
	for text, want := range map[string]string{
		"plain, größer, 日本, [::1]:5000, a::b":           "plain, größer, 日本, [::1]:5000, a::b",
		`C:\temp\x1b "quoted"`:                          `C:\temp\x1b "quoted"`,
		"two\nlines\r\n\tand a tab":                     `two\nlines\r\n\tand a tab`,
		"\x1b]0;title\x07\x1b[31mred":                   `\x1b]0;title\a\x1b[31mred`,
		"\x9b31m \u009b31m":                             `\x9b31m \u009b31m`,
		"user\u202etxt.exe\u2066 zero\u200bwidth\ufeff": `user\u202etxt.exe\u2066 zero\u200bwidth\ufeff`,
		"line\u2028separator \U000e0041tag":             `line\u2028separator \U000e0041tag`,
		"no \xff\xfe UTF-8, \ufffd is":                  `no \xff\xfe UTF-8, ` + "\ufffd is",
	} {
		if got := printable.Text(text); got != want {
			t.Errorf("Text(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestNoLineOfTextIsACommandToARunner(t *testing.T) {
	for text, want := range map[string]string{
		"::error::no":                `\x3a:error::no`,
		"  ::add-mask::a":            `  \x3a:add-mask::a`,
		"seen ##[error]no":           `seen ##\x5berror]no`,
		"##vso[task.complete]":       `##vso\x5btask.complete]`,
		"first\n\t::stop-commands::": "first\n\t\\x3a:stop-commands::",
		"first\n\u00a0::error::no":   "first\n\\u00a0::error::no",
	} {
		if got := printable.Lines(text); got != want {
			t.Errorf("Lines(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("\x1b]0;PWNED\x07\x1b[31mred\r\n::error::pwned\n::add-mask::a\n<script>")
	f.Add("\xff##[\u202e")
	f.Add(" :::##a[##[")
	command := regexp.MustCompile(`^\s*::|##[A-Za-z]*\[`)
	f.Fuzz(func(t *testing.T, text string) {
		one, several := printable.Text(text), printable.Lines(text)
		if printable.Text(one) != one || printable.Lines(several) != several {
			t.Errorf("%q changes when it is escaped again", text)
		}
		if strings.Count(several, "\n") != strings.Count(text, "\n") {
			t.Errorf("%q has other lines as %q", text, several)
		}
		for _, line := range append(strings.Split(several, "\n"), one) {
			if !utf8.ValidString(line) || command.MatchString(line) {
				t.Errorf("%q is not safe as %q", text, line)
			}
			for _, r := range strings.ReplaceAll(line, "\t", "") {
				if !strconv.IsPrint(r) {
					t.Errorf("%q shows %q", text, r)
				}
			}
		}
		if strings.Contains(one, "\t") {
			t.Errorf("%q keeps a tab as %q", text, one)
		}
	})
}
