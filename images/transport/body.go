package transport

import (
	"context"
	"io"
	"net/http"
)

// noLimit is the limit of a blob, whose size its reader knows.
const noLimit = 1<<63 - 1

// body is an answer, which ends early when it stalls or is too large.
type body struct {
	io.ReadCloser
	clock   *clock
	cancel  context.CancelFunc
	budget  int64
	url     string
	explain func(error) error
}

func (b *body) Read(buffer []byte) (int, error) {
	count, err := b.clock.receive(func() (int, error) { return b.ReadCloser.Read(buffer) })
	if b.budget -= int64(count); b.budget < 0 {
		return 0, &SizeError{b.url, MaxDocument - b.budget}
	}
	if err != nil && err != io.EOF {
		err = b.explain(err)
	}
	return count, err
}

func (b *body) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}

// content is what a request sends.
type content struct {
	io.ReadCloser
	clock *clock
}

func (c *content) Read(buffer []byte) (int, error) {
	return c.clock.send(func() (int, error) { return c.ReadCloser.Read(buffer) })
}

// watch returns the request with content that the clock knows of.
func watch(ctx context.Context, request *http.Request, clock *clock) *http.Request {
	result := request.WithContext(ctx)
	if request.Body == nil || request.Body == http.NoBody {
		return result
	}
	result.Body = &content{request.Body, clock}
	if request.GetBody != nil {
		result.GetBody = func() (io.ReadCloser, error) {
			again, err := request.GetBody()
			return &content{again, clock}, err
		}
	}
	return result
}
