package main

import (
	"fmt"
	"io"
)

// print writes the tables, and the notes that one needs to read them.
func print(out io.Writer, settings options, results []result, bold func(string) string) {
	tables := []table{medians(results), ratios(results)}
	if settings.spread {
		tables = append(tables, quartiles(results))
	}
	for _, t := range tables {
		if settings.markdown {
			fmt.Fprintln(out, t.markdown())
		} else {
			fmt.Fprintln(out, t.text(bold))
		}
	}
	for _, note := range notes(settings, results) {
		fmt.Fprintln(out, "-", note)
	}
}

func medians(results []result) table {
	return tabulate("Medians", results, func(r result, m metric) string { return number(r.median(m)) })
}

func ratios(results []result) table {
	ours := results[0]
	return tabulate("Ratios, peer ÷ "+ours.name, results[1:], func(r result, m metric) string {
		return ratio(r.median(m), ours.median(m))
	})
}

func quartiles(results []result) table {
	return tabulate("First to third quartile", results, func(r result, m metric) string {
		first, third := number(r.quantile(m, 0.25)), number(r.quantile(m, 0.75))
		if first == third {
			return first
		}
		return first + "–" + third
	})
}

func tabulate(title string, results []result, cell func(result, metric) string) table {
	head := []string{""}
	for _, r := range results {
		head = append(head, r.name)
	}
	rows := [][]string{head}
	for m := range metrics {
		row := []string{labels[m]}
		for _, r := range results {
			row = append(row, cell(r, m))
		}
		rows = append(rows, row)
	}
	return table{title, rows}
}

func notes(settings options, results []result) []string {
	var notes []string
	for _, r := range results {
		notes = append(notes, r.name+": "+r.about)
	}
	notes = append(notes,
		fmt.Sprintf("rounds: %d, with a turn for each; a turn has %d starts and ends, and %s orphans one by one",
			settings.rounds, fleetSize, number(float64(settings.orphans/settings.rounds))),
		"exec to ready: from the first instruction to the last before PID 1 slept for "+restWindow.String(),
		"each of them then ended with 0 on TERM, and left no orphan, or there would be no table",
		"image: as package images builds it, around the program and the libraries that it loads",
		"RSS, PSS, threads and pids are of the sandbox with the child, the rest is PID 1's alone",
		"∞: ours is 0",
	)
	if len(results[0].samples[pidsNeeded]) == 0 {
		notes = append(notes, "pids: not measured, for no control group with a limit of pids could be made")
	}
	return notes
}
