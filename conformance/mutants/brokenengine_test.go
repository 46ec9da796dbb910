package mutants_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/podsandbox/pause/conformance"
	"github.com/podsandbox/pause/conformance/engine/docker"
	"github.com/podsandbox/pause/conformance/mutants"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/pause/freestanding"
)

// refusing makes an engine refuse the requests that match.
func refusing(matches func(*http.Request) bool) func(http.Handler) http.Handler {
	return func(engine http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if matches(r) {
				http.Error(w, `{"message":"the engine is broken"}`, http.StatusInternalServerError)
				return
			}
			engine.ServeHTTP(w, r)
		})
	}
}

// silent makes an engine take the requests that match, from one of them on, and never
// answer them.
func silent(matches func(*http.Request) bool, from int64) func(http.Handler) http.Handler {
	var seen atomic.Int64
	return func(engine http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if matches(r) && seen.Add(1) >= from {
				_, _ = io.Copy(io.Discard, r.Body) // or the client's leaving would not be seen
				<-r.Context().Done()
				return
			}
			engine.ServeHTTP(w, r)
		})
	}
}

func asks(method, end string) func(*http.Request) bool {
	return func(r *http.Request) bool { return r.Method == method && strings.HasSuffix(r.URL.Path, end) }
}

// judgeOurs judges our image by one requirement on an engine that is changed.
func judgeOurs(t *testing.T, rule string, change func(http.Handler) http.Handler, requestTimeout time.Duration) (report.Report, error) {
	t.Helper()
	needsDocker(t)
	platform, err := freestanding.ParsePlatform(native()[0])
	if err != nil {
		t.Skip(err)
	}
	image := filepath.Join(t.TempDir(), "ours")
	if err := (mutants.Mutant{}).Write(t.Context(), image, platform); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sweep(t) }) // by the engine as it is
	return conformance.Run(t.Context(), conformance.Config{
		Images: []string{"oci:" + image}, Platforms: native(), Only: []string{rule}, RequestTimeout: requestTimeout,
		DockerHost: serve(t, change),
	})
}

// sweep does what the next run does first.
func sweep(t *testing.T) {
	t.Helper()
	connection, err := docker.Connect(context.Background(), docker.Options{RequestTimeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if err := connection.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

// It comes before the parallel ones: to connect to Docker for the first time changes the
// program's environment.
func TestEngineThatStartsNothingIsNoVerdictOnTheImage(t *testing.T) {
	found, err := judgeOurs(t, "PID-STAYS", refusing(asks(http.MethodPost, "/start")), 0)
	if err == nil || !strings.Contains(err.Error(), "the engine runs no container") || strings.Contains(err.Error(), "\n") || len(found.Subjects) > 0 {
		t.Errorf("error %v, %d subjects", err, len(found.Subjects))
	}
}

// As dockerd does where user namespaces are remapped.
func TestWhatTheEngineRefusesTheSuitesOwnProgramIsNotTestable(t *testing.T) {
	t.Parallel()
	outcome, err := judgeOurs(t, "PID-NO-NETWORK", func(engine http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if asks(http.MethodPost, "/containers/create")(r) && strings.Contains(string(body), `"NetworkMode":"host"`) {
				http.Error(w, `{"message":"cannot share the host's network namespace"}`, http.StatusBadRequest)
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			engine.ServeHTTP(w, r)
		})
	}, 0)
	if err != nil || len(outcome.Subjects) != 1 {
		t.Fatalf("error %v, %d subjects", err, len(outcome.Subjects))
	}
	for _, result := range outcome.Subjects[0].Results {
		if result.Requirement.ID == "PID-NO-NETWORK" && (result.Status != report.NotTestable || !strings.Contains(result.Seen, "host's network")) {
			t.Errorf("%s: %s", result.Status, result.Seen)
		}
	}
}

func TestReportOutlivesACleanUpThatFails(t *testing.T) {
	t.Parallel()
	var removals, images atomic.Int64
	outcome, err := judgeOurs(t, "PID-STAYS", refusing(func(r *http.Request) bool {
		if r.Method == http.MethodDelete && strings.Contains(r.URL.Path, "/images/") {
			images.Add(1)
		}
		// The first is of the suite's own trial of the engine.
		return r.Method == http.MethodDelete && strings.Contains(r.URL.Path, "/containers/") && removals.Add(1) > 1
	}), 0)
	if err == nil || !strings.Contains(err.Error(), "clean up") || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v, want one line on the clean-up", err)
	}
	if len(outcome.Subjects) != 1 {
		t.Errorf("%d subjects in the report", len(outcome.Subjects))
	}
	if images.Load() > 0 {
		t.Error("the image of a container that stays has lost its name, by which the next run finds it")
	}
}

// The suite's own trial of the engine creates, starts, attaches and removes once.
func TestEngineThatGoesSilentEndsTheRun(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(http.Handler) http.Handler{
		"asked what it is":          silent(asks(http.MethodGet, "/info"), 1),
		"when containers are swept": silent(asks(http.MethodGet, "/containers/json"), 1),
		"loading":                   silent(asks(http.MethodPost, "/images/load"), 2),
		"creating":                  silent(asks(http.MethodPost, "/containers/create"), 2),
		"starting":                  silent(asks(http.MethodPost, "/start"), 2),
		"attaching":                 silent(asks(http.MethodPost, "/attach"), 1),
		"asked for a state":         silent(asks(http.MethodGet, "/json"), 8),
		"removing": silent(func(r *http.Request) bool {
			return r.Method == http.MethodDelete && strings.Contains(r.URL.Path, "/containers/")
		}, 2),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			outcome, err := judgeOurs(t, "PID-STAYS", change, time.Second)
			if err == nil || !strings.Contains(err.Error(), "has not answered") || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v, want one line that says so", err)
			}
			for _, subject := range outcome.Subjects {
				if subject.Verdict == report.NotConformant {
					t.Errorf("blamed on the image: %+v", subject.Results)
				}
			}
			t.Log(err)
		})
	}
}
