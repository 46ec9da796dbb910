//go:build !linux

package main_test

import (
	"runtime"
	"testing"
)

func TestProgram(t *testing.T) {
	t.Skipf("pause runs on linux, not on %s", runtime.GOOS)
}
