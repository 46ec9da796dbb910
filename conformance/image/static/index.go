package static

import (
	"fmt"
	"slices"

	"github.com/podsandbox/pause/conformance/image"
	"github.com/podsandbox/pause/conformance/report"
)

// indexPlatforms are what an index has at the least.
var indexPlatforms = []string{"linux/amd64", "linux/arm64"}

func judgeIndex(e *examination) report.Result {
	const expectation = "an index with linux/amd64 and linux/arm64, and each platform once"
	index := e.Source.Index()
	if index.Unknown != "" {
		return notTestable(index.Unknown)
	}
	if index.Digest == "" {
		return conclude(expectation, []string{fmt.Sprintf("a single manifest for %s and no index", image.Join(index.Platforms))})
	}
	var violations, platforms []string
	for _, platform := range index.Platforms {
		text := image.Describe(platform)
		if slices.Contains(platforms, text) {
			violations = append(violations, text+" is there more than once")
		}
		platforms = append(platforms, text)
	}
	for _, platform := range indexPlatforms {
		if !slices.Contains(platforms, platform) {
			violations = append(violations, platform+" is not there")
		}
	}
	return conclude(expectation, violations)
}
