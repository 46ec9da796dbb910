package conformance

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/podsandbox/pause/conformance/check"
	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/image"
	"github.com/podsandbox/pause/conformance/internal/spelling"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

// UsageError says that a Config cannot be meant. Its text is one line.
type UsageError struct{ message string }

func (e *UsageError) Error() string { return e.message }

func usageErrorf(format string, arguments ...any) error {
	return &UsageError{fmt.Sprintf(format, arguments...)}
}

// complete sets the fields that are not set, and returns a *UsageError for a Config
// that cannot be meant.
func (c *Config) complete() error {
	for _, validate := range []func() error{c.completeImages, c.completeEngine, c.completeChoice, c.completeNumbers} {
		if err := validate(); err != nil {
			return err
		}
	}
	return nil
}

func (c *Config) completeImages() error {
	if len(c.Images) == 0 && c.Engine != CRI {
		return usageErrorf("no image is named: pass a reference, oci:DIR, oci-archive:FILE or docker-archive:FILE")
	}
	if slices.Contains(c.Images, "") {
		return usageErrorf("an image is named by an empty word: is a variable of the command line not set?")
	}
	for _, platform := range c.Platforms {
		if _, err := image.ParsePlatform(platform); err != nil {
			return usageErrorf("%v", err)
		}
	}
	if c.CA != "" {
		return checkAuthorities(c.CA)
	}
	return nil
}

func (c *Config) completeEngine() error {
	if c.Engine == "" {
		c.Engine = Docker
	}
	if err := member("engine", c.Engine, engineNames()); err != nil {
		return err
	}
	if c.Engine != Machine && (c.Kernel != "" || c.Program != "") {
		return usageErrorf("--kernel and --program do not apply to the engine %s: use them with the engine %s", c.Engine, Machine)
	}
	if c.Engine == Machine && len(c.Platforms) != 1 {
		return usageErrorf("engine %s: name the one platform of the machine with --platform, such as linux/arm64", Machine)
	}
	if c.Endpoint != "" && c.Engine != CRI {
		return usageErrorf("a CRI endpoint is of no use to the engine %s: choose %s", c.Engine, CRI)
	}
	if c.Pod != "" && c.Engine != CRI {
		return usageErrorf("a pod of the kubelet is of no use to the engine %s: choose %s", c.Engine, CRI)
	}
	if c.Endpoint == "" && c.Engine == CRI {
		return usageErrorf("engine %s: name the socket of the node's runtime with --cri-endpoint, such as unix:///run/containerd/containerd.sock", CRI)
	}
	return nil
}

func (c *Config) completeChoice() error {
	if c.Profile == "" {
		c.Profile = Full
	}
	if err := member("profile", c.Profile, []Profile{Core, Full, Static}); err != nil {
		return err
	}
	for _, feature := range c.Without {
		if err := member("feature", feature, requirement.Features()); err != nil {
			return err
		}
	}
	if c.FailOn == "" {
		c.FailOn = requirement.Must
	}
	if err := member("fail on", c.FailOn, []requirement.Level{requirement.Must, requirement.Should}); err != nil {
		return err
	}
	for _, words := range []*[]string{&c.Only, &c.Skip} {
		var ids []string
		for _, word := range *words {
			rules, err := requirement.Choose(word)
			if err != nil {
				return usageErrorf("%v", err)
			}
			for _, rule := range rules {
				ids = append(ids, rule.ID)
			}
		}
		*words = ids
	}
	return nil
}

func (c *Config) completeNumbers() error {
	for name, duration := range map[string]time.Duration{"timeout": c.Timeout, "soak": c.Soak} {
		if duration < 0 {
			return usageErrorf("%s %s: it is negative", name, duration)
		}
	}
	if c.Timeout == 0 {
		c.Timeout = 5 * time.Minute
	}
	if c.RequestTimeout <= 0 {
		c.RequestTimeout = engine.DefaultRequestTimeout
	}
	if c.Seed < 0 || c.Seed > report.MaxSeed {
		return usageErrorf("seed %d: it is not between 0 and %d, the greatest number that JavaScript and jq read exactly", c.Seed, report.MaxSeed)
	}
	if c.Size == (check.Size{}) {
		c.Size = check.FullSize
	}
	return nil
}

// member refuses a word that is not among the known ones.
func member[T ~string](kind string, word T, words []T) error {
	if slices.Contains(words, word) {
		return nil
	}
	var names []string
	for _, name := range words {
		names = append(names, string(name))
	}
	last := len(names) - 1
	return usageErrorf("%s %q: there are %s and %s%s", kind, word,
		strings.Join(names[:last], ", "), names[last], spelling.Suggestion(string(word), words))
}
