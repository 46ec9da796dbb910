// Package makefile tests the Makefile of the repository, with stubs in place of the
// commands that its recipes run.
package makefile

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// forms are values that a shell or make would run or take apart. Each that runs
// makes a file canary.
var forms = map[string]string{
	"function of make":       "$(shell touch canary)",
	"assignment of make":     "$(eval X != touch canary)",
	"substitution of shells": "$$(touch canary)",
	"variable of make":       "$(CURDIR) ${CURDIR} $@",
	"variable of shells":     "$$HOME $HOME",
	"backquotes":             "`touch canary`",
	"semicolon":              "a; touch canary; :",
	"single quotes":          "a'; touch canary; '",
	"double quotes":          `a"; touch canary; "`,
	"two lines":              "a\ntouch canary\n\ttouch canary",
	"open quote":             "it's",
	"open parenthesis":       "a $(",
	"spaces":                 "a  b\t",
	"comment":                "#a # b",
	"pattern":                "%a % b",
	"wildcard":               "*",
	"backslashes":            `\a \$(touch canary) \`,
	"option":                 "--help",
	"short option":           "-n",
	"rule":                   "a: b; touch canary",
}

// origins are the ways that a variable reaches make.
var origins = map[string]func(name, value string) (args, env []string){
	"command line":           func(name, value string) (args, env []string) { return []string{name + "=" + value}, nil },
	"environment":            func(name, value string) (args, env []string) { return nil, []string{name + "=" + value} },
	"overriding environment": func(name, value string) (args, env []string) { return []string{"-e"}, []string{name + "=" + value} },
}

// variables are those that the Makefile takes from outside, but VERSION.
var variables = []string{
	"CA", "DIST", "ENGINE", "FROM", "IMAGE", "IMAGE_NAME", "ONLY", "PLATFORMS", "PRODUCT", "REF", "REGISTRY", "REVISION", "SOURCE_DATE_EPOCH", "TAG", "TIME", "WINDOWS_FROM",
}

var targets = []string{
	"all", "check", "mutants", "fuzz", "conformance", "push", "mirror", "verify", "digest", "summary", "login", "sign", "release", "bench", "test", "test-all", "test-kernels", "unit", "clean",
}

func TestVariablesReachCommandsAsTheyAre(t *testing.T) {
	for form, value := range forms {
		for origin, assign := range origins {
			t.Run(form+"/"+origin, func(t *testing.T) {
				t.Parallel()
				var args, env []string
				for _, variable := range variables {
					arg, assignment := assign(variable, value)
					args, env = append(args, arg...), append(env, assignment...)
				}
				calls := newSandbox(t).make(append(args, targets...), env)
				for _, variable := range variables {
					want := value
					if variable == "DIST" && strings.HasPrefix(value, "-") {
						want = "./" + value
					}
					if !calls.gives(variable, want) {
						t.Errorf("no command received %s=%q; the calls are %q", variable, want, calls)
					}
				}
			})
		}
	}
}

func TestVersionReachesTheBuildAsItIsAndTheLinkerOnlyAsAVersion(t *testing.T) {
	for form, value := range forms {
		for origin, assign := range origins {
			t.Run(form+"/"+origin, func(t *testing.T) {
				t.Parallel()
				args, env := assign("VERSION", value)
				calls := newSandbox(t).make(append(args, "image", "suite", "release"), env)
				if !calls.gives("VERSION", value) {
					t.Errorf("no command received VERSION=%q; the calls are %q", value, calls)
				}
				if text := fmt.Sprint(calls); strings.Contains(text, "-X main.version=") {
					t.Errorf("the linker received %q: %s", value, text)
				}
			})
		}
	}
}

func TestFlagsAreSplitAtSpacesAlone(t *testing.T) {
	for form, value := range forms {
		for origin, assign := range origins {
			t.Run(form+"/"+origin, func(t *testing.T) {
				t.Parallel()
				args, env := assign("FLAGS", value)
				calls := newSandbox(t).make(append(args, "bench", "conformance", "IMAGE=image"), env)
				for command, arguments := range map[string][]string{
					"go":                            append([]string{"run", "./conformance/bench"}, strings.Fields(value)...),
					"pause-conformance-linux-amd64": append(append([]string{"run", "--report-dir=dist/conformance"}, strings.Fields(value)...), "--", "image"),
				} {
					if !calls.contain(command, arguments) {
						t.Errorf("no call of %s has the arguments %q; the calls are %q", command, arguments, calls)
					}
				}
			})
		}
	}
}

func TestNameOfAGitTagIsData(t *testing.T) {
	for _, tag := range []string{"v1$(touch${IFS}canary)", "v1`touch${IFS}canary`", "v1';touch${IFS}canary;'", "v1$(info,x)", "v1&touch${IFS}canary"} {
		t.Run(tag, func(t *testing.T) {
			t.Parallel()
			sandbox := newSandbox(t)
			sandbox.tag(tag)
			calls := sandbox.make([]string{"image", "suite", "release"}, nil)
			if version := tag[1:]; !calls.gives("VERSION", version) {
				t.Errorf("no command received VERSION=%q; the calls are %q", version, calls)
			}
		})
	}
}

func TestAnEmptyVariableMeansItsDefault(t *testing.T) {
	calls := newSandbox(t).make([]string{"DIST=", "IMAGE_NAME=", "VERSION=", "image"}, nil)
	if !calls.gives("DIST", "dist") || !calls.gives("IMAGE_NAME", "ghcr.io/podsandbox/pause") {
		t.Errorf("the calls are %q", calls)
	}
}

// Make expands a $ that is not doubled before the shell is started, so that the
// value would be text of the recipe.
func TestRecipesReadVariablesInTheShell(t *testing.T) {
	expansion := regexp.MustCompile(`^\$[^$@*]|[^$](\$\$)*\$[^$@*]`)
	text, err := os.ReadFile(path(t))
	if err != nil {
		t.Fatal(err)
	}
	for number, line := range strings.Split(string(text), "\n") {
		if recipe, ok := strings.CutPrefix(line, "\t"); ok && expansion.MatchString(recipe) {
			t.Errorf("Makefile:%d: make expands a variable in a recipe: %s", number+1, recipe)
		}
	}
}
