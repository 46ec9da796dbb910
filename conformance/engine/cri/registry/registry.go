// Package registry serves the suite's images to a runtime on this machine, which the
// CRI gives no other way to load one.
package registry

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Registry is a registry in memory.
type Registry struct {
	handler http.Handler
	server  *http.Server
	host    string
}

// Serve serves an empty registry on the listener, over plain HTTP: runtimes speak that
// with 127.0.0.1.
func Serve(listener net.Listener) *Registry {
	handler := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = server.Serve(listener) }()
	return &Registry{handler, server, listener.Addr().String()}
}

// Reference is the name by which the runtime pulls the repository's tag.
func (r *Registry) Reference(repository, tag string) string {
	return fmt.Sprintf("%s/%s:%s", r.host, repository, tag)
}

// Push puts the image under the reference, in place of another one.
func (r *Registry) Push(ctx context.Context, reference string, image v1.Image) error {
	tag, err := name.NewTag(reference, name.Insecure)
	if err != nil {
		return err
	}
	return remote.Write(tag, image, remote.WithContext(ctx), remote.WithTransport(r))
}

// RoundTrip answers a request in this process, so that no network is between a push
// and the registry.
func (r *Registry) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Body == nil {
		request.Body = http.NoBody
	}
	recorder := httptest.NewRecorder()
	r.handler.ServeHTTP(recorder, request)
	response := recorder.Result()
	response.Request = request
	return response, nil
}

// Close ends the server.
func (r *Registry) Close() error { return r.server.Close() }
