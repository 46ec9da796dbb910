package conformance

import (
	"errors"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

// complete is a Config as Run completes it.
func complete(t *testing.T, config Config) Config {
	t.Helper()
	config.Images = []string{"oci:image"}
	if err := config.complete(); err != nil {
		t.Fatal(err)
	}
	return config
}

func TestConfigDecidesWhatIsLeftOut(t *testing.T) {
	for name, test := range map[string]struct {
		config Config
		id     string
		want   report.Status
	}{
		"nothing is left out":           {Config{}, "SIG-TERM", ""},
		"only another":                  {Config{Only: []string{"PID-1"}}, "SIG-TERM", report.Filtered},
		"only its chapter":              {Config{Only: []string{"sig"}}, "SIG-TERM", ""},
		"its pattern is skipped":        {Config{Skip: []string{"SIG-T*"}}, "SIG-TERM", report.Filtered},
		"only its chapter, but not it":  {Config{Only: []string{"SIG"}, Skip: []string{"SIG-TERM"}}, "SIG-TERM", report.Filtered},
		"its feature is lacking":        {Config{Without: []requirement.Feature{"reaping"}}, "REAP-ORPHAN", report.NotSupported},
		"lacking and skipped":           {Config{Without: []requirement.Feature{"reaping"}, Skip: []string{"REAP"}}, "REAP-ORPHAN", report.Filtered},
		"not in the host's network":     {Config{NoHostNetwork: true}, "PID-NO-NETWORK", report.Filtered},
		"not in a pod with hostNetwork": {Config{NoHostNetwork: true}, "POD-HOST-NAMESPACES", report.Filtered},
		"another setting than a host's": {Config{NoHostNetwork: true}, "PID-NOT-FIRST", ""},
		"a SHOULD of the core profile":  {Config{Profile: Core}, "PID-QUIET", report.NotTestable},
		"a sandbox without an engine":   {Config{Profile: Static}, "SIG-TERM", report.NotTestable},
		"an image without an engine":    {Config{Profile: Static}, "IMG-PLATFORM", ""},
	} {
		t.Run(name, func(t *testing.T) {
			config := complete(t, test.config)
			rule, exists := requirement.Find(test.id)
			if !exists {
				t.Fatal(test.id)
			}
			if status, reason := config.leftOut(rule); status != test.want || (status == "") != (reason == "") {
				t.Errorf("%s: %q, want %q", reason, status, test.want)
			}
		})
	}
}

func TestConfigThatCannotBeMeantIsAUsageErrorOfOneLine(t *testing.T) {
	for name, config := range map[string]Config{
		"no image": {}, "an unknown chapter": {Images: []string{"x"}, Only: []string{"SGI-*"}},
		"an unknown engine": {Images: []string{"x"}, Engine: "rkt"}, "a seed beyond 2^53": {Images: []string{"x"}, Seed: report.MaxSeed + 1},
		"a negative soak": {Images: []string{"x"}, Soak: -1}, "a node without a socket": {Engine: CRI},
		"a machine of no platform":   {Images: []string{"x"}, Engine: Machine},
		"a machine of two":           {Images: []string{"x"}, Engine: Machine, Platforms: []string{"linux/arm64", "linux/amd64"}},
		"a kernel without a machine": {Images: []string{"x"}, Kernel: "vmlinuz"},
	} {
		_, err := Run(t.Context(), config)
		if usage := new(UsageError); !errors.As(err, &usage) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want a *UsageError of one line", name, err)
		}
	}
}
