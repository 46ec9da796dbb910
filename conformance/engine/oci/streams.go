package oci

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/podsandbox/pause/conformance/engine"
)

// output keeps the first engine.MaxOutput bytes of a stream. The rest is read and dropped, as a
// flood must neither fill the machine nor block.
type output struct {
	mutex sync.Mutex
	start bytes.Buffer
	open  sync.WaitGroup
}

func (o *output) Write(data []byte) (int, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.start.Write(data[:min(len(data), engine.MaxOutput-o.start.Len())])
	return len(data), nil
}

func (o *output) String() string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.start.String()
}

// pipe returns the writing end of a new pipe whose content is kept.
func (o *output) pipe() (*os.File, error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	o.open.Go(func() {
		defer reader.Close()
		_, _ = io.Copy(o, reader)
	})
	return writer, nil
}

// closed waits until every writing end is closed, or a second: a process that has left
// the container may keep one.
func (o *output) closed() {
	end := make(chan struct{})
	go func() {
		o.open.Wait()
		close(end)
	}()
	select {
	case <-end:
	case <-time.After(time.Second):
	}
}

// streams are the ends of a container's standard streams that the runtime inherits.
type streams struct{ stdin, stdout, stderr *os.File }

// Set, CloseAfterStart and the rest make streams go-runc's IO. A nil stdin is /dev/null.
func (s streams) Set(command *exec.Cmd) {
	if s.stdin != nil {
		command.Stdin = s.stdin
	}
	command.Stdout, command.Stderr = s.stdout, s.stderr
}

func (s streams) CloseAfterStart() error { return s.Close() }

func (s streams) Close() error {
	for _, file := range []*os.File{s.stdin, s.stdout, s.stderr} {
		file.Close() // nil is no trouble
	}
	return nil
}

func (streams) Stdin() io.WriteCloser { return nil }
func (streams) Stdout() io.ReadCloser { return nil }
func (streams) Stderr() io.ReadCloser { return nil }

// stream is this program's end of an app container's standard input and output.
type stream struct{ in, out *os.File }

func (s stream) Read(data []byte) (int, error)  { return s.out.Read(data) }
func (s stream) Write(data []byte) (int, error) { return s.in.Write(data) }

func (s stream) Close() error {
	s.in.Close()
	return s.out.Close()
}
