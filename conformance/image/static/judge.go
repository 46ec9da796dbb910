// Package static judges an image from its files and documents alone: the requirements
// of the specification's chapter on images.
package static

import (
	"context"
	"strings"

	"github.com/podsandbox/pause/conformance/image"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

// Options change what an image is judged by.
type Options struct {
	// Entrypoint replaces the image's Entrypoint and Cmd unless it is empty.
	Entrypoint []string

	// Compressed and Uncompressed are the budgets in bytes, and the defaults
	// where they are 0.
	Compressed, Uncompressed int64
}

// judges are the functions that judge the static requirements.
var judges = map[string]func(*examination) report.Result{
	"IMG-ENTRYPOINT":     judgeEntrypoint,
	"IMG-ANY-UID":        judgeAnyUID,
	"IMG-PLATFORM":       judgePlatform,
	"IMG-PROCESSOR":      judgeProcessor,
	"IMG-PAGE-SIZE":      judgePageSize,
	"IMG-SELF-CONTAINED": judgeSelfContained,
	"IMG-USER":           judgeUser,
	"IMG-WORKINGDIR":     judgeWorkingDir,
	"IMG-UNPACKS":        judgeUnpacks,
	"IMG-DIFF-IDS":       judgeDiffIDs,
	"IMG-LAYER-TYPES":    judgeLayerTypes,
	"IMG-INDEX":          judgeIndex,
	"IMG-NONROOT":        judgeNonRoot,
	"IMG-SIZE":           judgeSize,
	"IMG-MINIMAL":        judgeMinimal,
	"IMG-CAPABILITIES":   judgeFileCapabilities,
	"IMG-CONFIG-CLEAN":   judgeConfigClean,
	"IMG-NO-SECRETS":     judgeNoSecrets,
	"IMG-HARDENED":       judgeHardened,
}

// ofConfiguration are those that are judged without the root file system.
var ofConfiguration = map[string]bool{"IMG-UNPACKS": true, "IMG-INDEX": true, "IMG-NONROOT": true, "IMG-CONFIG-CLEAN": true}

// Judge returns a result for every static requirement, by its id.
func Judge(ctx context.Context, image *image.Image, options Options) map[string]report.Result {
	examination := examine(ctx, image, options)
	results := map[string]report.Result{}
	for id, judge := range judges {
		result := notTestable("a layer cannot be unpacked, see IMG-UNPACKS")
		if image.Broken == nil || ofConfiguration[id] {
			result = judge(examination)
		}
		result.Requirement, _ = requirement.Find(id)
		results[id] = result
	}
	return results
}

// conclude fails when there are violations, and names them all.
func conclude(expectation string, violations []string) report.Result {
	if len(violations) == 0 {
		return report.Result{Status: report.Pass}
	}
	return report.Result{Status: report.Fail, Expected: expectation, Seen: strings.Join(shorten(violations), "; ")}
}

// notTestable is the result of a requirement that cannot be judged.
func notTestable(reason string) report.Result {
	return report.Result{Status: report.NotTestable, Seen: reason}
}
