package registry_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/podsandbox/pause/images/registry"
)

// lateSetting sets a tag only after it has been looked up four times: each of two
// pushes looks before and after its upload.
func lateSetting(next http.Handler) http.Handler {
	var looks atomic.Int32
	look := make(chan struct{})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/manifests/new") {
			next.ServeHTTP(w, r)
			return
		}
		if r.Method == http.MethodPut {
			<-look
		}
		next.ServeHTTP(w, r)
		if r.Method == http.MethodGet && looks.Add(1) == 4 {
			close(look)
		}
	})
}

func TestTheLoserOfTwoPushesSaysSo(t *testing.T) {
	for range 5 {
		host := inMemory(t, lateSetting)
		var errs [2]error
		var pushes sync.WaitGroup
		for i := range errs {
			push := release(t, host, "1.2.3")
			push.Tags = []registry.Tag{{Name: "new"}}
			pushes.Go(func() { _, errs[i] = push.Run(t.Context()) })
		}
		pushes.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("errors %v and %v, want one", errs[0], errs[1])
		}
		if err := errors.Join(errs[:]...); !errors.Is(err, registry.ErrConflict) || !strings.Contains(err.Error(), "another push took the tag at the same time") {
			t.Errorf("error %v", err)
		}
	}
}
