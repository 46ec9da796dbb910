package engine

import (
	"errors"
	"fmt"
)

// ErrNoImage says that an engine does not hold an image.
var ErrNoImage = errors.New("the engine does not hold it")

// An UnsupportedError says that an engine cannot do what was asked for. Its text is the
// reason in words that users read: "the engine has no pause".
type UnsupportedError struct{ Reason string }

func (e *UnsupportedError) Error() string { return e.Reason }

// Unsupported returns an *UnsupportedError with the reason.
func Unsupported(format string, arguments ...any) error {
	return &UnsupportedError{fmt.Sprintf(format, arguments...)}
}

// A StartError says that an engine accepted a sandbox and could not run its program.
type StartError struct{ Err error }

func (e *StartError) Error() string { return e.Err.Error() }
func (e *StartError) Unwrap() error { return e.Err }

// A LostError says that the engine itself is gone, or no longer answers.
type LostError struct{ Err error }

func (e *LostError) Error() string { return e.Err.Error() }
func (e *LostError) Unwrap() error { return e.Err }

// Lost tells whether the error comes from the loss of the engine.
func Lost(err error) bool { return errors.As(err, new(*LostError)) }
