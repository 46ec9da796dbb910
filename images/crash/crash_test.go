package crash_test

import (
	"errors"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/images/crash"
)

func read(platform *v1.Platform) (text string, err error) {
	defer crash.Recover(&err)
	return platform.String(), nil
}

func TestPanicIsOneLineThatSaysWhatAndWhere(t *testing.T) {
	if text, err := read(&v1.Platform{OS: "linux"}); text != "linux" || err != nil {
		t.Errorf("%q, error %v without a panic", text, err)
	}
	_, err := read(nil)
	if !errors.As(err, new(*crash.Error)) {
		t.Fatalf("error %v", err)
	}
	for _, want := range []string{"nil pointer dereference", "(crash_test.go:"} {
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("error %v, want one line with %q", err, want)
		}
	}
}
