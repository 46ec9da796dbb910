package guest

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/podsandbox/pause/pause/kernels/console"
)

// streams are the standard streams of the command.
type streams struct {
	files [3]*os.File

	// ends has the end of stdout and of stderr.
	ends [2]chan error
}

const stdinFile = "/stdin"

// open opens the streams, and writes what arrives on two of them as frames.
func (c Command) open(writer *console.Writer) (*streams, error) {
	if err := os.WriteFile(stdinFile, c.Stdin, 0o600); err != nil {
		return nil, err
	}
	stdin, err := os.Open(stdinFile)
	if err != nil {
		return nil, err
	}
	s := &streams{files: [3]*os.File{stdin}}
	for i, kind := range []console.Kind{console.Stdout, console.Stderr} {
		read, write, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		s.files[i+1], s.ends[i] = write, make(chan error, 1)
		go func() { s.ends[i] <- copyFrames(writer, kind, read) }()
	}
	return s, nil
}

func (s *streams) descriptors() (descriptors []uintptr) {
	for _, file := range s.files {
		descriptors = append(descriptors, file.Fd())
	}
	return descriptors
}

// close returns when all is written that the command, which has ended, printed.
func (s *streams) close() error {
	for _, file := range s.files {
		file.Close()
	}
	return errors.Join(<-s.ends[0], <-s.ends[1])
}

func copyFrames(writer *console.Writer, kind console.Kind, read io.Reader) error {
	buffer := make([]byte, 32<<10)
	for {
		n, err := read.Read(buffer)
		if n > 0 {
			if err := writer.Write(kind, buffer[:n]); err != nil {
				return err
			}
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("read what the command prints: %w", err)
		}
	}
}
