package main

import (
	"bytes"
	"flag"
	"math"
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "write the golden files")

// figures gives a peer three samples of each metric, around the given ones where
// that may be.
func figures(of [metrics]float64) samples {
	var s samples
	for m, value := range of {
		for _, part := range []float64{1.25, 1, 0.9} {
			if metric(m) < readyMicros {
				part = 1
			}
			s.add(metric(m), value*part)
		}
	}
	return s
}

func examples(t *testing.T) []result {
	t.Setenv("PATH", t.TempDir())
	return []result{
		{
			peer{"pause", "ours, as published", []string{"/pause"}},
			figures([metrics]float64{2275, 4458, 16, 8, 1, 1, 130, 6, 55, 0, 0}),
		},
		{
			peer{"catatonit", "catatonit -P, podman's", []string{"/catatonit", "-P"}},
			figures([metrics]float64{325544, 699160, 684, 78, 1, 1, 414, 18, 92, 0.99, 6.9}),
		},
		{peer: installed("tini", "", "tini-static")},
		{peer: installed("dumb-init", "", "dumb-init")},
		{
			peer{"ordinary Go", "linked with -s -w", []string{"/ordinary"}},
			figures([metrics]float64{654942, 1433762, 1984, 672, 6, 6, 797, 261, 314, 5.15, 52}),
		},
	}
}

func TestPrintsTablesForTerminalsAndMarkdown(t *testing.T) {
	for golden, settings := range map[string]options{
		"testdata/tables.txt": {rounds: 3, orphans: 20000, spread: true},
		"testdata/tables.md":  {rounds: 3, orphans: 20000, markdown: true},
	} {
		var out bytes.Buffer
		print(&out, settings, examples(t), func(text string) string { return text })
		if *update {
			if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Bytes(), want) {
			t.Errorf("%s: got\n%s\nrun go test -update if that is right", golden, out.String())
		}
		for line := range strings.Lines(out.String()) {
			if width := utf8.RuneCountInString(strings.TrimSpace(line)); width > 100 && !settings.markdown {
				t.Errorf("%d columns, want at most 100: %s", width, line)
			}
		}
	}
}

func TestNamesThePackageOfAMissingPeer(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	missing := installed("tini", "small", "tini-static", "--")
	if want := "not installed (apt-get install tini)"; missing.about != want || len(missing.command) > 0 {
		t.Errorf("%+v, want %q and no command", missing, want)
	}
}

func TestMediansAndQuartiles(t *testing.T) {
	for _, c := range []struct {
		samples              []float64
		first, median, third float64
	}{
		{[]float64{7}, 7, 7, 7},
		{[]float64{4, 1}, 1, 2.5, 4},
		{[]float64{9, 1, 5}, 5, 5, 9},
		{[]float64{5, 3, 1, 2, 4}, 2, 3, 4},
		{[]float64{30, 10, 20, 40}, 20, 25, 30},
	} {
		var s samples
		s[exitMicros] = c.samples
		first, median, third := s.quantile(exitMicros, 0.25), s.median(exitMicros), s.quantile(exitMicros, 0.75)
		if first != c.first || median != c.median || third != c.third {
			t.Errorf("%v: %v, %v, %v; want %v, %v, %v", c.samples, first, median, third, c.first, c.median, c.third)
		}
	}
}

func TestWritesRatiosAndNumbers(t *testing.T) {
	for _, c := range []struct {
		theirs, ours float64
		want         string
	}{
		{1, 1, "1×"}, {0, 0, "1×"}, {3, 2, "1.50×"}, {1, 2, "0.50×"}, {250, 20, "12.5×"},
		{1234567, 10, "123,457×"}, {0.99, 0, "∞"}, {math.NaN(), 5, "-"}, {5, math.NaN(), "-"},
	} {
		if got := ratio(c.theirs, c.ours); got != c.want {
			t.Errorf("%v to %v: %s, want %s", c.theirs, c.ours, got, c.want)
		}
	}
}

func TestUsageErrorsAreOneLine(t *testing.T) {
	for _, args := range [][]string{{"--nothing"}, {"peer"}, {"--rounds=0"}, {"--rounds=5", "--orphans=4"}, {"--rounds=x"}} {
		_, err := parse(args)
		if _, wrong := err.(usageError); !wrong || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v: %v, want a usage error of one line", args, err)
		}
	}
}
