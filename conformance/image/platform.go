package image

import (
	"fmt"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// ParsePlatform reads os/architecture[/variant].
func ParsePlatform(text string) (v1.Platform, error) {
	parts := strings.Split(text, "/")
	if len(parts) < 2 || len(parts) > 3 || strings.ContainsAny(text, " ,:") || strings.Contains("/"+text+"/", "//") {
		return v1.Platform{}, fmt.Errorf("platform %q: want os/architecture or os/architecture/variant, such as linux/arm64", text)
	}
	platform := v1.Platform{OS: parts[0], Architecture: parts[1]}
	if len(parts) == 3 {
		platform.Variant = parts[2]
	}
	return normalize(platform), nil
}

// normalize gives a platform the form in which equal ones have equal texts. The
// variants that an architecture has unless it says so are those of
// github.com/containerd/platforms.
func normalize(platform v1.Platform) v1.Platform {
	normal := v1.Platform{OS: platform.OS, Architecture: platform.Architecture, Variant: platform.Variant}
	switch normal.Architecture + "/" + normal.Variant {
	case "amd64/v1", "arm64/v8":
		normal.Variant = ""
	case "arm/":
		normal.Variant = "v7"
	}
	return normal
}

func same(a, b v1.Platform) bool { return normalize(a).Equals(normalize(b)) }

// find prefers the platform itself, and takes any variant when none is wanted.
func find(entries []entry, wanted v1.Platform) (entry, bool) {
	for _, entry := range entries {
		if same(entry.platform, wanted) {
			return entry, true
		}
	}
	for _, entry := range entries {
		if wanted.Variant == "" && entry.platform.OS == wanted.OS && entry.platform.Architecture == wanted.Architecture {
			return entry, true
		}
	}
	return entry{}, false
}

func join(platforms []v1.Platform) string {
	var texts []string
	for _, platform := range platforms {
		texts = append(texts, platform.String())
	}
	return strings.Join(texts, ",")
}
