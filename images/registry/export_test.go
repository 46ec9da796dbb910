package registry

import "time"

func init() { minSettling = 5 * time.Millisecond }

// SetWindow shortens the time in which a request has to make progress.
func (c *Client) SetWindow(window time.Duration) { c.transport.Window = window }

// ParseReferrers is for a fuzz test.
var ParseReferrers = parseReferrers
