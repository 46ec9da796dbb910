package registry_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/podsandbox/pause/images/registry"
)

func TestTagThatIsSetDuringTheUploadIsNotMoved(t *testing.T) {
	var during atomic.Pointer[func()]
	host := inMemory(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/manifests/") {
				if once := during.Swap(nil); once != nil {
					(*once)()
				}
			}
			next.ServeHTTP(w, r)
		})
	})
	theirs, ours := release(t, host, "1.2.3"), release(t, host, "1.2.3")
	theirs.Tags = []registry.Tag{{Name: "1.2.3"}}
	push := func() {
		if _, err := theirs.Run(t.Context()); err != nil {
			t.Error(err)
		}
	}
	during.Store(&push)
	_, err := ours.Run(t.Context())
	if !errors.Is(err, registry.ErrConflict) || !strings.Contains(err.Error(), "no tag has been set") {
		t.Errorf("error %v", err)
	}
	before := pushed(t, theirs).Digest.DigestStr()
	if got := tags(t, ours, "1.2.3", "1.2", "latest"); !slices.Equal(got, []string{before, "", ""}) {
		t.Errorf("1.2.3, 1.2 and latest are %q", got)
	}
}
