// Package bounded reads what strangers wrote, and gives up in time.
package bounded

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
)

// ErrExceeded is what an error of Reader is where there is more than it reads.
var ErrExceeded = errors.New("the bound is exceeded")

// Reader returns an error when there are more than most bytes, and as soon as the
// context is done. io.LimitReader would end there as if all was well.
func Reader(ctx context.Context, from io.Reader, most int64) io.Reader {
	most = max(most, 0)
	return &reader{ctx: ctx, from: from, most: most, left: most}
}

// exceeded is an ErrExceeded that says how much is read.
type exceeded int64

func (e exceeded) Error() string        { return fmt.Sprintf("more than %d bytes", int64(e)) }
func (e exceeded) Is(target error) bool { return target == ErrExceeded }

type reader struct {
	ctx        context.Context
	from       io.Reader
	most, left int64

	// exceeded stays: some readers read on after an error.
	exceeded error
}

func (r *reader) Read(buffer []byte) (int, error) {
	if err := cmp.Or(r.exceeded, r.ctx.Err()); err != nil {
		return 0, err
	}
	if int64(len(buffer)) > r.left+1 {
		buffer = buffer[:r.left+1]
	}
	n, err := r.from.Read(buffer)
	if int64(n) > r.left {
		r.exceeded = exceeded(r.most)
		n, err = int(r.left), r.exceeded
	}
	r.left -= int64(n)
	return n, err
}
