package registry_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/podsandbox/pause/images/registry"
)

func TestFailureIsOneLineThatSaysWhatToDo(t *testing.T) {
	_, tls := authority(t, time.Now().Add(time.Hour))
	_, oldCertificate := authority(t, time.Now().Add(-time.Hour))
	readOnly := "  maintenance:\n    readonly: {enabled: true}"
	for behaviour, test := range map[string]struct {
		host   func(t *testing.T) string
		kind   error
		advice string
	}{
		"private authority that is not trusted": {func(t *testing.T) string { return debian(t, "", tls, "") },
			registry.ErrUnreachable, "x509: certificate signed by unknown authority; if the CA of 127.0.0.1"},
		"certificate that has expired": {func(t *testing.T) string { return debian(t, "", oldCertificate, "") },
			registry.ErrUnreachable, "x509: certificate has expired"},
		"wrong password": {func(t *testing.T) string {
			host := debian(t, "", "", withPassword(t))
			logIn(t, host, user, "not "+password)
			return host
		}, registry.ErrDenied, "docker login 127.0.0.1"},
		"no password": {func(t *testing.T) string { return debian(t, "", "", withPassword(t)) },
			registry.ErrDenied, "docker login 127.0.0.1"},
		"read-only registry": {func(t *testing.T) string { return debian(t, readOnly, "", "") },
			registry.ErrDenied, "it is read-only"},
		"unknown host": {func(*testing.T) string { return "registry.invalid" },
			registry.ErrUnreachable, "check the name registry.invalid"},
		"no route to a multicast address": {func(*testing.T) string { return "224.0.0.1:5000" },
			registry.ErrUnreachable, "unreachable; check the network"},
		"no answer": {func(t *testing.T) string {
			return serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
		}, registry.ErrUnreachable, "no answer from 127.0.0.1"},
		"plain HTTP that breaks off": {func(t *testing.T) string {
			return serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
		}, registry.ErrUnreachable, "breaks off its answer: EOF; see its log"},
		"nothing listens": {freeAddress, registry.ErrUnreachable, "nothing listens at 127.0.0.1"},
	} {
		t.Run(behaviour, func(t *testing.T) {
			push := release(t, test.host(t), "1.2.3")
			if behaviour == "no answer" {
				push.Client.SetWindow(10 * time.Millisecond)
			}
			_, err := push.Run(t.Context())
			if !errors.Is(err, test.kind) || !strings.Contains(err.Error(), test.advice) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v, want one line of the kind %q with %q", err, test.kind, test.advice)
			}
		})
	}
}

func answers(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { http.Error(w, body, status) }
}

func TestPushGoesOnAfterServerErrorsAndDroppedConnections(t *testing.T) {
	for trouble, answer := range map[string]http.HandlerFunc{
		"500":                answers(http.StatusInternalServerError, "later"),
		"503 with a code":    answers(http.StatusServiceUnavailable, `{"errors": [{"code": "SERVICE_UNAVAILABLE"}]}`),
		"520":                answers(520, "later"),
		"429 with a code":    answers(http.StatusTooManyRequests, `{"errors": [{"code": "DENIED"}]}`),
		"dropped connection": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		t.Run(trouble, func(t *testing.T) {
			t.Parallel()
			var look, store sync.Once
			push := release(t, inMemory(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					handler := next
					switch {
					case r.Method == http.MethodPut:
						store.Do(func() { handler = answer })
					case strings.Contains(r.URL.Path, "/manifests/"):
						look.Do(func() { handler = answer })
					}
					handler.ServeHTTP(w, r)
				})
			}), "1.2.3")
			digest := mustPush(t, push).Digest.DigestStr()
			if got := tags(t, push, "latest")[0]; got != digest {
				t.Errorf("latest is %q, want %s", got, digest)
			}
		})
	}
}

func TestServerErrorThatStaysMovesNoTag(t *testing.T) {
	for status, want := range map[int]string{
		http.StatusBadGateway:      "502 Bad Gateway to every attempt",
		http.StatusTooManyRequests: "429 Too Many Requests to every attempt; wait",
	} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			push := release(t, inMemory(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/manifests/sha256:") {
						http.Error(w, "", status)
						return
					}
					next.ServeHTTP(w, r)
				})
			}), "1.2.3")
			_, err := push.Run(t.Context())
			if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v, want one line with %q", err, want)
			}
			if got := tags(t, push, "1.2.3", "latest"); got[0] != "" || got[1] != "" {
				t.Errorf("1.2.3 and latest are %q", got)
			}
		})
	}
}

func TestAuthorityFileThatHoldsNoneIsNamed(t *testing.T) {
	for _, file := range []string{"failure_test.go", "no/such/file"} {
		if _, err := registry.New(file); err == nil || !strings.Contains(err.Error(), file) {
			t.Errorf("error %v, want one that names %s", err, file)
		}
	}
}
