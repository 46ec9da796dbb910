package static

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// shellName matches the shells of Unix by the names that distributions install them
// under, with a version or a suffix: /ssh and /push are none.
var shellName = regexp.MustCompile(`^(sh|r?bash|dash|ash|r?ksh|ksh93|mksh|lksh|oksh|loksh|pdksh|r?zsh|csh|tcsh|fish|yash|posh|osh|pwsh)(-?[0-9][0-9.]*|[-.]static)?$`)

// launchers run the command that follows their options.
var launchers = map[string]bool{
	"env": true, "busybox": true, "toybox": true, "busybox.static": true, "nohup": true, "setsid": true, "nice": true, "exec": true,
	"tini": true, "tini-static": true, "dumb-init": true, "catatonit": true,
}

// shellOptions and launcherOptions take a word of their own.
var (
	shellOptions    = []string{"-o", "+o", "-O", "+O", "--rcfile", "--init-file"}
	launcherOptions = []string{"-u", "--unset", "-C", "--chdir", "-n", "-p", "-r", "--rewrite"}
)

// isShellForm recognises what a Dockerfile's ENTRYPOINT and CMD become when they are no
// JSON arrays, whatever its SHELL: a shell, options, -c among them, and a text.
func isShellForm(command []string) bool {
	for len(command) > 0 {
		name := path.Base(command[0])
		if shellName.MatchString(name) {
			return hasCommandOption(command[1:])
		}
		if !launchers[name] {
			return false
		}
		command = afterOptions(command[1:])
	}
	return false
}

// hasCommandOption reads the options of a shell, see sh(1) and bash(1).
func hasCommandOption(arguments []string) bool {
	for i := 0; i < len(arguments); i++ {
		argument := arguments[i]
		switch {
		case argument == "-" || argument == "--" || !strings.HasPrefix(argument, "-") && !strings.HasPrefix(argument, "+"):
			return false // a script follows
		case strings.HasPrefix(argument, "--"):
			if argument == "--command" || strings.HasPrefix(argument, "--command=") { // fish
				return true
			}
		case strings.EqualFold(argument, "-command"): // pwsh
			return true
		case argument[0] == '-' && strings.Contains(argument, "c"):
			return true
		}
		if slices.Contains(shellOptions, argument) || !strings.HasPrefix(argument, "--") && strings.HasSuffix(argument, "o") {
			i++
		}
	}
	return false
}

// afterOptions leaves out the options and the variables before a launcher's command.
func afterOptions(arguments []string) []string {
	for i := 0; i < len(arguments); i++ {
		argument := arguments[i]
		text, split := strings.CutPrefix(argument, "-S") // of env: a command line in one word
		if !split {
			text, split = strings.CutPrefix(argument, "--split-string=")
		}
		switch {
		case split && text == "" && i+1 < len(arguments):
			return append(strings.Fields(arguments[i+1]), arguments[i+2:]...)
		case split:
			return append(strings.Fields(text), arguments[i+1:]...)
		case argument == "--":
			return arguments[i+1:]
		case slices.Contains(launcherOptions, argument):
			i++
		case !strings.HasPrefix(argument, "-") && !strings.Contains(argument, "="):
			return arguments[i:]
		}
	}
	return nil
}
