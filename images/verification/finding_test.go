package verification_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/podsandbox/pause/images/verification"
)

func TestFindingsArePrintedWithTheirReasons(t *testing.T) {
	var text strings.Builder
	findings := []verification.Finding{
		{Check: "one"}, {Check: "two", SkipReason: "no time"},
		{Check: "three", Err: errors.Join(context.Canceled, errors.New("a"))}, {Check: "four", Err: verification.ErrRefuted},
	}
	const want = "ok        one\nskipped   two: no time\nunchecked three:\n          context canceled\n          a\n" +
		"FAILED    four:\n          not what it claims to be\n"
	if err := verification.Print(&text, findings); text.String() != want || err != verification.ErrRefuted {
		t.Errorf("error %v, printed:\n%s", err, &text)
	}
	err := verification.Print(io.Discard, findings[:3])
	if !errors.Is(err, verification.ErrUnchecked) || !errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v", err)
	}
	if err := verification.Print(io.Discard, findings[:2]); err != nil {
		t.Error(err)
	}
}

func TestWhatTheEnvironmentLacksRefutesNoImage(t *testing.T) {
	image := publish(t, build(t, noChange), plain)
	for advice, obstruct := range map[string]func(t *testing.T){
		"run this in a clone":       func(t *testing.T) { t.Chdir(t.TempDir()) },
		"see that Go is installed":  func(t *testing.T) { t.Setenv("PATH", only(t, "git", "tar")) },
		"see that tar is installed": func(t *testing.T) { t.Setenv("PATH", only(t, "git")) },
		"(GOPROXY)": func(t *testing.T) {
			t.Setenv("GOPROXY", "off")
			t.Setenv("GOMODCACHE", t.TempDir())
		},
	} {
		t.Run(advice, func(t *testing.T) {
			obstruct(t)
			findings := image.Verify(t.Context(), "")
			err := findings[len(findings)-1].Err
			if err == nil || !strings.Contains(err.Error(), advice) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v, want one line with %q", err, advice)
			}
			if checks := against(t, findings); checks != "" {
				t.Errorf("checks failed:\n%s", checks)
			}
		})
	}
}

// only returns a PATH without any other tool.
func only(t *testing.T, tools ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, tool := range tools {
		path, err := exec.LookPath(tool)
		if err == nil {
			err = os.Symlink(path, filepath.Join(dir, tool))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestContentIsRefutedOnlyWhenItHasArrived(t *testing.T) {
	publication := build(t, noChange)
	const content = "content has the digests that name it"
	refusal := func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	}
	interruption := func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			w.WriteHeader(http.StatusOK)
		})
	}
	forgery := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(forger{w}, r) })
	}
	for name, test := range map[string]struct {
		of     string
		answer func(http.Handler) http.Handler
		want   string
	}{
		"blobs refused":     {"/blobs/", refusal, ""},
		"manifests refused": {"/manifests/", refusal, ""},
		"manifests cut off": {"/manifests/", interruption, ""},
		"blobs forged":      {"/blobs/", forgery, content},
		"manifests forged":  {"/manifests/", forgery, content},
	} {
		t.Run(name, func(t *testing.T) {
			var broken atomic.Bool
			image := publish(t, publication, func(next http.Handler) http.Handler {
				answer := test.answer(next)
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if broken.Load() && strings.Contains(r.URL.Path, test.of) {
						answer.ServeHTTP(w, r)
						return
					}
					next.ServeHTTP(w, r)
				})
			})
			broken.Store(true)
			findings := image.Verify(t.Context(), "quick")
			if checks, _, _ := strings.Cut(against(t, findings), "\n"); checks != test.want || findings[1].Err == nil {
				t.Errorf("%q failed, want %q, and %q: %v", checks, test.want, findings[1].Check, findings[1].Err)
			}
		})
	}
}

// forger changes the first byte of what it writes.
type forger struct{ http.ResponseWriter }

func (f forger) Write(content []byte) (int, error) {
	forged := bytes.Clone(content)
	forged[0] ^= 1
	return f.ResponseWriter.Write(forged)
}
