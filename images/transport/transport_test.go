package transport_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/podsandbox/pause/images/transport"
)

// client follows every redirect, as go-containerregistry does.
func client(t *testing.T, window time.Duration) *http.Client {
	t.Helper()
	carrier, err := transport.New("")
	if err != nil {
		t.Fatal(err)
	}
	carrier.Window = window
	return &http.Client{Transport: carrier, CheckRedirect: func(*http.Request, []*http.Request) error { return nil }}
}

func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// read returns all that is answered.
func read(client *http.Client, url string) ([]byte, error) {
	response, err := client.Get(url)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return io.ReadAll(response.Body)
}

func flush(w http.ResponseWriter, content []byte) {
	w.Write(content)
	w.(http.Flusher).Flush()
}

func TestRequestWithoutProgressEnds(t *testing.T) {
	for stage, handler := range map[string]http.HandlerFunc{
		"no answer":      func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"half an answer": func(w http.ResponseWriter, r *http.Request) { flush(w, []byte("half")); <-r.Context().Done() },
		"a byte now and then": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				flush(w, []byte(" "))
				time.Sleep(10 * time.Millisecond)
			}
		},
	} {
		t.Run(stage, func(t *testing.T) {
			url := serve(t, handler)
			for _, path := range []string{"/v2/pause/manifests/1", "/v2/pause/blobs/sha256:1"} {
				_, err := read(client(t, 100*time.Millisecond), url+path)
				if stall := new(transport.StallError); !errors.As(err, &stall) || stall.Final || !strings.Contains(url, stall.Host) {
					t.Errorf("error %v of %s", err, path)
				}
			}
		})
	}
}

func TestHostThatStallsTwiceIsGivenUp(t *testing.T) {
	var requests atomic.Int32
	url := serve(t, func(_ http.ResponseWriter, r *http.Request) { requests.Add(1); <-r.Context().Done() })
	impatient := client(t, 100*time.Millisecond)
	for attempt := range 4 {
		_, err := read(impatient, url)
		if stall := new(transport.StallError); !errors.As(err, &stall) || stall.Final != (attempt > 0) {
			t.Errorf("attempt %d: error %v", attempt, err)
		}
	}
	if got := requests.Load(); got != 2 {
		t.Errorf("%d requests, want 2", got)
	}
}

// The whole takes several windows.
func TestProgressBeginsTheWindowAgain(t *testing.T) {
	t.Parallel()
	part := bytes.Repeat([]byte("a"), 64<<10)
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			for received := 0; received < 8*len(part); {
				count, err := io.ReadFull(r.Body, make([]byte, len(part)))
				if received += count; err != nil {
					return
				}
				time.Sleep(250 * time.Millisecond)
			}
			return
		}
		for range 8 {
			flush(w, part)
			time.Sleep(250 * time.Millisecond)
		}
	})
	patient := client(t, time.Second)
	if content, err := read(patient, url); err != nil || len(content) != 8*len(part) {
		t.Errorf("%d bytes, error %v", len(content), err)
	}
	request, err := http.NewRequest(http.MethodPut, url, bytes.NewReader(bytes.Repeat(part, 8)))
	if err != nil {
		t.Fatal(err)
	}
	response, err := patient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
}

// A mirror writes to one registry what it reads from another.
func TestTimeOfTheCallerIsNotTheRegistrys(t *testing.T) {
	t.Parallel()
	url := serve(t, func(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) })
	request, err := http.NewRequest(http.MethodPut, url, &slow{reads: 6, pause: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	response, err := client(t, time.Second).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	time.Sleep(1500 * time.Millisecond)
	if content, err := io.ReadAll(response.Body); err != nil || string(content) != "aaaaaa" {
		t.Errorf("%q, error %v", content, err)
	}
}

// slow is content that takes its time.
type slow struct {
	reads int
	pause time.Duration
}

func (s *slow) Read(buffer []byte) (int, error) {
	if s.reads == 0 {
		return 0, io.EOF
	}
	s.reads--
	time.Sleep(s.pause)
	buffer[0] = 'a'
	return 1, nil
}

func TestRedirectsEnd(t *testing.T) {
	var requests atomic.Int32
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, fmt.Sprintf("/%d", requests.Add(1)), http.StatusFound)
	})
	if _, err := read(client(t, time.Minute), url); err == nil || !strings.Contains(err.Error(), "stopped after 10 redirects") || requests.Load() != 11 {
		t.Errorf("error %v after %d requests", err, requests.Load())
	}
}

func TestDocumentsHaveABound(t *testing.T) {
	for _, withLength := range []bool{true, false} {
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/v2/pause/blobs/sha256:1" {
				http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
				return
			}
			if withLength {
				w.Header().Set("Content-Length", fmt.Sprint(2*transport.MaxDocument))
			}
			for sent := 0; sent < 2*transport.MaxDocument; sent += 1 << 20 {
				if _, err := w.Write(make([]byte, 1<<20)); err != nil {
					return
				}
			}
		})
		_, err := read(client(t, time.Minute), url+"/v2/pause/manifests/1")
		if large := new(transport.SizeError); !errors.As(err, &large) || large.Size <= transport.MaxDocument {
			t.Errorf("declared %t: error %v", withLength, err)
		}
		// A blob has the size that its manifest declares, wherever it is kept.
		if content, err := read(client(t, time.Minute), url+"/v2/pause/blobs/sha256:1"); err != nil || len(content) != 2*transport.MaxDocument {
			t.Errorf("%d bytes of a blob, error %v", len(content), err)
		}
	}
}

func TestMediaTypesHaveNoParametersAndAreInLowerCase(t *testing.T) {
	for header, want := range map[string]string{
		"application/vnd.oci.image.index.v1+json; charset=utf-8": "application/vnd.oci.image.index.v1+json",
		"Application/VND.OCI.image.index.v1+JSON;charset":        "application/vnd.oci.image.index.v1+json",
		"application/json": "application/json",
	} {
		url := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", header) })
		response, err := client(t, time.Minute).Get(url)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if got := response.Header.Get("Content-Type"); got != want {
			t.Errorf("%q is %q, want %q", header, got, want)
		}
	}
}

func TestStatusOfAnErrorIsKnownWhateverItsReason(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		w.Write(make([]byte, 1<<20))
	})
	response, err := client(t, time.Minute).Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if content, err := io.ReadAll(response.Body); response.StatusCode != http.StatusForbidden || err != nil || len(content) > 64<<10 {
		t.Errorf("status %d, %d bytes, error %v", response.StatusCode, len(content), err)
	}
}
