package static

import (
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/podsandbox/pause/conformance/report"
)

// judgeWorkingDir takes a directory that is not there: runtimes make it.
func judgeWorkingDir(e *examination) report.Result {
	const expectation = "no WorkingDir, or the absolute path of a directory"
	directory := e.Config.Config.WorkingDir
	if directory == "" {
		return conclude(expectation, nil)
	}
	if !path.IsAbs(directory) {
		return conclude(expectation, []string{fmt.Sprintf("WorkingDir is %q, which is not absolute", directory)})
	}
	location, _, err := e.Root.Lookup(directory)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return conclude(expectation, nil)
	case err != nil:
		return conclude(expectation, []string{fmt.Sprintf("WorkingDir is %q, which cannot be reached: %v", directory, err)})
	case !location.File.Mode.IsDir():
		return conclude(expectation, []string{fmt.Sprintf("WorkingDir is %q, which is not a directory: mode %s", directory, location.File.Mode)})
	}
	return conclude(expectation, nil)
}
