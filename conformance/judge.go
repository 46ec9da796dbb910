package conformance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/podsandbox/pause/conformance/check"
	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

// judge runs the specs of a complete Config in this process.
func judge(ctx context.Context, config Config, progress func(Progress)) (found report.Report, err error) {
	started := time.Now()
	found = report.Report{
		Schema:        report.Schema,
		Specification: requirement.SpecVersion,
		Suite:         config.Suite,
		Profile:       string(config.Profile),
		Started:       started.UTC(),
		Command:       config.Command,
		Seed:          config.Seed,
	}
	var eng *engine.Engine
	if config.Profile != Static {
		if eng, err = connect(ctx, config); err != nil {
			return found, err
		}
		defer func() {
			if left := eng.Close(context.WithoutCancel(ctx)); left != nil {
				err = fmt.Errorf("clean up, which the next run does: %w", left)
			}
		}()
		found.Engine = eng.Info
		var cancel context.CancelFunc
		ctx, cancel = eng.While(ctx)
		defer cancel()
	}
	judged := find(ctx, eng, &config)
	defer closeAll(judged)
	runSpecs(ctx, config, eng, judged, progress)
	for _, subject := range judged {
		subject.conclude(config)
		if subject.unrunnable != "" && subject.optional && subject.Verdict != report.NotConformant && !alone(subject, judged) {
			found.LeftOut = append(found.LeftOut, fmt.Sprintf("%s %s: %s", subject.Image, subject.Platform, subject.unrunnable))
			continue
		}
		found.Subjects = append(found.Subjects, subject.Subject)
	}
	found.Duration = time.Since(started)
	return found, nil
}

func connect(ctx context.Context, config Config) (*engine.Engine, error) {
	eng, err := engine.Connect(ctx, config.Runtime, config.Patience)
	if err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{eng.Sweep, eng.LoadProbe, eng.Try} {
		if err := step(ctx); err != nil {
			if left := eng.Close(context.WithoutCancel(ctx)); !engine.Lost(err) {
				err = errors.Join(err, left)
			}
			return nil, err
		}
	}
	return eng, nil
}

// conclude sets the verdict, unless the image could not even be found.
func (s *subject) conclude(config Config) {
	if s.Reason != "" {
		return
	}
	// Ginkgo runs specs in an order of its own.
	order := requirement.All()
	place := func(result report.Result) int { return slices.Index(order, result.Requirement) }
	slices.SortFunc(s.Results, func(a, b report.Result) int { return place(a) - place(b) })
	s.Judge()
	switch {
	case s.Verdict == report.Untested && s.unrunnable != "":
		s.Reason = s.unrunnable
	case s.Verdict == report.Conformant && less(config.Size):
		s.Verdict, s.Reason = report.Partial, "sizes were set below the specification's"
	}
}

// alone tells whether the image has no platform that could be judged.
func alone(subject *subject, all []*subject) bool {
	for _, other := range all {
		if other.Image == subject.Image && other.unrunnable == "" {
			return false
		}
	}
	return true
}

func less(size check.Size) bool {
	full := check.FullSize
	return size.Burst < full.Burst || size.Steady < full.Steady || size.Density < full.Density
}
