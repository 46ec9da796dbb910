package requirement

import (
	"regexp"
	"strings"
)

// Reference is one place that a Source names. URL is empty for a place without one
// address on the web.
type Reference struct {
	Text string
	URL  string
}

// URL is where the specification says the requirement.
func (r Requirement) URL() string {
	return "https://github.com/podsandbox/pause/blob/HEAD/conformance/SPEC.md#" + strings.ToLower(r.ID)
}

// owners are the GitHub accounts of projects that sources call by their name.
var owners = map[string]string{
	"containerd": "containerd",
	"cri-o":      "cri-o",
	"kubernetes": "kubernetes",
	"moby":       "moby",
	"podman":     "containers",
}

var (
	issue = regexp.MustCompile(`^(?:([\w-]+)/)?([\w-]+)#(\d+)`)
	file  = regexp.MustCompile(`^([\w-]+) (\w[\w.-]*/\S+)`)
	page  = regexp.MustCompile(`^[\w.]+\.(io|dev)/\S+/\S+`)
	man   = regexp.MustCompile(`^(\w+)\((\d)\)`)
)

// References are the places that the Source names.
func (r Requirement) References() []Reference {
	var references []Reference
	for _, text := range strings.Split(r.Source, "; ") {
		references = append(references, Reference{Text: text, URL: address(text)})
	}
	return references
}

func address(text string) string {
	if m := issue.FindStringSubmatch(text); m != nil {
		owner := m[1]
		if owner == "" {
			owner = owners[m[2]]
		}
		return "https://github.com/" + owner + "/" + m[2] + "/issues/" + m[3]
	}
	if m := file.FindStringSubmatch(text); m != nil {
		return "https://github.com/" + owners[m[1]] + "/" + m[1] + "/blob/HEAD/" + m[2]
	}
	if m := man.FindStringSubmatch(text); m != nil {
		return "https://man7.org/linux/man-pages/man" + m[2] + "/" + m[1] + "." + m[2] + ".html"
	}
	if m := page.FindString(text); m != "" && !strings.HasPrefix(m, "registry.") {
		return "https://" + m
	}
	return ""
}
