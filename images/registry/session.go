package registry

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/podsandbox/pause/images/credentials"
)

// attempts is how often a request is made, with a pause before each repetition.
var attempts = []time.Duration{0, time.Second, 3 * time.Second}

// answer is what a registry says to a request.
type answer struct {
	status int
	header http.Header
	body   []byte

	// url is that of the answer. Relative links begin there.
	url *url.URL
}

// request makes a request that the library has no function for. Its error is a
// transport.Error for every status but the accepted ones.
func (c *Client) request(ctx context.Context, method string, repository name.Repository, path string, header http.Header, content []byte, statuses ...int) (answer, error) {
	var result answer
	var err error
	for _, delay := range attempts {
		select {
		case <-ctx.Done():
			return result, ctx.Err()
		case <-time.After(delay):
		}
		if result, err = c.requestOnce(ctx, method, repository, path, header, content, statuses); err == nil || !retryable(err) {
			break
		}
	}
	return result, err
}

func (c *Client) requestOnce(ctx context.Context, method string, repository name.Repository, path string, header http.Header, content []byte, statuses []int) (answer, error) {
	session, err := c.session(ctx, method, repository)
	if err != nil {
		return answer{}, err
	}
	location := fmt.Sprintf("%s://%s/v2/%s/%s", repository.Scheme(), repository.RegistryStr(), repository.RepositoryStr(), path)
	request, err := http.NewRequestWithContext(ctx, method, location, bytes.NewReader(content))
	if err != nil {
		return answer{}, err
	}
	request.Header = header
	response, err := session.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	if err := transport.CheckError(response, statuses...); err != nil {
		return answer{}, err
	}
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, body, response.Request.URL}, err
}

// session returns the HTTP client that is logged in to read the repository, or for
// other methods to write to it.
func (c *Client) session(ctx context.Context, method string, repository name.Repository) (*http.Client, error) {
	scope := repository.Scope(transport.PushScope)
	if method == http.MethodGet {
		scope = repository.Scope(transport.PullScope)
	}
	key := repository.RegistryStr() + " " + scope
	c.mutex.Lock()
	session := c.sessions[key]
	c.mutex.Unlock()
	if session != nil {
		return session, nil
	}
	login, err := credentials.Keychain{}.Resolve(repository)
	if err != nil {
		return nil, err
	}
	agent := transport.NewUserAgent(c.transport, userAgent)
	carrier, err := transport.NewWithContext(ctx, repository.Registry, login, agent, []string{scope})
	if err != nil {
		return nil, err
	}
	session = &http.Client{Transport: carrier, CheckRedirect: sameHost}
	c.mutex.Lock()
	c.sessions[key] = session
	c.mutex.Unlock()
	return session, nil
}

// sameHost keeps a registry from sending the client to addresses that only this
// machine reaches.
func sameHost(request *http.Request, via []*http.Request) error {
	if first := via[0].URL.Host; request.URL.Host != first {
		return fmt.Errorf("%s redirects to another host, %s", first, request.URL.Host)
	}
	return nil
}

// putManifest writes a manifest under a tag or digest, and returns whether the
// registry takes care of the list of what refers to its subject.
func (c *Client) putManifest(ctx context.Context, reference name.Reference, mediaType types.MediaType, manifest []byte) (inList bool, err error) {
	answer, err := c.request(ctx, http.MethodPut, reference.Context(), "manifests/"+reference.Identifier(),
		http.Header{"Content-Type": {string(mediaType)}}, manifest, http.StatusOK, http.StatusCreated, http.StatusAccepted)
	return answer.header.Get("OCI-Subject") != "", err
}
