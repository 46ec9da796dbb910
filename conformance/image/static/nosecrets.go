package static

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/podsandbox/pause/conformance/report"
)

const (
	// maxSecretFile is the largest file that secrets are looked for in, and
	// maxSecretFiles limits all files together, in bytes.
	maxSecretFile  = 1 << 20
	maxSecretFiles = 64 << 20
)

// secretFiles are files that hold credentials of tools, by the end of their paths.
var secretFiles = map[string]*regexp.Regexp{
	".netrc": regexp.MustCompile(`\bpassword\s+\S`), ".pgpass": regexp.MustCompile(`(?m)^[^#].*:.*:.*:.*:.`), ".git-credentials": secretURL,
	".docker/config.json": regexp.MustCompile(`"(auth|identitytoken)"\s*:\s*"[^"]`), ".dockercfg": regexp.MustCompile(`"auth"\s*:\s*"[^"]`),
	".npmrc": regexp.MustCompile(`_(authToken|auth|password)\s*=\s*[^$\s]`), ".pypirc": regexp.MustCompile(`(?m)^\s*password\s*[:=]\s*\S`),
	".aws/credentials": regexp.MustCompile(`aws_secret_access_key\s*=\s*\S`), ".kube/config": regexp.MustCompile(`(?m)^\s*(token|password|client-key-data):\s*\S`),
	"/etc/shadow": regexp.MustCompile(`(?m)^[^:]+:\$[^:]+:`),
}

func judgeNoSecrets(e *examination) report.Result {
	config := e.Config.Config
	var violations []string
	for _, name := range slices.Sorted(maps.Keys(config.Labels)) {
		if isSecret(name, config.Labels[name]) {
			violations = append(violations, fmt.Sprintf("the label %q looks like a secret", name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.Manifest.Annotations)) {
		if isSecret(name, e.Manifest.Annotations[name]) {
			violations = append(violations, fmt.Sprintf("the annotation %q looks like a secret", name))
		}
	}
	arguments := map[string][]string{"Entrypoint": config.Entrypoint, "Cmd": config.Cmd}
	if e.HasHealthcheck() {
		arguments["HEALTHCHECK"] = config.Healthcheck.Test
	}
	for _, name := range slices.Sorted(maps.Keys(arguments)) {
		if slices.ContainsFunc(arguments[name], hasSecret) {
			violations = append(violations, fmt.Sprintf("an argument of %s looks like a secret", name))
		}
	}
	for i, step := range e.Config.History {
		if slices.ContainsFunc(strings.Fields(step.CreatedBy), hasSecret) {
			violations = append(violations, fmt.Sprintf("step %d of the image's history looks like a secret", i+1))
		}
	}
	files, err := e.secretsInFiles()
	if err != nil {
		return report.Result{Status: report.Error, Seen: err.Error()}
	}
	return conclude("no label, annotation, argument, build step or file that looks like a secret", append(violations, files...))
}

// hasSecret judges a word of a command line: an option or a variable with a value.
func hasSecret(word string) bool {
	if option := secretOption.FindStringSubmatch(word); option != nil {
		return isSecret(option[1], option[2])
	}
	name, value, assigned := strings.Cut(word, "=")
	if assigned && !strings.ContainsAny(name, `"'$/`) {
		return isSecret(name, value)
	}
	return isSecret("", word)
}

// secretsInFiles looks at each layer, for what a layer above hides can be read still.
func (e *examination) secretsInFiles() ([]string, error) {
	var violations []string
	budget := int64(maxSecretFiles)
	err := e.Root.WalkLayers(e, func(layer int, name string, size int64, content io.Reader) error {
		if size > maxSecretFile || size > budget || len(violations) > maxViolations {
			return nil
		}
		budget -= size
		text, err := io.ReadAll(content)
		if err != nil {
			return err
		}
		if holdsSecret(name, text) {
			violations = append(violations, fmt.Sprintf("%s of layer %d looks like a secret", name, layer+1))
		}
		return nil
	})
	return violations, err
}

// holdsSecret leaves out programs: those that read keys have their markers in them.
func holdsSecret(name string, content []byte) bool {
	if bytes.HasPrefix(content, []byte("\x7fELF")) {
		return false
	}
	if secretText.Match(content) {
		return true
	}
	for end, secret := range secretFiles {
		if path.Base(end) == path.Base(name) && strings.HasSuffix(name, end) && secret.Match(content) {
			return true
		}
	}
	return false
}
