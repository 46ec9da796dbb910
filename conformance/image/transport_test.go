package image

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/podsandbox/pause/conformance/image/rootfs"
)

// openSlowly opens an image of a registry that may keep silent for a tenth of a second.
func openSlowly(server *httptest.Server) error {
	source, err := open(strings.TrimPrefix(server.URL, "http://")+"/pause:1", rootfs.DefaultLimits, func(s *Source) error {
		s.patience = 100 * time.Millisecond
		return s.read(context.Background())
	})
	if err == nil {
		err = source.Close()
	}
	return err
}

func TestARegistryThatRedirectsForEverIsLeft(t *testing.T) {
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if request.URL.Path == "/v2/" {
			return
		}
		http.Redirect(w, request, fmt.Sprintf("/%d/manifests/", asked.Add(1)), http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	if err := openSlowly(server); err == nil || !strings.Contains(err.Error(), "redirects more than 10 times") {
		t.Errorf("got %v", err)
	}
	// A library may ask again for what a registry could not answer.
	if asked := asked.Load(); asked > 50 {
		t.Errorf("asked %d times", asked)
	}
}

func TestARegistryThatFallsSilentIsLeft(t *testing.T) {
	for name, answer := range map[string]func(http.ResponseWriter){
		"before its answer": func(http.ResponseWriter) {},
		"in its answer": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", string(types.OCIImageIndex))
			_, _ = io.WriteString(w, `{"schemaVersion":`)
			_ = http.NewResponseController(w).Flush()
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
				if request.URL.Path == "/v2/" {
					return
				}
				answer(w)
				<-request.Context().Done()
			}))
			defer server.Close()
			if err := openSlowly(server); err == nil || !strings.Contains(err.Error(), "no answer from 127.0.0.1") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestEachPartOfAnAnswerRestartsTheClock(t *testing.T) {
	const parts = 10
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		for range parts {
			_, _ = io.WriteString(w, "part")
			_ = http.NewResponseController(w).Flush()
			time.Sleep(50 * time.Millisecond)
		}
	}))
	defer server.Close()
	client := http.Client{Transport: transport{http.DefaultTransport, 400 * time.Millisecond}}
	response, err := client.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if content, err := io.ReadAll(response.Body); err != nil || len(content) != parts*len("part") {
		t.Errorf("%q, %v", content, err)
	}
}
