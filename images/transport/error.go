package transport

import (
	"errors"
	"fmt"
	"time"
)

// ErrAuthority is that a file holds no certificate authority.
var ErrAuthority = errors.New("no certificate authority")

// StallError is that a request made no progress in time.
type StallError struct {
	Host   string
	Window time.Duration

	// Final is whether the host is given up, so that another attempt is useless.
	Final bool
}

func (e *StallError) Error() string {
	return fmt.Sprintf("no answer from %s: less than %d KiB in %s", e.Host, share>>10, e.Window)
}

// Timeout makes it a net.Error.
func (e *StallError) Timeout() bool { return true }

// Temporary makes it a net.Error: another attempt may go over another connection.
func (e *StallError) Temporary() bool { return !e.Final }

// SizeError is that an answer is larger than what it is for needs.
type SizeError struct {
	URL string

	// Size is that of the answer, in bytes, as far as it is known.
	Size int64
}

func (e *SizeError) Error() string {
	return fmt.Sprintf("%s answers %d bytes or more, at most %d are read", e.URL, e.Size, MaxDocument)
}
