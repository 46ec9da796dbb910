package report

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/onsi/ginkgo/v2/formatter"

	"github.com/podsandbox/pause/images/printable"
)

// Style is what the terminal can show.
type Style struct {
	Width int // in columns; at least 80 are used
	Color bool
	ASCII bool
}

// Table writes the report for a terminal: the table of requirements and subjects,
// the failures with reason and remedy, the requirements that were not judged, and the
// verdicts.
func (r Report) Table(w io.Writer, style Style) error {
	t := table{Report: r.printable(), Style: style, Formatter: formatter.NewWithNoColorBool(!style.Color)}
	t.Width = max(t.Width, 80)
	t.heading()
	t.matrix()
	t.problems()
	t.gaps()
	t.verdicts()
	text := trailing.ReplaceAllString(t.String(), "\n")
	if t.ASCII {
		text = nonASCII.ReplaceAllStringFunc(strings.ReplaceAll(text, "…", "..."), func(text string) string {
			return strings.Trim(strconv.QuoteToASCII(text), `"`)
		})
	}
	_, err := io.WriteString(w, text)
	return err
}

var (
	trailing = regexp.MustCompile(` +\n`)
	nonASCII = regexp.MustCompile(`[^\x00-\x7f]+`)
)

type table struct {
	Report
	Style
	formatter.Formatter
	strings.Builder
}

func (t *table) heading() {
	title := fmt.Sprintf("Sandbox image conformance, specification %s, profile %s", t.Specification, t.Profile)
	fmt.Fprintln(t, t.F("{{bold}}%s{{/}}", title))
	var facts []string
	for _, fact := range t.environment() {
		switch fact.Name {
		case "Engine", "Runtime", "Host":
			facts = append(facts, fact.Value)
		case "Kernel", "Cgroup version", "Seed", "Took":
			facts = append(facts, strings.ToLower(fact.Name)+" "+fact.Value)
		}
	}
	fmt.Fprintln(t, t.wrap(0, strings.Join(facts, ", ")))
}

// matrix has a line for each requirement and a column for each subject.
func (t *table) matrix() {
	heads := t.heads()
	for _, chapter := range t.chapters() {
		title := fmt.Sprintf("%-30s", chapter.Title)
		fmt.Fprintf(t, "\n%s\n", t.F("{{bold}}%s{{/}}", title+strings.Join(heads, "")))
		for _, row := range chapter.Rows {
			fmt.Fprintf(t, "  %-20s  %-6s", row.Requirement.ID, row.Requirement.Level)
			for i, cell := range row.Cells {
				t.cell(cell.Mark(), utf8.RuneCountInString(heads[i]))
			}
			fmt.Fprintln(t)
		}
	}
	fmt.Fprintln(t)
	t.writeLegend()
}

// writeLegend writes the legend of the matrix.
func (t *table) writeLegend() {
	column := 0
	for _, m := range t.legend() {
		entry := t.symbol(m) + " " + m.Meaning + "   "
		if width := utf8.RuneCountInString(entry); column+width > t.Width+3 {
			fmt.Fprintf(t, "\n%s", entry)
			column = width
		} else {
			fmt.Fprint(t, entry)
			column += width
		}
	}
	fmt.Fprintln(t)
}

// cell writes a mark below the middle of a head, which two blanks precede.
func (t *table) cell(m mark, width int) {
	symbol := t.symbol(m)
	columns := utf8.RuneCountInString(symbol)
	before := (width + 2 - columns) / 2
	fmt.Fprint(t, strings.Repeat(" ", before), t.paint(m, symbol), strings.Repeat(" ", width-before-columns))
}

// heads are the platforms, or numbers where those are too wide or not enough to
// tell the subjects apart.
func (t *table) heads() []string {
	var heads []string
	width, apart := 30, map[string]bool{}
	for _, label := range t.labels() {
		head := fmt.Sprintf("  %4s", strings.TrimPrefix(label, "linux/"))
		heads, width, apart[head] = append(heads, head), width+utf8.RuneCountInString(head), true
	}
	if len(apart) < len(heads) || width > t.Width {
		for i := range heads {
			heads[i] = fmt.Sprintf("%5s", "#"+strconv.Itoa(i+1))
		}
	}
	return heads
}

// entry writes a name, and beside it a text of at most a number of characters.
func (t *table) entry(indentation int, name, text string, most int) {
	if text == "" {
		return
	}
	text = t.wrap(indentation+5, clip(text, most))
	fmt.Fprintf(t, "%s%-10s%s\n", strings.Repeat("  ", indentation), name, strings.TrimLeft(text, " "))
}

// wrap breaks words too, where a line cannot hold them. A line break can make a
// command to a runner of a text that was none.
func (t *table) wrap(indentation int, text string) string {
	unbroken := regexp.MustCompile(fmt.Sprintf(`\S{%d}`, t.Width-2*indentation))
	return printable.Lines(t.Fiw(uint(indentation), uint(t.Width), "%s", unbroken.ReplaceAllString(text, "$0 ")))
}

func (t *table) symbol(m mark) string {
	if t.ASCII {
		return m.ASCII
	}
	return m.Symbol
}

func (t *table) paint(m mark, text string) string {
	if strings.TrimSpace(text) == "" {
		return text
	}
	return t.F("{{"+m.Color+"}}%s{{/}}", text)
}
