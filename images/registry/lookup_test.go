package registry_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/podsandbox/pause/images/registry"
)

func TestTagThatIsSetDuringTheUploadIsNotMoved(t *testing.T) {
	var hook atomic.Pointer[func()]
	host := inMemory(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/manifests/") {
				if once := hook.Swap(nil); once != nil {
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
	hook.Store(&push)
	_, err := ours.Run(t.Context())
	if !errors.Is(err, registry.ErrConflict) || !strings.Contains(err.Error(), "no tag has been set") {
		t.Errorf("error %v", err)
	}
	before := mustPush(t, theirs).Digest.DigestStr()
	if got := tags(t, ours, "1.2.3", "1.2", "latest"); !slices.Equal(got, []string{before, "", ""}) {
		t.Errorf("1.2.3, 1.2 and latest are %q", got)
	}
}

// denying answers reads of manifests that match with the status.
func denying(status int, matches func(next http.Handler, r *http.Request) bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/manifests/") && matches(next, r) {
				http.Error(w, "", status)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

func absent(registry http.Handler, r *http.Request) bool {
	descriptor := httptest.NewRecorder()
	registry.ServeHTTP(descriptor, r)
	return descriptor.Code == http.StatusNotFound
}

func TestTagsAreSetWhereAccessToAbsentOnesIsDenied(t *testing.T) {
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			host := inMemory(t, denying(status, absent))
			push := release(t, host, "1.2.3")
			digest := mustPush(t, push).Digest.DigestStr()
			if got := tags(t, push, "1.2.3", "1.2", "latest"); !slices.Equal(got, []string{digest, digest, digest}) {
				t.Errorf("1.2.3, 1.2 and latest are %q, want %s", got, digest)
			}
			if _, err := release(t, host, "1.2.3").Run(t.Context()); !errors.Is(err, registry.ErrConflict) {
				t.Errorf("error %v of another push", err)
			}
		})
	}
}

func TestTagsThatMayNotBeReadAreMovedByForceOnly(t *testing.T) {
	var denial atomic.Bool
	host := inMemory(t, denying(http.StatusForbidden, func(http.Handler, *http.Request) bool { return denial.Load() }))
	theirs, ours := release(t, host, "1.2.3"), release(t, host, "1.2.3")
	before := mustPush(t, theirs).Digest.DigestStr()
	denial.Store(true)
	_, err := ours.Run(t.Context())
	if !errors.Is(err, registry.ErrDenied) || !strings.Contains(err.Error(), "no tag has been set") {
		t.Errorf("error %v", err)
	}
	ours.Force = true
	after := mustPush(t, ours).Digest.DigestStr()
	denial.Store(false)
	if got := tags(t, ours, "1.2.3")[0]; got != after || got == before {
		t.Errorf("1.2.3 is %s, want %s", got, after)
	}
}
