package image

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/podsandbox/pause/conformance/image/bounded"
)

const (
	// maxRedirects is net/http's own limit, which go-containerregistry takes away.
	maxRedirects = 10

	// patience is how long a registry may keep silent, and maxDuration how long one
	// answer may take, whatever comes of it in between.
	patience    = time.Minute
	maxDuration = 15 * time.Minute
)

// transport bounds what a registry can take of the memory and the time of this
// machine.
type transport struct {
	http.RoundTripper
	patience time.Duration
}

func (t transport) RoundTrip(request *http.Request) (*http.Response, error) {
	if n := redirects(request); n > maxRedirects {
		return nil, fmt.Errorf("%s redirects more than %d times", request.URL.Host, maxRedirects)
	}
	ctx, cancel := context.WithCancelCause(request.Context())
	ctx, stop := context.WithTimeoutCause(ctx, maxDuration, fmt.Errorf("the answer of %s takes more than %s", request.URL.Host, maxDuration))
	silent := time.AfterFunc(t.patience, func() {
		cancel(fmt.Errorf("no answer from %s for %s", request.URL.Host, t.patience))
	})
	body := &answer{ctx: ctx, silent: silent, patience: t.patience, end: func() { silent.Stop(); stop(); cancel(nil) }}
	response, err := t.RoundTripper.RoundTrip(request.WithContext(ctx))
	if err != nil {
		defer body.end()
		return nil, body.cause(err)
	}
	body.ReadCloser, body.limited = response.Body, response.Body
	if strings.Contains(request.URL.Path, "/manifests/") {
		body.limited = bounded.Reader(ctx, response.Body, maxManifest)
	}
	response.Body = body
	return response, nil
}

// redirects counts the answers that led to the request.
func redirects(request *http.Request) (count int) {
	for ; request.Response != nil; request = request.Response.Request {
		count++
	}
	return count
}

// answer is a response's body. Each part of it that comes restarts the clock.
type answer struct {
	io.ReadCloser
	limited  io.Reader
	ctx      context.Context
	silent   *time.Timer
	patience time.Duration
	end      func()
}

func (a *answer) Read(buffer []byte) (int, error) {
	n, err := a.limited.Read(buffer)
	if n > 0 {
		a.silent.Reset(a.patience)
	}
	if err != nil && err != io.EOF {
		err = a.cause(err)
	}
	return n, err
}

func (a *answer) Close() error {
	defer a.end()
	return a.ReadCloser.Close()
}

// cause replaces the error of a request that was cancelled by why it was.
func (a *answer) cause(err error) error {
	if a.ctx.Err() != nil {
		return context.Cause(a.ctx)
	}
	return err
}
