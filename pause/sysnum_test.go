package main_test

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/podsandbox/pause/pause/freestanding"
)

func TestNumbersAreTheKernels(t *testing.T) {
	needSource(t)
	same := map[string]string{
		"sysWrite":          "SYS_WRITE",
		"sysGetpid":         "SYS_GETPID",
		"sysWait4":          "SYS_WAIT4",
		"sysRtSigaction":    "SYS_RT_SIGACTION",
		"sysRtSigprocmask":  "SYS_RT_SIGPROCMASK",
		"sysRtSigtimedwait": "SYS_RT_SIGTIMEDWAIT",
		"sysExitGroup":      "SYS_EXIT_GROUP",
		"sigInt":            "SIGINT",
		"sigTerm":           "SIGTERM",
		"sigChild":          "SIGCHLD",
		"setMask":           "SIG_SETMASK",
		"withoutWaiting":    "WNOHANG",
		"interrupted":       "EINTR",
	}
	sys, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/sys").Output()
	if err != nil {
		t.Fatalf("go list golang.org/x/sys: %v", err)
	}
	for _, platform := range freestanding.Platforms {
		t.Run(platform.String(), func(t *testing.T) {
			t.Parallel()
			ours := constants(t, "*_linux*.go", platform)
			theirs := constants(t, filepath.Join(strings.TrimSpace(string(sys)), "unix", "z*_linux*.go"), platform)
			for name, official := range same {
				got, ok := ours[name]
				want, known := theirs[official]
				if !ok || !known || got != want {
					t.Errorf("%s is %d (found: %t), %s is %d (found: %t)", name, got, ok, official, want, known)
				}
			}
		})
	}
}

// constants returns those of the files for the platform that are numbers, as
// they are, negated, or converted to a type.
func constants(t *testing.T, files string, platform freestanding.Platform) map[string]int64 {
	t.Helper()
	numbers := map[string]int64{}
	paths, _ := filepath.Glob(files)
	target := build.Default
	target.GOOS, target.GOARCH = platform.OS, platform.Architecture
	for _, path := range paths {
		if match, err := target.MatchFile(filepath.Dir(path), filepath.Base(path)); err != nil {
			t.Fatal(err)
		} else if !match {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if spec, ok := node.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
				if number, ok := number(spec.Values[0]); ok {
					numbers[spec.Names[0].Name] = number
				}
			}
			return true
		})
	}
	return numbers
}

func number(value ast.Expr) (int64, bool) {
	switch value := value.(type) {
	case *ast.BasicLit:
		number, err := strconv.ParseInt(value.Value, 0, 64)
		return number, err == nil
	case *ast.UnaryExpr:
		return number(value.X)
	case *ast.CallExpr:
		return number(value.Args[0])
	}
	return 0, false
}
