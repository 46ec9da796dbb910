package conformance

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/podsandbox/pause/conformance/check"
	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

// judge runs the specs of a complete Config in this process.
func judge(ctx context.Context, config Config, progress func(Progress)) (result report.Report, err error) {
	begin := time.Now()
	result = report.Report{
		Schema:        report.Schema,
		Specification: requirement.SpecVersion,
		Suite:         config.Suite,
		Profile:       string(config.Profile),
		Started:       begin.UTC(),
		Command:       config.Command,
		Seed:          config.Seed,
		FailOn:        config.FailOn,
		AllowPartial:  config.AllowPartial,
	}
	defer func() { result.Duration = time.Since(begin) }()
	interrupt := ctx // and not the loss of the engine
	var eng engine.Engine
	if config.Profile != Static {
		if eng, err = Connect(ctx, config); err != nil {
			return result, err
		}
		defer func() {
			loss := context.Cause(eng.Alive())
			closeErr := eng.Close(context.WithoutCancel(ctx))
			switch {
			case loss != nil:
				err = fmt.Errorf("the engine was lost, and the next run removes what this one has left: %w", loss)
			case closeErr != nil:
				err = fmt.Errorf("clean up, which the next run does: %w", closeErr)
			}
		}()
		result.Engine = eng.Info()
		var cancel context.CancelFunc
		ctx, cancel = engine.UntilLost(ctx, eng.Alive())
		defer cancel()
	}
	if len(config.Images) == 0 {
		reference, err := eng.Configured(ctx)
		if err != nil {
			return result, err
		}
		config.Images = []string{reference}
	}
	subjects := prepareAll(ctx, eng, &config)
	defer closeAll(subjects)
	runSpecs(ctx, interrupt, config, eng, subjects, progress)
	result.Interrupted = interrupt.Err() != nil
	for _, subject := range subjects {
		if result.Interrupted && len(subject.Results) == 0 {
			subject.Verdict, subject.Reason = report.Untested, "interrupted before anything was judged"
		}
		subject.conclude(config)
		if eng != nil && eng.Alive().Err() != nil && subject.Verdict == report.Untested {
			subject.Reason = "the engine was lost: " + context.Cause(eng.Alive()).Error()
		}
		if subject.unrunnable != "" && subject.optional && subject.Verdict != report.NotConformant && !alone(subject, subjects) {
			result.LeftOut = append(result.LeftOut, fmt.Sprintf("%s %s: %s", subject.Image, subject.Platform, subject.unrunnable))
			continue
		}
		result.Subjects = append(result.Subjects, subject.Subject)
	}
	if len(config.Platforms) == 0 {
		result.LeftOut = append(result.LeftOut, absent(subjects)...)
	}
	if eng != nil && result.Engine.Emulation == "" {
		result.Engine.Emulation = emulation(result.Subjects)
	}
	return result, nil
}

// absent names the platforms of an index whose images are not where the index is.
func absent(subjects []*subject) (leftOut []string) {
	for i, subject := range subjects {
		if subject.source == nil || i > 0 && subjects[i-1].source == subject.source {
			continue
		}
		for _, platform := range subject.source.Absent() {
			if slices.Contains(defaultPlatforms, platform.OS+"/"+platform.Architecture) {
				leftOut = append(leftOut, fmt.Sprintf("%s %s: the index names it, and its image is not here", subject.Image, platform))
			}
		}
	}
	return leftOut
}

// emulation is what the suite knows of an engine that does not say it.
func emulation(subjects []report.Subject) report.Emulation {
	if slices.ContainsFunc(subjects, func(s report.Subject) bool { return s.Emulated }) {
		return report.UserEmulation
	}
	return report.NoEmulation
}

// conclude sets the verdict, unless the image could not be opened.
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
	case s.Verdict != report.NotConformant && s.unrunnable != "":
		s.Reason = s.unrunnable
	case s.Verdict == report.Conformant && less(config.Size):
		s.Verdict, s.Reason = report.Partial, "sizes were set below the specification's"
	}
}

// alone reports whether no platform of the image could be judged.
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
