package image

import (
	"fmt"
	"runtime"
	"slices"
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
	return Normalize(platform), nil
}

// Normalize gives a platform the form in which equal ones have equal texts. The
// variants that an architecture has unless it says so are those of
// github.com/containerd/platforms.
func Normalize(platform v1.Platform) v1.Platform {
	normal := *platform.DeepCopy()
	switch normal.Architecture + "/" + normal.Variant {
	case "amd64/v1", "arm64/v8":
		normal.Variant = ""
	case "arm/":
		normal.Variant = "v7"
	}
	slices.Sort(normal.OSFeatures)
	slices.Sort(normal.Features)
	normal.OSFeatures, normal.Features = slices.Compact(normal.OSFeatures), slices.Compact(normal.Features)
	return normal
}

// Describe is the platform with all that tells it from others: of Windows, the version
// and the features of the operating system as well.
func Describe(platform v1.Platform) string {
	normal := Normalize(platform)
	text := normal.String()
	if len(normal.OSFeatures) > 0 {
		text += " with " + strings.Join(normal.OSFeatures, ", ")
	}
	if len(normal.Features) > 0 {
		text += " on " + strings.Join(normal.Features, ", ")
	}
	return text
}

// Same tells whether the platforms have the same operating system, architecture and
// variant.
func Same(a, b v1.Platform) bool {
	a, b = Normalize(a), Normalize(b)
	return a.OS == b.OS && a.Architecture == b.Architecture && a.Variant == b.Variant
}

// find prefers an entry that names the platform. A target without a variant takes any.
func find(entries []entry, target v1.Platform) (entry, bool) {
	for _, guessed := range []bool{false, true} {
		for _, entry := range entries {
			if entry.guessed == guessed && Same(entry.platform, target) {
				return entry, true
			}
		}
	}
	for _, entry := range entries {
		if target.Variant == "" && entry.platform.OS == target.OS && entry.platform.Architecture == target.Architecture {
			return entry, true
		}
	}
	return entry{}, false
}

// Join lists platforms as the option --platform takes them.
func Join(platforms []v1.Platform) string {
	var texts []string
	for _, platform := range platforms {
		if text := Normalize(platform).String(); !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, ",")
}

// complete fills in what a configuration does not name: the program's architecture,
// and where that is unknown the host's, which is what engines take the image for. See
// BaseImgArch and OperatingSystem in image/image.go of github.com/moby/moby.
func complete(platform v1.Platform, program string) v1.Platform {
	if platform.OS == "" {
		platform.OS = "linux"
	}
	if platform.Architecture == "" && program != "" {
		platform.Architecture = program
	}
	if platform.Architecture == "" {
		platform.Architecture = runtime.GOARCH
	}
	return platform
}
