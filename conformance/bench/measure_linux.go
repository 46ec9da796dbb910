package main

import (
	"context"
	"fmt"
	"time"
)

// fleetSize is how many sandboxes of one program share memory when it is
// measured, and how often a round measures how fast it starts and ends.
const fleetSize = 20

// result is what was measured of one peer: nothing, if it is not installed.
type result struct {
	peer
	samples
}

// bench is what all turns have in common.
type bench struct {
	orphans int // in a turn
	pids    pidsGroup
}

// measure lets the peers take turns, so that what disturbs the machine for a
// while disturbs them all.
func measure(ctx context.Context, peers []peer, settings options, say func(line string)) ([]result, error) {
	b := bench{orphans: settings.orphans / settings.rounds}
	defer say("")
	pids, err := newPidsGroup()
	if err == nil {
		b.pids = pids
		defer pids.remove()
	}
	results := make([]result, len(peers))
	for round := range settings.rounds {
		for i, p := range peers {
			results[i].peer = p
			if len(p.command) == 0 {
				continue
			}
			say(fmt.Sprintf("round %d of %d: %s", round+1, settings.rounds, p.name))
			if err := b.turn(ctx, p.command, &results[i].samples); err != nil {
				return nil, fmt.Errorf("%s: %w", p.name, err)
			}
		}
	}
	return results, nil
}

func (b bench) turn(ctx context.Context, command []string, into *samples) error {
	calls, err := systemCalls(ctx, command)
	if err != nil {
		return err
	}
	into.add(callsToReady, float64(calls))
	if b.pids != "" {
		least, err := b.pids.least(ctx, command)
		if err != nil {
			return err
		}
		into.add(pidsNeeded, float64(least))
	}
	if err := fleet(ctx, command, into); err != nil {
		return err
	}
	reaper, _, err := start(ctx, command)
	if err != nil {
		return err
	}
	defer reaper.kill()
	if len(into[imageBytes]) == 0 {
		if err := reaper.weigh(into); err != nil {
			return err
		}
	}
	cost, err := reaper.reap(ctx, b.orphans, patience)
	if err != nil {
		return err
	}
	each := float64(b.orphans)
	into.add(switchesPerOrphan, cost.switches/each)
	into.add(cpuPerOrphan, micros(cost.cpu)/each)
	return nil
}

// fleet measures sandboxes that exist at the same time.
func fleet(ctx context.Context, command []string, into *samples) error {
	var members []*sandbox
	for range fleetSize {
		member, ready, err := start(ctx, command)
		if err != nil {
			return err
		}
		defer member.kill()
		into.add(readyMicros, micros(ready))
		members = append(members, member)
	}
	for _, member := range members {
		for m, line := range map[metric]struct{ file, name string }{
			residentKB:     {"smaps_rollup", "Rss"},
			proportionalKB: {"smaps_rollup", "Pss"},
			threads:        {"status", "Threads"},
		} {
			value, err := member.perProcess(line.file, line.name)
			if err != nil {
				return err
			}
			into.add(m, value)
		}
	}
	for _, member := range members {
		took, err := member.end(ctx)
		if err != nil {
			return err
		}
		into.add(exitMicros, micros(took))
	}
	return nil
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }
