package static

import (
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

func TestConfigurations(t *testing.T) {
	user := func(name string) func(*v1.ConfigFile) {
		return func(c *v1.ConfigFile) { c.Config.User = name }
	}
	judgeSamples(t, map[string]sample{
		"no user":              {configure: user(""), want: map[string]string{"IMG-NONROOT": "User is not set, which is root"}},
		"root":                 {configure: user("00:1"), want: map[string]string{"IMG-NONROOT": "which is root"}},
		"user's name":          {configure: user("nobody"), want: map[string]string{"IMG-NONROOT": `User is "nobody", which is not a number`, "IMG-USER": `the user "nobody" cannot be resolved: the image has no /etc/passwd`}},
		"negative user":        {configure: user("-1"), want: map[string]string{"IMG-NONROOT": "not a number", "IMG-USER": "is not between 0 and 2147483647"}},
		"user without a group": {configure: user("1")},
		"port and volume": {
			configure: func(c *v1.ConfigFile) {
				c.Config.ExposedPorts = map[string]struct{}{"80/tcp": {}}
				c.Config.Volumes = map[string]struct{}{"/data": {}}
			},
			want: map[string]string{"IMG-CONFIG-CLEAN": `port "80/tcp" is exposed; "/data" is a volume`},
		},
		"secrets": {
			configure: func(c *v1.ConfigFile) {
				c.Config.Env = []string{"PATH=/bin", "DB_PASSWORD=x", "GITHUB_TOKEN=", "URL=https://me:word@example.org", "KEYBOARD=us"}
			},
			want: map[string]string{"IMG-CONFIG-CLEAN": `the environment variable "DB_PASSWORD" looks like a secret; the environment variable "URL" looks like a secret`},
		},
	})
}
