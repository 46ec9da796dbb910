package static

import (
	"fmt"

	"github.com/podsandbox/pause/conformance/report"
)

// The budgets of IMG-SIZE, in bytes.
const (
	DefaultCompressed   = 512 << 10
	DefaultUncompressed = 1 << 20
)

func judgeSize(e *examination) report.Result {
	layers, err := e.Root.Compressed(e)
	if err != nil {
		return report.Result{Status: report.Error, Seen: err.Error()}
	}
	download, disk := e.Overhead+layers, e.Root.Uncompressed
	var violations []string
	if download > e.options.Compressed {
		violations = append(violations, fmt.Sprintf("%d bytes compressed", download))
	}
	if disk > e.options.Uncompressed {
		violations = append(violations, fmt.Sprintf("%d bytes uncompressed", disk))
	}
	result := conclude(fmt.Sprintf("at most %d bytes compressed and %d uncompressed", e.options.Compressed, e.options.Uncompressed), violations)
	result.Evidence = []report.Evidence{{Name: "size", Text: fmt.Sprintf(
		"%d bytes compressed, manifest and configuration included; %d bytes uncompressed", download, disk)}}
	return result
}
