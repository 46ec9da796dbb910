// Package bounded reads what strangers wrote, and gives up in time.
package bounded

import (
	"context"
	"fmt"
	"io"
)

// Reader returns an error when there are more than most bytes, and as soon as the
// context is done. io.LimitReader would end there as if all was well.
func Reader(ctx context.Context, from io.Reader, most int64) io.Reader {
	most = max(most, 0)
	return &reader{ctx, from, most, most}
}

// ReadAll returns all that there is, or an error when that is more than most
// bytes.
func ReadAll(ctx context.Context, from io.Reader, most int64) ([]byte, error) {
	return io.ReadAll(Reader(ctx, from, most))
}

type reader struct {
	ctx        context.Context
	from       io.Reader
	most, left int64
}

func (r *reader) Read(buffer []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	if int64(len(buffer)) > r.left+1 {
		buffer = buffer[:r.left+1]
	}
	n, err := r.from.Read(buffer)
	if int64(n) > r.left {
		n, err = int(r.left), fmt.Errorf("more than %d bytes", r.most)
	}
	r.left -= int64(n)
	return n, err
}
