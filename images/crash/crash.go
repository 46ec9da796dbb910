// Package crash turns a panic into an error of one line.
package crash

import (
	"fmt"
	"path"
	"runtime"
	"strings"
)

// module is the path of the packages in which a reader looks first.
const module = "github.com/podsandbox/pause/"

// Error is a fault of this program.
type Error struct {
	// What is the value of the panic, and Where the function and line.
	What, Where string
}

func (e *Error) Error() string {
	return fmt.Sprintf("a fault of this program, please report it: %s in %s", e.What, e.Where)
}

// Recover puts an Error in err when the function that defers it panics.
func Recover(err *error) {
	if value := recover(); value != nil {
		*err = &Error{What: fmt.Sprint(value), Where: where()}
	}
}

// where returns the place of the panic, and the last one in this module when that is
// another.
func where() string {
	callers := make([]uintptr, 64)
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers)])
	var places []string
	for {
		frame, more := frames.Next()
		own := strings.HasPrefix(frame.Function, module)
		if !strings.HasPrefix(frame.Function, "runtime.") && (len(places) == 0 || own) {
			places = append(places, fmt.Sprintf("%s (%s:%d)", path.Base(frame.Function), path.Base(frame.File), frame.Line))
		}
		if own || !more {
			return strings.Join(places, ", called from ")
		}
	}
}
