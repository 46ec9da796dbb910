package static

import (
	"fmt"

	"github.com/podsandbox/pause/conformance/image/loader"
	"github.com/podsandbox/pause/conformance/image/program"
	"github.com/podsandbox/pause/conformance/report"
)

func judgeSelfContained(e *examination) report.Result {
	result := e.withProgram("a statically linked program, or an interpreter and libraries that load for every user", func(*program.Program) []string {
		return e.process.Faults
	})
	return e.unlessUnread(result)
}

func judgeProcessor(e *examination) report.Result {
	return e.withObjects("a program for every processor of "+e.Platform.String(), func(object *loader.Object) []string {
		var violations []string
		for _, level := range object.Program.BeyondBaseline(e.Platform.Variant) {
			violations = append(violations, "it needs "+level)
		}
		return violations
	})
}

func judgePageSize(e *examination) report.Result {
	expectation := "LOAD segments that every kernel can map"
	if e.program != nil {
		expectation = fmt.Sprintf("LOAD segments that map with pages of up to %d bytes", e.program.PageSize())
	}
	return e.withObjects(expectation, func(object *loader.Object) []string { return object.Program.Misalignments() })
}

func judgeHardened(e *examination) report.Result {
	return e.withProgram("a stack that is not executable, and no segment that is writable and executable", func(program *program.Program) []string {
		var violations []string
		if executable, why := program.ExecutableStack(); executable {
			violations = append(violations, "the stack is executable: "+why)
		}
		return append(violations, program.WritableCode()...)
	})
}
