// Package bounded reads what strangers wrote, and gives up in time.
package bounded

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
)

// ErrExceeded is in the chain of a Reader's error when there is more than its bound.
var ErrExceeded = errors.New("the bound is exceeded")

// Reader returns an error when there are more than most bytes, and as soon as the
// context is done. io.LimitReader would end there as if all was well.
func Reader(ctx context.Context, from io.Reader, most int64) io.Reader {
	most = max(most, 0)
	return &reader{ctx: ctx, from: from, most: most, rest: most}
}

// boundError is an ErrExceeded with the bound in bytes.
type boundError int64

func (e boundError) Error() string        { return fmt.Sprintf("more than %d bytes", int64(e)) }
func (e boundError) Is(target error) bool { return target == ErrExceeded }

type reader struct {
	ctx        context.Context
	from       io.Reader
	most, rest int64

	// err is returned for ever: some readers read on after an error.
	err error
}

func (r *reader) Read(buffer []byte) (int, error) {
	if err := cmp.Or(r.err, r.ctx.Err()); err != nil {
		return 0, err
	}
	if int64(len(buffer)) > r.rest+1 {
		buffer = buffer[:r.rest+1]
	}
	n, err := r.from.Read(buffer)
	if int64(n) > r.rest {
		r.err = boundError(r.most)
		n, err = int(r.rest), r.err
	}
	r.rest -= int64(n)
	return n, err
}
