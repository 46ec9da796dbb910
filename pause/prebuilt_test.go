package main_test

import (
	"os"
	"testing"
)

// programVariable names the path of the program under test. Where no go command
// can build one, as in a virtual machine, the user sets it to a trimmed program
// of the tests' version, alone in a directory that any user can enter.
const programVariable = "PAUSE_TEST_PROGRAM"

// prebuilt is the path of the program that the user has built, if any.
var prebuilt = os.Getenv(programVariable)

// needSource skips a test of the source tree when there may be none.
func needSource(t *testing.T) {
	t.Helper()
	if prebuilt != "" {
		t.Skipf("needs the source tree and the go command: %s names a program", programVariable)
	}
}
