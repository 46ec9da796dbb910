package conformance

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2"

	"github.com/podsandbox/pause/conformance/check"
	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
	"github.com/podsandbox/pause/images/printable"
)

// runSpecs makes a spec of every requirement of every subject and runs them. The
// checks start ahead of their specs, side by side, so that they share the time
// that each spends waiting. After the interrupt, no result counts: an error or a failure
// may come from it.
func runSpecs(ctx, interrupt context.Context, config Config, eng engine.Engine, subjects []*subject, progress func(Progress)) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	add := counter(config, subjects, progress)
	slots := check.NewSlots(check.AtOnce())
	var group sync.WaitGroup
	defer group.Wait()
	for _, s := range subjects {
		if s.Reason != "" {
			continue
		}
		results := map[string]chan report.Result{}
		for _, rule := range requirement.All() {
			results[rule.ID] = make(chan report.Result, 1)
		}
		group.Go(func() {
			s.run(ctx, config, eng, slots, func(result report.Result) {
				// An image may have named its files, and an engine its errors, for a terminal to obey.
				result.Seen = printable.Lines(result.Seen)
				if interrupt.Err() == nil {
					add(s, result)
				}
				results[result.Requirement.ID] <- result
			})
		})
		ginkgo.Describe(printable.Text(s.Image+" "+s.Platform), ginkgo.Label(strings.ReplaceAll(s.Platform, "/", "-")), func() {
			for _, rule := range requirement.All() {
				ginkgo.It(rule.ID+": "+rule.Sentence, labels(rule), func() {
					settle(<-results[rule.ID])
				})
			}
		})
	}
	suite, reporter := ginkgo.GinkgoConfiguration()
	suite.Timeout = 24*time.Hour + config.Soak // each check has its own
	reporter.NoColor = true
	ginkgo.RunSpecs(verdictIsInTheReport{}, "Sandbox image conformance", suite, reporter)
}

func labels(rule requirement.Requirement) ginkgo.Labels {
	return ginkgo.Label(rule.ID, string(rule.Level), string(rule.Feature))
}

// settle ends a spec as its requirement did.
func settle(result report.Result) {
	ginkgo.GinkgoHelper()
	switch result.Status {
	case report.Pass:
	case report.Fail, report.Error:
		ginkgo.Fail(printable.Lines(strings.TrimSpace(result.Expected + "\n" + result.Seen)))
	default:
		ginkgo.Skip(printable.Lines(string(result.Status) + ": " + result.Seen))
	}
}

// run judges every requirement of the subject and sends each result once.
func (s *subject) run(ctx context.Context, config Config, eng engine.Engine, slots check.Slots, send func(report.Result)) {
	var group sync.WaitGroup
	defer group.Wait()
	rule, _ := requirement.Find(requirement.Gate)
	obstacle := s.unrunnable // why nothing can be judged on the engine
	result := report.Result{Requirement: rule, Status: report.NotTestable, Seen: obstacle}
	if obstacle == "" {
		result = s.judgeGate(ctx, config, eng, slots, rule)
	}
	leftOut, reason := config.leftOut(rule)
	// Left out or not, it counts where it is why the others cannot be judged.
	bars := result.Status == report.Fail || result.Status == report.Error
	if bars {
		obstacle = "the sandbox does not stay up, see " + requirement.Gate
	}
	// An image of the wrong machine is the image's fault, and fails IMG-PLATFORM as well.
	rightMachine := s.imageResults["IMG-PLATFORM"].Status == report.Pass
	if s.Emulated && rightMachine && strings.Contains(strings.ToLower(fmt.Sprint(result)), "exec format error") {
		s.unrunnable = s.Platform + " does not run on this host: install qemu-user-static and register it with binfmt_misc, or pass --platform"
		result, obstacle = report.Result{Requirement: rule, Status: report.Error, Seen: s.unrunnable}, s.unrunnable
	}
	if leftOut != "" && !bars {
		result = report.Result{Requirement: rule, Status: leftOut, Seen: reason}
	}
	send(result)
	if eng != nil {
		s.target.Life = check.NewLife(eng, s.target)
		defer s.target.Life.Close(context.WithoutCancel(ctx))
		defer group.Wait()
	}
	for _, rule := range longestFirst(requirement.All()) {
		status, reason := config.leftOut(rule)
		switch {
		case rule.ID == requirement.Gate:
		case status != "":
			send(report.Result{Requirement: rule, Status: status, Seen: reason})
		case !check.Has(rule.ID):
			send(s.imageResults[rule.ID])
		case obstacle != "":
			send(report.Result{Requirement: rule, Status: report.NotTestable, Seen: obstacle})
		default:
			slot := slots.Take(ctx)
			group.Go(func() { send(check.Run(ctx, eng, slot, s.target, rule)) })
		}
	}
}

// judgeGate judges the gate in the strictest setting that the image bears, which is the
// setting of all other requirements from then on. Where none of these needs an engine,
// there is nothing to judge.
func (s *subject) judgeGate(ctx context.Context, config Config, eng engine.Engine, slots check.Slots, rule requirement.Requirement) (result report.Result) {
	hasWork := slices.ContainsFunc(requirement.All(), func(rule requirement.Requirement) bool {
		status, _ := config.leftOut(rule)
		return status == "" && check.Has(rule.ID)
	})
	if !hasWork {
		return result
	}
	for i, setting := range check.Settings {
		s.target.Setting = setting
		next, target := check.RunGate(ctx, eng, slots.Take(ctx), s.target, rule)
		if i == 0 || next.Status == report.Pass {
			result, s.target = next, target
		}
		if next.Status != report.Fail {
			break
		}
	}
	if result.Status == report.Pass {
		s.Setting = s.target.Setting.String()
	}
	return result
}

// longestFirst puts the checks that take longest first.
func longestFirst(rules []requirement.Requirement) []requirement.Requirement {
	return slices.SortedStableFunc(slices.Values(rules), func(a, b requirement.Requirement) int {
		return cmp.Compare(check.Takes(b.ID), check.Takes(a.ID))
	})
}

// counter returns a function that adds a result to its subject and reports progress.
// Requirements that the Config leaves out and platforms that are left out are no
// progress.
func counter(config Config, subjects []*subject, progress func(Progress)) func(*subject, report.Result) {
	count, total := 0, 0
	visible := map[*subject]bool{}
	for _, subject := range subjects {
		visible[subject] = subject.Reason == "" && subject.unrunnable == ""
		for _, rule := range requirement.All() {
			if status, _ := config.leftOut(rule); visible[subject] && status == "" {
				total++
			}
		}
	}
	var mutex sync.Mutex
	return func(subject *subject, result report.Result) {
		mutex.Lock()
		defer mutex.Unlock()
		subject.Results = append(subject.Results, result)
		if status, _ := config.leftOut(result.Requirement); visible[subject] && status == "" {
			count++
			progress(Progress{Done: count, Total: total, Image: subject.Image, Platform: subject.Platform, Result: result})
		}
	}
}

// verdictIsInTheReport ignores that Ginkgo reports specs which have failed.
type verdictIsInTheReport struct{}

func (verdictIsInTheReport) Fail() {}
