package registry

import (
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	carrier "github.com/podsandbox/pause/images/transport"
)

// retryable tells whether another attempt may succeed. The library goes by the code
// in the answer's body before its status, and knows few of either.
func retryable(err error) bool {
	if stall := new(carrier.StallError); errors.As(err, &stall) {
		return !stall.Final
	}
	if answer := new(transport.Error); errors.As(err, &answer) {
		if answer.StatusCode == http.StatusNotImplemented {
			return false
		}
		return answer.Temporary() || answer.StatusCode == http.StatusTooManyRequests || answer.StatusCode >= http.StatusInternalServerError
	}
	var temporary interface{ Temporary() bool }
	var network net.Error
	return errors.As(err, &temporary) && temporary.Temporary() ||
		errors.As(err, &network) && network.Timeout() ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)
}

// retryableStatuses are the library's own and all others of a server at fault.
func retryableStatuses() []int {
	statuses := []int{http.StatusRequestTimeout, http.StatusTooManyRequests, 499}
	for status := http.StatusInternalServerError; status < 600; status++ {
		if status != http.StatusNotImplemented {
			statuses = append(statuses, status)
		}
	}
	return statuses
}
