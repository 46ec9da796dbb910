// Package registry publishes images to registries: everything by digest first,
// and then the tags, so that a push that ends early has moved none.
package registry

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/podsandbox/pause/images/credentials"
	"github.com/podsandbox/pause/images/transport"
)

// userAgent is what both commands call themselves in a registry's log.
const userAgent = "podsandbox-pause"

// Client talks to registries: with the credentials that docker login and podman
// login keep, in plain HTTP only to this machine and private addresses, and
// again after a 5xx or 429 answer, a timeout or a dropped connection.
type Client struct {
	// Progress is where the progress of a request is shown; nil shows nothing.
	Progress io.Writer

	transport *transport.Transport
	puller    *remote.Puller

	mutex    sync.Mutex
	sessions map[string]*http.Client
}

// New returns a client that trusts the system's certificate authorities and
// those in the PEM file ca, which may be empty for none. Its error is
// transport.ErrAuthority.
func New(ca string) (*Client, error) {
	carrier, err := transport.New(ca)
	if err != nil {
		return nil, err
	}
	client := &Client{transport: carrier, sessions: map[string]*http.Client{}}
	client.puller, err = remote.NewPuller(client.options(context.Background())...)
	return client, err
}

// Get returns the image or index that is published under the reference. It refuses
// an answer of any other media type, by its name.
func (c *Client) Get(ctx context.Context, reference name.Reference) (*remote.Descriptor, error) {
	action := "read " + reference.Name()
	descriptor, err := remote.Get(reference, remote.Reuse(c.puller), remote.WithContext(ctx))
	if err != nil {
		return nil, explain(action, reference.Context(), err)
	}
	if kind := descriptor.MediaType; !kind.IsIndex() && !kind.IsImage() {
		return nil, &failure{action, fmt.Sprintf("%s serves it as %q, which is no media type of an image or an index", reference.Context().RegistryStr(), kind),
			"push it again with the media type that it has", nil}
	}
	return descriptor, nil
}

func (c *Client) options(ctx context.Context) []remote.Option {
	return []remote.Option{
		remote.WithContext(ctx),
		remote.WithTransport(c.transport),
		remote.WithAuthFromKeychain(credentials.Keychain{}),
		remote.WithUserAgent(userAgent),
		remote.WithRetryPredicate(retryable),
		remote.WithRetryStatusCodes(retryableStatuses()...),
	}
}
