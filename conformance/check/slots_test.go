package check

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestManyRunnableThreadsAreACrowd(t *testing.T) {
	for text, want := range map[string]bool{
		"0.10 0.20 0.30 1/150 4711\n":            false,
		"999.00 999.00 999.00 1/99999 4711\n":    false,
		"0.10 0.20 0.30 100000/100001 2147483\n": true,
		"":                                       false,
	} {
		file := filepath.Join(t.TempDir(), "loadavg")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := crowded(file); got != want {
			t.Errorf("%q is a crowd: %t, want %t", text, got, want)
		}
	}
	if crowded("/nonexistent") {
		t.Error("a crowd that nobody counts")
	}
}

func TestACheckJoinsOthersUnlessTheMachineIsCrowded(t *testing.T) {
	for _, isCrowded := range []bool{false, true} {
		t.Run(fmt.Sprintf("crowded %t", isCrowded), func(t *testing.T) {
			slots := NewSlots(2)
			slots.isCrowded = func() bool { return isCrowded }
			first := slots.Take(t.Context())
			if first.err != nil {
				t.Fatal(first.err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 20*pollEach)
			defer cancel()
			if second := slots.Take(ctx); (second.err != nil) != isCrowded {
				t.Errorf("a second check: %v", second.err)
			}
			first.release()
			if next := slots.Take(t.Context()); next.err != nil {
				t.Errorf("a check after the first: %v", next.err)
			}
		})
	}
}
