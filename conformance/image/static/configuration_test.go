package static

import (
	"archive/tar"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

func TestUsersAndGroupsThatEnginesResolve(t *testing.T) {
	passwd := fixture.File{Name: "etc/passwd", Mode: 0o644, Content: []byte("root:x:0:0::/:\npause:x:65535:65535::/:\n")}
	group := fixture.File{Name: "etc/group", Mode: 0o644, Content: []byte("root:x:0:\npause:x:65535:\n")}
	user := func(name string) func(*v1.ConfigFile) { return func(c *v1.ConfigFile) { c.Config.User = name } }
	both := func(seen string) map[string]string {
		return map[string]string{"IMG-USER": seen, "IMG-NONROOT": "not a number"}
	}
	fails := func(seen string) map[string]string { return map[string]string{"IMG-USER": seen} }
	named := map[string]string{"IMG-NONROOT": "not a number"}
	judgeSamples(t, map[string]sample{
		"numbers":                     {configure: user("65535:0")},
		"names that are there":        {files: []fixture.File{passwd, group}, configure: user("pause:pause"), want: named},
		"group that is there":         {files: []fixture.File{group}, configure: user("1:pause")},
		"group that is not there":     {files: []fixture.File{group}, configure: user("1:staff"), want: fails(`the group "staff" cannot be resolved: /etc/group does not have it`)},
		"group and no file of groups": {configure: user("1:pause"), want: fails(`the group "pause" cannot be resolved: the image has no /etc/group`)},
		"user that is not there":      {files: []fixture.File{passwd}, configure: user("paus"), want: both(`the user "paus" cannot be resolved`)},
		"group of the user's file":    {files: []fixture.File{passwd}, configure: user("1:pause"), want: fails("no /etc/group")},
		"three parts":                 {configure: user("1:2:3"), want: fails(`the group "2:3"`)},
		"beyond 31 bits":              {configure: user("1:2147483648"), want: fails("the group 2147483648 is not between 0 and 2147483647")},
		"file of groups that is none": {files: []fixture.File{{Name: "etc/group", Type: tar.TypeFifo}}, configure: user("1:pause"), want: fails("cannot be read")},
	})
}

func TestWorkingDirectories(t *testing.T) {
	in := func(directory string) func(*v1.ConfigFile) {
		return func(c *v1.ConfigFile) { c.Config.WorkingDir = directory }
	}
	fails := func(seen string) map[string]string { return map[string]string{"IMG-WORKINGDIR": seen} }
	link := fixture.File{Name: "l", Type: tar.TypeSymlink, Link: "pause"}
	judgeSamples(t, map[string]sample{
		"a directory":         {files: []fixture.File{{Name: "srv/", Type: tar.TypeDir, Mode: 0o755}}, configure: in("/srv")},
		"the root":            {configure: in("/")},
		"an absent directory": {configure: in("/srv/deep")},
		"relative":            {configure: in("work"), want: fails(`"work", which is not absolute`)},
		"a file":              {configure: in("/pause"), want: fails(`"/pause", which is not a directory`)},
		"below a file":        {configure: in("/pause/work"), want: fails("cannot be reached")},
		"a link to a file":    {files: []fixture.File{link}, configure: in("/l"), want: fails("not a directory")},
	})
}

func TestConfigurationsThatAreNotClean(t *testing.T) {
	fails := func(seen string) map[string]string { return map[string]string{"IMG-CONFIG-CLEAN": seen} }
	judgeSamples(t, map[string]sample{
		"health check": {
			configure: func(c *v1.ConfigFile) { c.Config.Healthcheck = &v1.HealthConfig{Test: []string{"CMD", "/pause", "-v"}} },
			want:      fails(`HEALTHCHECK runs ["CMD" "/pause" "-v"]`),
		},
		"health check that is switched off": {configure: func(c *v1.ConfigFile) { c.Config.Healthcheck = &v1.HealthConfig{Test: []string{"NONE"}} }},
		"a shell in two parts": {
			configure: func(c *v1.ConfigFile) {
				c.Config.Entrypoint, c.Config.Cmd = []string{"/bin/sh"}, []string{"-c", "/pause"}
			},
			want: with(noEntry("is the shell form"), "IMG-CONFIG-CLEAN", "Entrypoint and Cmd are a shell's together"),
		},
	})
}

func TestFileCapabilities(t *testing.T) {
	capabilities := "\x01\x00\x00\x02" + strings.Repeat("\x01", 16) // of revision 2
	judgeSamples(t, map[string]sample{
		"of the entry point": {
			files: []fixture.File{{Name: "pause", Mode: 0o555, Content: fixture.CachedPause(t, "linux/amd64"), Capabilities: capabilities}},
			want:  map[string]string{"IMG-CAPABILITIES": "/pause has capabilities of its own"},
		},
		"that a later layer replaces": {files: []fixture.File{
			{Name: "a", Mode: 0o444, Capabilities: capabilities}, {Name: "a", Mode: 0o444},
		}},
	})
}
