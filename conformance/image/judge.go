package image

import "github.com/podsandbox/pause/conformance/report"

// Options change what an image is judged by.
type Options struct {
	// Entrypoint replaces the image's Entrypoint and Cmd unless it is empty.
	Entrypoint []string

	// Budgets in bytes. Zero is DefaultCompressed and DefaultUncompressed.
	Compressed, Uncompressed int64
}

const (
	DefaultCompressed   = 512 << 10
	DefaultUncompressed = 1 << 20
)

// Finding is what was found about one requirement.
type Finding struct {
	Status         report.Status
	Expected, Seen string
	Evidence       []report.Evidence
}

// Judge returns a finding for every static requirement, by id.
func Judge(subject *Subject, options Options) map[string]Finding { return nil }

// StopSignal is the signal that the image's StopSignal names, in the form that
// engines take, and whether one is set.
func StopSignal(stopSignal string) (signal string, set bool, err error) { return "", false, nil }
