// Package transport carries requests to registries within bounds of time, size
// and redirects, whatever a registry answers.
package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote"
)

const (
	// MaxDocument is the size, in bytes, of the largest answer that is not a blob:
	// a manifest, a list, a token. The distribution specification asks registries
	// for manifests of at least 4 MiB.
	MaxDocument = 8 << 20

	// maxReason is how many bytes are read of an answer that is an error.
	maxReason = 32 << 10

	// maxRedirects is net/http's own limit, which go-containerregistry takes away
	// with its CheckRedirect.
	maxRedirects = 10

	// maxStalls is how many requests may stall before a host is given up: one may
	// be due to a connection that was lost.
	maxStalls = 2
)

// Transport is an http.RoundTripper for registries.
type Transport struct {
	// Window is the time in which a request has to make progress: to be answered,
	// to move 64 KiB, or to end. It is 45 seconds unless it is changed.
	Window time.Duration

	inner http.RoundTripper

	mutex  sync.Mutex
	stalls map[string]int
}

// New returns a transport that trusts the system's certificate authorities and
// those in the PEM file ca, which may be empty for none. Its error is ErrAuthority.
func New(ca string) (*Transport, error) {
	pool, err := authorities(ca)
	if err != nil {
		return nil, err
	}
	inner := remote.DefaultTransport.(*http.Transport).Clone()
	inner.TLSClientConfig = &tls.Config{RootCAs: pool}
	inner.MaxResponseHeaderBytes = 1 << 20
	return &Transport{Window: 45 * time.Second, inner: inner, stalls: map[string]int{}}, nil
}

// RoundTrip ends with a StallError when the request makes no progress, and with a
// SizeError when its answer is too large. A media type that it returns is in lower
// case and has no parameters, which say nothing of manifests.
func (t *Transport) RoundTrip(request *http.Request) (*http.Response, error) {
	host := request.URL.Host
	first, redirects := origin(request)
	if redirects > maxRedirects {
		return nil, fmt.Errorf("stopped after %d redirects, the last to %s", maxRedirects, host)
	}
	if stall := t.givenUp(host); stall != nil {
		return nil, stall
	}
	ctx, cancel := context.WithCancel(request.Context())
	clock := newClock(t.Window, cancel)
	response, err := t.inner.RoundTrip(watch(ctx, request, clock))
	clock.answer()
	if err != nil {
		cancel()
		return nil, t.explain(host, clock, err)
	}
	if mediaType, _, err := mime.ParseMediaType(response.Header.Get("Content-Type")); err == nil || errors.Is(err, mime.ErrInvalidMediaParameter) {
		response.Header.Set("Content-Type", mediaType)
	}
	answer := &body{ReadCloser: response.Body, clock: clock, cancel: cancel, budget: MaxDocument, url: first.URL.Redacted(),
		explain: func(err error) error { return t.explain(host, clock, err) }}
	upstream := response.Body
	response.Body = answer
	switch {
	case response.StatusCode >= http.StatusBadRequest:
		// The status says enough, and the library reads no more of the reasons.
		answer.ReadCloser = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(upstream, maxReason), upstream}
	case isBlob(first):
		answer.budget = noLimit
	case request.Method != http.MethodHead && response.ContentLength > MaxDocument:
		answer.Close()
		return nil, &SizeError{answer.url, response.ContentLength}
	}
	return response, nil
}

// origin returns the request that the redirects to this one began with, and how
// many they are.
func origin(request *http.Request) (*http.Request, int) {
	redirects := 0
	for request.Response != nil && redirects <= maxRedirects {
		request = request.Response.Request
		redirects++
	}
	return request, redirects
}

func isBlob(request *http.Request) bool {
	return request.Method == http.MethodGet && strings.Contains(request.URL.Path, "/blobs/")
}

// explain returns a StallError in place of an error that came of a stall.
func (t *Transport) explain(host string, clock *clock, err error) error {
	var network net.Error
	if !clock.isOver() && !(errors.As(err, &network) && network.Timeout()) {
		return err
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.stalls[host]++
	return &StallError{Host: host, Window: t.Window, Final: t.stalls[host] >= maxStalls}
}

func (t *Transport) givenUp(host string) error {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.stalls[host] < maxStalls {
		return nil
	}
	return &StallError{Host: host, Window: t.Window, Final: true}
}
