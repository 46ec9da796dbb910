package image

import (
	"fmt"
	"slices"
)

// indexPlatforms are what an index has at the least, for IMG-INDEX.
var indexPlatforms = []string{"linux/amd64", "linux/arm64"}

func judgeIndex(e *examination) Finding {
	source := e.Source
	const expected = "an index with linux/amd64 and linux/arm64, and each platform once"
	if source.noIndex != "" {
		return passedOver(source.noIndex)
	}
	if source.index == "" {
		return judged(expected, []string{fmt.Sprintf("a single manifest for %s and no index", join(source.Platforms()))})
	}
	var violations, seen []string
	for _, platform := range source.Platforms() {
		text := platform.String()
		if slices.Contains(seen, text) {
			violations = append(violations, text+" is there more than once")
		}
		seen = append(seen, text)
	}
	for _, platform := range indexPlatforms {
		if !slices.Contains(seen, platform) {
			violations = append(violations, platform+" is not there")
		}
	}
	return judged(expected, shortened(violations))
}
