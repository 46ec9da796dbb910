package bounded

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestReadsUpToTheBound(t *testing.T) {
	if content, err := io.ReadAll(Reader(context.Background(), strings.NewReader("pause"), 5)); string(content) != "pause" || err != nil {
		t.Errorf("%q, %v", content, err)
	}
}

func TestGoesOnFailingBeyondTheBound(t *testing.T) {
	for _, most := range []int64{4, 0, -1} {
		reader := Reader(context.Background(), strings.NewReader("pause"), most)
		for range 2 {
			if content, err := io.ReadAll(reader); err == nil || int64(len(content)) > max(most, 0) {
				t.Errorf("at most %d: %q, %v", most, content, err)
			}
		}
	}
}

func TestFailsOnceTheContextIsDone(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := io.ReadAll(Reader(ctx, strings.NewReader("pause"), 5)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
