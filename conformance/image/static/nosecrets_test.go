package static

import (
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

func TestSecretsBesideTheEnvironment(t *testing.T) {
	key := []byte(spelled("-----BEGIN OPENSSH ", "PRIVATE KEY-----\n"))
	fails := func(seen string) map[string]string { return map[string]string{"IMG-NO-SECRETS": seen} }
	judgeSamples(t, map[string]sample{
		"label": {
			configure: func(c *v1.ConfigFile) { c.Config.Labels = map[string]string{"a": "b", "db.password": "x"} }, want: fails(`the label "db.password" looks like a secret`),
		},
		"argument": {
			configure: func(c *v1.ConfigFile) { c.Config.Entrypoint = append(c.Config.Entrypoint, "--token=x") }, want: fails("an argument of Entrypoint looks like a secret"),
		},
		"build step": {
			configure: func(c *v1.ConfigFile) {
				c.History = []v1.History{{CreatedBy: "RUN |1 GITHUB_TOKEN=x /bin/sh -c make"}}
			},
			want: fails("step 1 of the image's history looks like a secret"),
		},
		"key":                     {files: []fixture.File{{Name: "home/app/.ssh/id", Mode: 0o600, Content: key}}, want: fails("/home/app/.ssh/id of layer 2 looks like a secret")},
		"key that a layer hides":  {files: []fixture.File{{Name: "key", Mode: 0o600, Content: key}, {Name: ".wh.key"}}, want: fails("/key of layer 2")},
		"credentials of a tool":   {files: []fixture.File{{Name: "home/app/.docker/config.json", Mode: 0o600, Content: []byte(`{"auths":{"r":{"auth":"eA=="}}}`)}}, want: fails("/home/app/.docker/config.json")},
		"no credentials of it":    {files: []fixture.File{{Name: "home/app/.docker/config.json", Mode: 0o600, Content: []byte(`{"credsStore":"x"}`)}}},
		"password hash":           {files: []fixture.File{{Name: "etc/shadow", Mode: 0o600, Content: []byte("root:$6$salt$hash:1::::::\n")}}, want: fails("/etc/shadow of layer 2")},
		"locked passwords":        {files: []fixture.File{{Name: "etc/shadow", Mode: 0o600, Content: []byte("root:*:1::::::\ndaemon:!:1::::::\n")}}},
		"certificate":             {files: []fixture.File{{Name: "etc/ca.pem", Mode: 0o644, Content: []byte("-----BEGIN CERTIFICATE-----\n")}}},
		"marker within a program": {files: []fixture.File{fixture.Executable(append(append([]byte{}, fixture.CachedPause(t, "linux/amd64")...), key...))}},
	})
}
