package registry

import (
	"errors"
	"net/url"
	"regexp"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

var contentPath = regexp.MustCompile(`^/v2/(.+)/(?:blobs|manifests)/[^/]+$`)

// contentOf returns the repository, with its registry, of the content that the
// failed request was for, before any redirect. It is empty for other requests.
func contentOf(err error) (host, repository string) {
	asked := new(url.URL)
	if answer, failed := new(transport.Error), new(url.Error); errors.As(err, &answer) {
		request := answer.Request
		for request.Response != nil {
			request = request.Response.Request
		}
		asked = request.URL
	} else if errors.As(err, &failed) {
		if parsed, err := url.Parse(failed.URL); err == nil {
			asked = parsed
		}
	}
	if parts := contentPath.FindStringSubmatch(asked.Path); parts != nil {
		return asked.Host, asked.Host + "/" + parts[1]
	}
	return "", ""
}
