// Package registry publishes images to registries: everything by digest first,
// and then the tags, so that a push that ends early has moved none.
package registry

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Client talks to registries: with the credentials that docker login and podman
// login keep, in plain HTTP only to this machine and private addresses, and
// again after a 5xx or 429 answer, a timeout or a dropped connection.
type Client struct {
	// Progress is where uploads are shown as they go on; nil shows nothing.
	Progress io.Writer

	transport http.RoundTripper
}

// patience is how long a registry may take to answer a request that it has all of.
var patience = time.Minute

// New returns a client that trusts the system's certificate authorities and
// those in the PEM file ca, which may be empty for none.
func New(ca string) (*Client, error) {
	transport := remote.DefaultTransport.(*http.Transport).Clone()
	transport.ResponseHeaderTimeout = patience
	if ca == "" {
		return &Client{transport: transport}, nil
	}
	trusted, err := x509.SystemCertPool()
	if err != nil {
		return nil, err
	}
	certificates, err := os.ReadFile(ca)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	if !trusted.AppendCertsFromPEM(certificates) {
		return nil, fmt.Errorf("certificate authority: %s holds no certificate in PEM form", ca)
	}
	transport.TLSClientConfig = &tls.Config{RootCAs: trusted}
	return &Client{transport: transport}, nil
}

// Get returns the image or index that is published under the reference.
func (c *Client) Get(ctx context.Context, reference name.Reference) (*remote.Descriptor, error) {
	found, err := remote.Get(reference, c.options(ctx)...)
	return found, explain("read "+reference.Name(), reference.Context(), err)
}

// Referrers returns the index of what refers to the digest as its subject.
func (c *Client) Referrers(ctx context.Context, subject name.Digest) (v1.ImageIndex, error) {
	found, err := remote.Referrers(subject, c.options(ctx)...)
	return found, explain("list what refers to "+subject.Name(), subject.Context(), err)
}

func (c *Client) options(ctx context.Context) []remote.Option {
	return []remote.Option{
		remote.WithContext(ctx),
		remote.WithTransport(c.transport),
		remote.WithAuthFromKeychain(authn.DefaultKeychain),
		remote.WithUserAgent("pause-image"),
		remote.WithRetryPredicate(passing),
		remote.WithRetryStatusCodes(passingStatuses()...),
	}
}
