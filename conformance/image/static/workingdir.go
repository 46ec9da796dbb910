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
	const expected = "no WorkingDir, or the absolute path of a directory"
	directory := e.Config.Config.WorkingDir
	if directory == "" {
		return conclude(expected, nil)
	}
	if !path.IsAbs(directory) {
		return conclude(expected, []string{fmt.Sprintf("WorkingDir is %q, which is not absolute", directory)})
	}
	location, _, err := e.Root.Lookup(directory)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return conclude(expected, nil)
	case err != nil:
		return conclude(expected, []string{fmt.Sprintf("WorkingDir is %q, which cannot be reached: %v", directory, err)})
	case !location.File.Mode.IsDir():
		return conclude(expected, []string{fmt.Sprintf("WorkingDir is %q, which is not a directory: mode %s", directory, location.File.Mode)})
	}
	return conclude(expected, nil)
}
