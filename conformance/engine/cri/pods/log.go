package pods

import (
	"bufio"
	"context"
	"io"
	"os"
	"strings"

	"github.com/podsandbox/pause/conformance/engine"
)

// maxLog is the most that the log of a container may grow to, in bytes. A kubelet rotates
// logs, and a runtime does not.
const maxLog = 1 << 20

// boundLog cuts the log off at its bound again and again, until the context is done.
// Runtimes append to it.
func boundLog(ctx context.Context, path string) {
	for ; ctx.Err() == nil; pause(ctx) {
		if info, err := os.Stat(path); err == nil && info.Size() > maxLog {
			_ = os.Truncate(path, maxLog)
		}
	}
}

// parseLog returns what the log of a container holds of its standard output and error.
// Each line is TIME STREAM TAG TEXT, where the tag P says that the text's line goes on
// in the next one (kubernetes pkg/kubelet/kuberuntime/logs).
func parseLog(log io.Reader) (stdout, stderr string, err error) {
	texts := map[string]*strings.Builder{"stdout": {}, "stderr": {}}
	lines := bufio.NewScanner(log)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fields := strings.SplitN(lines.Text(), " ", 4)
		if len(fields) < 4 || texts[fields[1]] == nil {
			continue
		}
		text := texts[fields[1]]
		text.WriteString(fields[3])
		if !strings.HasPrefix(fields[2], "P") {
			text.WriteByte('\n')
		}
	}
	return start(texts["stdout"]), start(texts["stderr"]), lines.Err()
}

func start(text *strings.Builder) string {
	return text.String()[:min(text.Len(), engine.MaxOutput)]
}
