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
	target := new(url.URL)
	if answer, refusal := new(transport.Error), new(url.Error); errors.As(err, &answer) {
		request := answer.Request
		for request.Response != nil {
			request = request.Response.Request
		}
		target = request.URL
	} else if errors.As(err, &refusal) {
		if location, err := url.Parse(refusal.URL); err == nil {
			target = location
		}
	}
	if parts := contentPath.FindStringSubmatch(target.Path); parts != nil {
		return target.Host, target.Host + "/" + parts[1]
	}
	return "", ""
}
