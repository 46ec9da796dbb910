package console_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/podsandbox/pause/pause/kernels/console"
)

func frames(t *testing.T, contents ...string) string {
	t.Helper()
	var output bytes.Buffer
	writer := console.NewWriter(&output)
	for _, content := range contents {
		if err := writer.Write(console.Stdout, []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	return output.String()
}

func TestFramesArriveAmongLinesOfTheKernel(t *testing.T) {
	long := strings.Repeat("0123456789abcdef", 1000)
	printed := "Linux version\r\n[    1.0] half a line" + strings.ReplaceAll(frames(t, "one", "", long), "\n", "\r\n") + "reboot: Power down\r\n"
	var lines []string
	reader := console.NewReader(strings.NewReader(printed))
	reader.Kernel = func(line string) { lines = append(lines, line) }
	var content strings.Builder
	for {
		frame, err := reader.Read()
		if err == io.EOF {
			break
		}
		if err != nil || frame.Kind != console.Stdout {
			t.Fatalf("kind %c, %v", frame.Kind, err)
		}
		content.Write(frame.Content)
	}
	if content.String() != "one"+long {
		t.Errorf("content of %d bytes, want %d", content.Len(), 3+len(long))
	}
	if got := strings.Join(lines, "|"); got != "Linux version|[    1.0] half a line|reboot: Power down" {
		t.Errorf("the kernel's lines are %q", got)
	}
}

func TestLostOrDamagedFrameIsAnError(t *testing.T) {
	whole := frames(t, "one", "two")
	lines := strings.SplitAfter(whole, "\n")
	for name, output := range map[string]string{
		"a lost frame":           strings.Join(lines[2:], ""),
		"another byte":           strings.Replace(whole, "b25l", "b25m", 1),
		"a line cut short":       whole[:len(lines[0]+lines[1])-5] + "\n",
		"a frame that is not so": "\x1e\n",
	} {
		if _, err := console.NewReader(strings.NewReader(output)).Read(); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
