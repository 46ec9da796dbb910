package report

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/template"

	"github.com/podsandbox/pause/conformance/requirement"
)

// MaxMarkdown is the greatest size of the Markdown form in bytes: a comment on GitHub
// holds 65,536 characters.
const MaxMarkdown = 60 << 10

//go:embed report.md.tmpl
var markdownText string

var markdown = template.Must(template.New("report.md").Funcs(template.FuncMap{
	"text": escapeMarkdown,
	"ids":  linkMarkdown,
	"join": strings.Join,
}).Parse(markdownText))

// detail limits the Markdown form: characters of a text and of a piece of evidence,
// and the number of subjects.
type detail struct {
	Text, Evidence, Subjects int
	Problems, Matrix         bool
}

var details = []detail{
	{600, 2000, 1000, true, true},
	{400, 400, 1000, true, true},
	{200, 0, 1000, true, true},
	{100, 0, 100, true, false},
	{60, 0, 20, true, false},
	{40, 0, 20, false, false},
}

// Markdown writes the report for the summaries of CI jobs and for comments on pull
// requests, with as much detail as MaxMarkdown allows. The HTML form has the rest.
func (r Report) Markdown(w io.Writer) error {
	content := r.printable().page()
	var text []byte
	err := errTooLong
	for _, detail := range details {
		if !errors.Is(err, errTooLong) {
			break
		}
		out := comment{}
		err = markdown.Execute(&out, markdownPage{content, detail})
		text = out
	}
	if err == nil {
		_, err = w.Write(text)
	}
	return err
}

var errTooLong = fmt.Errorf("the Markdown form has more than %d bytes", MaxMarkdown)

// comment is text of at most MaxMarkdown bytes.
type comment []byte

func (c *comment) Write(text []byte) (int, error) {
	if len(*c)+len(text) > MaxMarkdown {
		return 0, errTooLong
	}
	*c = append(*c, text...)
	return len(text), nil
}

type markdownPage struct {
	page
	Detail detail
}

// Shortened reports whether the HTML form has more.
func (p markdownPage) Shortened() bool { return p.Detail != details[0] || p.Hidden() > 0 }

// Shown are the subjects that have a line.
func (p markdownPage) Shown() []Subject {
	return p.Subjects[:min(len(p.Subjects), p.Detail.Subjects)]
}

// Hidden is the number of the other subjects.
func (p markdownPage) Hidden() int { return len(p.Subjects) - len(p.Shown()) }

func (p markdownPage) Short(text string) string { return escapeMarkdown(clip(text, p.Detail.Text)) }
func (p markdownPage) Long(text string) string  { return escapeMarkdown(clip(text, p.Detail.Evidence)) }
func (p markdownPage) IDs(text string) string   { return linkMarkdown(clip(text, p.Detail.Text)) }

func linkMarkdown(text string) string {
	return link(text, escapeMarkdown, func(rule requirement.Requirement) string { return fmt.Sprintf("[%s](%s)", rule.ID, rule.URL()) })
}

// escapeMarkdown takes the meaning from all characters to which Markdown, HTML or
// GitHub gives one; the zero-width space keeps GitHub from notifying people.
func escapeMarkdown(text string) string {
	var out strings.Builder
	for _, r := range text {
		switch {
		case r == '\n':
			out.WriteString("<br>")
		case r == '@':
			out.WriteString("&#64;&#8203;")
		case strings.ContainsRune("\\`*_{}[]<>|#&~$!", r):
			fmt.Fprintf(&out, "&#%d;", r)
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}
