package registry_test

import (
	"strings"
	"testing"
)

func TestProgressIsOneLineThatIsClearedAtTheEnd(t *testing.T) {
	push := release(t, inMemory(t, plain), "1.2.3")
	var progress strings.Builder
	push.Client.Progress = &progress
	mustPush(t, push)
	lines := strings.Split(progress.String(), "\r\x1b[K")
	if len(lines) < 3 || !strings.HasSuffix(lines[1], " bytes") || lines[len(lines)-1] != "" || strings.Contains(progress.String(), "\n") {
		t.Errorf("shown %q", lines)
	}
}
