package console

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// maxLine is more than a frame's line has, in bytes.
const maxLine = 64 << 10

// Reader reads frames.
type Reader struct {
	lines  *bufio.Scanner
	number int

	// Kernel is called with each line that the kernel printed, if it is set.
	Kernel func(line string)
}

// NewReader returns a Reader of what a machine prints on its console.
func NewReader(r io.Reader) *Reader {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	return &Reader{lines: lines}
}

// Read returns the next frame, io.EOF at the end of the console, or an error
// when a frame is lost or damaged.
func (r *Reader) Read() (Frame, error) {
	for r.lines.Scan() {
		line := strings.Trim(r.lines.Text(), "\r")
		text, isFrame := strings.CutPrefix(line, string(marker))
		if !isFrame {
			if r.Kernel != nil && line != "" {
				r.Kernel(line)
			}
			continue
		}
		frame, err := parse(text, r.number)
		if err != nil {
			return Frame{}, fmt.Errorf("frame %d on the console: %w", r.number, err)
		}
		r.number++
		return frame, nil
	}
	if err := r.lines.Err(); err != nil {
		return Frame{}, fmt.Errorf("read the console: %w", err)
	}
	return Frame{}, io.EOF
}

func parse(encoded string, number int) (Frame, error) {
	fields := strings.Split(encoded, " ")
	if len(fields) != 4 || len(fields[1]) != 1 {
		return Frame{}, errors.New("not a frame")
	}
	kind := Kind(fields[1][0])
	content, err := base64.StdEncoding.DecodeString(fields[2])
	if err != nil {
		return Frame{}, err
	}
	switch {
	case fields[0] != strconv.Itoa(number):
		return Frame{}, fmt.Errorf("frame %s is in its place", fields[0])
	case fields[3] != checksum(kind, content):
		return Frame{}, errors.New("wrong checksum")
	}
	return Frame{kind, content}, nil
}
