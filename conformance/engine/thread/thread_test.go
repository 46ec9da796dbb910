package thread

import (
	"errors"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

func TestFunctionsRunOnOneThreadThatIsNotTheFirst(t *testing.T) {
	var entered int
	thread, err := Start(func() error { entered = unix.Gettid(); return nil })
	if err != nil {
		t.Fatal(err)
	}
	defer thread.Close()
	if entered == os.Getpid() {
		t.Error("it is the first thread of the process")
	}
	for range 3 {
		_ = thread.Do(func() error {
			if id := unix.Gettid(); id != entered {
				t.Errorf("a function runs on thread %d, want %d", id, entered)
			}
			return nil
		})
	}
}

func TestErrorsAreThoseOfTheFunctions(t *testing.T) {
	wrong := errors.New("wrong")
	if _, err := Start(func() error { return wrong }); !errors.Is(err, wrong) {
		t.Errorf("start: %v", err)
	}
	thread, err := Start(func() error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	defer thread.Close()
	if err := thread.Do(func() error { return wrong }); !errors.Is(err, wrong) {
		t.Errorf("do: %v", err)
	}
}
