package verification

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/podsandbox/pause/images/printable"
)

// Why an image is not verified.
var (
	// ErrRefuted is that an image is not what it claims to be.
	ErrRefuted = errors.New("not what it claims to be")

	// ErrUnchecked is that a check could not be made. It says nothing of the image.
	ErrUnchecked = errors.New("could not be checked")
)

// Finding is the outcome of one check.
type Finding struct {
	Check string

	// SkipReason is set when the check was not made.
	SkipReason string

	// Err is nil when the claim holds, and ErrRefuted when it does not. Any other
	// error kept the check from being made.
	Err error
}

// refutation is the result of a comparison that speaks against the image.
type refutation string

func refute(format string, args ...any) error {
	return refutation(printable.Text(fmt.Sprintf(format, args...)))
}

func (r refutation) Error() string { return string(r) }

func (r refutation) Is(target error) bool { return target == ErrRefuted }

// obstacles are errors whose texts are printed with their findings.
type obstacles []error

func (o obstacles) Error() string {
	return ErrUnchecked.Error() + ": fix the errors above and run it again"
}

func (o obstacles) Unwrap() []error { return append(o, ErrUnchecked) }

// Print writes a line for every finding to w. It returns ErrRefuted when one of
// them is against the image, and otherwise ErrUnchecked with the errors of the checks
// that could not be made, if there are any.
func Print(w io.Writer, findings []Finding) error {
	var verdict error
	var errs obstacles
	for _, finding := range findings {
		word, detail := "ok", ""
		if finding.Err != nil {
			detail = ":\n" + indent(printable.Lines(finding.Err.Error()))
		}
		switch {
		case finding.SkipReason != "":
			word, detail = "skipped", ": "+printable.Text(finding.SkipReason)
		case errors.Is(finding.Err, ErrRefuted):
			word, verdict = "FAILED", ErrRefuted
		case finding.Err != nil:
			word, errs = "unchecked", append(errs, finding.Err)
		}
		fmt.Fprintf(w, "%-9s %s%s\n", word, printable.Text(finding.Check), detail)
	}
	if verdict == nil && errs != nil {
		return errs
	}
	return verdict
}

func indent(text string) string {
	const margin = "          "
	return margin + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n"+margin)
}
