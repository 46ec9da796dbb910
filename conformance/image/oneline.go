package image

import (
	"strings"

	"github.com/podsandbox/pause/images/printable"
)

// oneLine is an error whose text is one line that is safe to show.
type oneLine struct{ error }

func (e oneLine) Unwrap() error { return e.error }

func (e oneLine) Error() string {
	return printable.Text(strings.Join(strings.Fields(e.error.Error()), " "))
}
