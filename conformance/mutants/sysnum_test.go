package mutants_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestNumbersAreTheKernels(t *testing.T) {
	module, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/sys").Output()
	if err != nil {
		t.Fatalf("go list golang.org/x/sys: %v", err)
	}
	numbers := regexp.MustCompile(`(?m)^\s+(sys|SYS_)(\w+)\s+= (\d+)$`)
	read := func(path string) map[string]string {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		byName := map[string]string{}
		for _, match := range numbers.FindAllStringSubmatch(string(source), -1) {
			byName[strings.ToUpper(strings.ReplaceAll(match[2], "_", ""))] = match[3]
		}
		return byName
	}
	for _, architecture := range []string{"amd64", "arm64"} {
		ours := read("testdata/pause/mutant_linux_" + architecture + ".go")
		theirs := read(filepath.Join(strings.TrimSpace(string(module)), "unix", "zsysnum_linux_"+architecture+".go"))
		for name, number := range ours {
			if theirs[name] != number {
				t.Errorf("%s: %s is %q, not %s", architecture, name, theirs[name], number)
			}
		}
		if len(ours) == 0 {
			t.Errorf("%s: no number found", architecture)
		}
	}
}
