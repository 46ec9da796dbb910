// Package console carries frames over a virtual machine's console, which every
// kernel has without a module. The kernel may print on the same console: a frame
// is a line with a number and a checksum, and every other line is the kernel's.
package console

import (
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"io"
	"sync"
)

// Kind tells what a frame holds.
type Kind byte

const (
	// Machine holds a MachineReport, as JSON: the first frame of a machine.
	Machine Kind = 'm'

	// Stdout and Stderr hold bytes that the command printed.
	Stdout Kind = 'o'
	Stderr Kind = 'e'

	// FileName holds the absolute path of a file that the machine sends back.
	FileName Kind = 'f'

	// FileContent holds bytes of the file that the last FileName names.
	FileContent Kind = 'c'

	// Exit holds an ExitReport, as JSON: the last frame of a machine.
	Exit Kind = 'x'
)

// MachineReport describes the machine.
type MachineReport struct {
	// Release is the kernel's, as uname -r prints it.
	Release string

	// PageSize is in bytes.
	PageSize int
}

// ExitReport describes how the command ended.
type ExitReport struct {
	// Status is the command's exit code, or 128 and the number of the signal
	// that killed it.
	Status int

	// Error tells why the command was not run to its end, if so.
	Error string `json:",omitempty"`
}

// Frame is one message of the machine.
type Frame struct {
	Kind    Kind
	Content []byte
}

const (
	marker = '\x1e' // ASCII's record separator

	// capacity of a frame, in bytes.
	capacity = 1024
)

// Writer writes frames. It is safe for concurrent use.
type Writer struct {
	mutex  sync.Mutex
	w      io.Writer
	number int
}

// NewWriter returns a Writer to the machine's console.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Write writes the content as one frame or, when it is long, as several of the
// same kind.
func (w *Writer) Write(kind Kind, content []byte) error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for first := true; first || len(content) > 0; first = false {
		part := content[:min(len(content), capacity)]
		content = content[len(part):]
		// The new line in front ends what the kernel may have begun to print.
		if _, err := fmt.Fprintf(w.w, "\n%c%d %c %s %s\n", marker, w.number, kind,
			base64.StdEncoding.EncodeToString(part), checksum(kind, part)); err != nil {
			return fmt.Errorf("write to the console: %w", err)
		}
		w.number++
	}
	return nil
}

func checksum(kind Kind, content []byte) string {
	return fmt.Sprintf("%08x", crc32.Update(crc32.ChecksumIEEE([]byte{byte(kind)}), crc32.IEEETable, content))
}
