package image

import (
	"context"
	"strings"

	"github.com/podsandbox/pause/conformance/report"
)

// The budgets of IMG-SIZE, in bytes.
const (
	DefaultCompressed   = 512 << 10
	DefaultUncompressed = 1 << 20
)

// Options change what an image is judged by.
type Options struct {
	// Entrypoint replaces the image's Entrypoint and Cmd unless it is empty.
	Entrypoint []string

	// Compressed and Uncompressed are the budgets in bytes, and the defaults
	// where they are 0.
	Compressed, Uncompressed int64
}

// Finding is what was found about one requirement, in the words of
// report.Result.
type Finding struct {
	Status         report.Status
	Expected, Seen string
	Evidence       []report.Evidence
}

// judges are the functions that find out about the static requirements.
var judges = map[string]func(*examination) Finding{
	"IMG-ENTRYPOINT":     judgeEntrypoint,
	"IMG-ANY-UID":        judgeAnyUID,
	"IMG-PLATFORM":       judgePlatform,
	"IMG-SELF-CONTAINED": judgeSelfContained,
	"IMG-INDEX":          judgeIndex,
	"IMG-NONROOT":        judgeNonRoot,
	"IMG-SIZE":           judgeSize,
	"IMG-MINIMAL":        judgeMinimal,
	"IMG-CONFIG-CLEAN":   judgeConfig,
	"IMG-HARDENED":       judgeHardened,
}

// Judge returns a finding for every static requirement, by its id.
func Judge(ctx context.Context, subject *Subject, options Options) map[string]Finding {
	examined := examine(ctx, subject, options)
	findings := map[string]Finding{}
	for id, judge := range judges {
		findings[id] = judge(examined)
	}
	return findings
}

// judged fails when there are violations, and tells them all.
func judged(expected string, violations []string) Finding {
	if len(violations) == 0 {
		return Finding{Status: report.Pass}
	}
	return Finding{Status: report.Fail, Expected: expected, Seen: strings.Join(violations, "; ")}
}

// passedOver is the finding about a requirement that cannot be judged.
func passedOver(why string) Finding {
	return Finding{Status: report.NotTestable, Seen: why}
}
