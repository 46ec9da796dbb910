package registry

import (
	"net/http"
	"net/url"
	"time"
)

func init() { minSettling = 20 * time.Millisecond }

// SetWindow shortens the time in which a request has to make progress.
func (c *Client) SetWindow(window time.Duration) { c.transport.Window = window }

// ParseReferrers is for a fuzz test.
var ParseReferrers = parseReferrers

// NextPage is for a fuzz test.
func NextPage(location, link string) (string, error) {
	address, err := url.Parse(location)
	if err != nil {
		return "", err
	}
	return nextPage(answer{header: http.Header{"Link": {link}}, url: address})
}
