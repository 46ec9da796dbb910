package main

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// metric is something that is measured of every program.
type metric int

const (
	imageBytes metric = iota
	fileBytes
	residentKB
	proportionalKB
	threads
	pidsNeeded
	readyMicros
	callsToReady
	exitMicros
	switchesPerOrphan
	cpuPerOrphan
	metrics // how many there are
)

var labels = [metrics]string{
	"image, compressed bytes",
	"program and libraries, bytes",
	"RSS, kB",
	"PSS of each of 20, kB",
	"threads",
	"pids needed to start",
	"exec to ready, µs",
	"system calls to ready",
	"TERM to exit, µs",
	"context switches per orphan",
	"CPU µs of PID 1 per orphan",
}

// samples are what one program has shown, of each metric as often as it was
// measured.
type samples [metrics][]float64

func (s *samples) add(m metric, value float64) { s[m] = append(s[m], value) }

// quantile returns the sample with that share of the others below it, or NaN if
// there is none.
func (s *samples) quantile(m metric, share float64) float64 {
	if len(s[m]) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(s[m]))
	return sorted[int(math.Round(share*float64(len(sorted)-1)))]
}

func (s *samples) median(m metric) float64 {
	// Between the two in the middle, if their number is even.
	const hair = 1e-9
	return (s.quantile(m, 0.5-hair) + s.quantile(m, 0.5+hair)) / 2
}

// absent stands where nothing was measured.
const absent = "-"

// number writes three digits or all those before the point, whichever is more.
func number(value float64) string {
	switch {
	case math.IsNaN(value):
		return absent
	case math.IsInf(value, 1):
		return "∞"
	case value == math.Trunc(value) || value >= 100:
		return thousands(strconv.FormatFloat(value, 'f', 0, 64))
	case value >= 10:
		return strconv.FormatFloat(value, 'f', 1, 64)
	}
	return strconv.FormatFloat(value, 'f', 2, 64)
}

func thousands(digits string) string {
	var groups []string
	for ; len(digits) > 3; digits = digits[:len(digits)-3] {
		groups = append(groups, digits[len(digits)-3:])
	}
	groups = append(groups, digits)
	slices.Reverse(groups)
	return strings.Join(groups, ",")
}

// ratio is 1 for equals, and infinite where ours is nothing.
func ratio(theirs, ours float64) string {
	if theirs == ours {
		return "1×"
	}
	times := theirs / ours
	if math.IsNaN(times) || math.IsInf(times, 1) {
		return number(times)
	}
	return number(times) + "×"
}
