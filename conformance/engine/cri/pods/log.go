package pods

import (
	"bufio"
	"io"
	"strings"
)

// most is the most that is kept of what a container writes, in bytes.
const most = 64 << 10

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
	return text.String()[:min(text.Len(), most)]
}
