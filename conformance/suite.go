package conformance

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2"

	"github.com/podsandbox/pause/conformance/check"
	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

// gate is the requirement without which no other one can be judged on an engine.
const gate = "PID-STAYS"

// atOnce is how many checks use the engine at a time: starting a container is
// work for the engine's processors, and most of a check is that.
const atOnce = 4

// runSpecs makes a spec of every requirement of every subject and runs them. The
// checks start ahead of their specs, side by side, so that they share the time
// that each spends waiting.
func runSpecs(ctx context.Context, config Config, eng *engine.Engine, subjects []*subject, progress func(Progress)) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	tell := counter(subjects, progress)
	slots := make(check.Slots, atOnce)
	var running sync.WaitGroup
	defer running.Wait()
	for _, judged := range subjects {
		if judged.Reason != "" {
			continue
		}
		results := map[string]chan report.Result{}
		for _, rule := range requirement.All() {
			results[rule.ID] = make(chan report.Result, 1)
		}
		running.Go(func() {
			judged.run(ctx, config, eng, slots, func(result report.Result) {
				tell(judged, result)
				results[result.Requirement.ID] <- result
			})
		})
		ginkgo.Describe(judged.Image+" "+judged.Platform, ginkgo.Label(strings.ReplaceAll(judged.Platform, "/", "-")), func() {
			for _, rule := range requirement.All() {
				ginkgo.It(rule.ID+": "+rule.Sentence, labels(rule), func() {
					result := <-results[rule.ID]
					judged.Results = append(judged.Results, result)
					settle(result)
				})
			}
		})
	}
	suite, reporter := ginkgo.GinkgoConfiguration()
	suite.Timeout = 24 * time.Hour // each check has its own
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
		ginkgo.Fail(strings.TrimSpace(result.Expected + "\n" + result.Seen))
	default:
		ginkgo.Skip(string(result.Status) + ": " + result.Seen)
	}
}

// run judges every requirement of the subject and sends each result once.
func (s *subject) run(ctx context.Context, config Config, eng *engine.Engine, slots check.Slots, send func(report.Result)) {
	var running sync.WaitGroup
	defer running.Wait()
	shut := ""
	rule, _ := requirement.Find(gate)
	gated := s.judgeOne(ctx, config, eng, slots, rule)
	if gated.Status == report.Fail || gated.Status == report.Error {
		shut = "the sandbox does not stay up, see " + gate
	}
	// An image of the wrong machine is the image's fault, and fails IMG-PLATFORM as well.
	rightMachine := s.findings["IMG-PLATFORM"].Status == report.Pass
	if s.Emulated && rightMachine && strings.Contains(strings.ToLower(fmt.Sprint(gated)), "exec format error") {
		s.unrunnable = s.Platform + " does not run on this host: install qemu-user-static and register it with binfmt_misc, or pass --platform"
		gated, shut = report.Result{Requirement: rule, Status: report.Error, Seen: s.unrunnable}, s.unrunnable
	}
	send(gated)
	for _, rule := range byWeight(requirement.All()) {
		status, _ := config.leftOut(rule)
		switch {
		case rule.ID == gate:
		case shut != "" && status == "" && check.Has(rule.ID):
			send(report.Result{Requirement: rule, Status: report.NotTestable, Seen: shut})
		default:
			running.Go(func() { send(s.judgeOne(ctx, config, eng, slots, rule)) })
		}
	}
}

func (s *subject) judgeOne(ctx context.Context, config Config, eng *engine.Engine, slots check.Slots, rule requirement.Requirement) report.Result {
	if status, reason := config.leftOut(rule); status != "" {
		return report.Result{Requirement: rule, Status: status, Seen: reason}
	}
	if !check.Has(rule.ID) {
		found := s.findings[rule.ID]
		return report.Result{
			Requirement: rule, Status: found.Status, Expected: found.Expected, Seen: found.Seen, Evidence: found.Evidence,
		}
	}
	return check.Run(ctx, eng, slots, s.trial, rule)
}

// byWeight puts the checks that take longest first.
func byWeight(rules []requirement.Requirement) []requirement.Requirement {
	var heavy, rest []requirement.Requirement
	for _, rule := range rules {
		switch rule.ID {
		case "NS-DENSITY", "REAP-STEADY", "SIG-SURVIVES", "PID-IDLE", "PID-ASLEEP", "PID-1", "PID-QUIET":
			heavy = append(heavy, rule)
		default:
			rest = append(rest, rule)
		}
	}
	return append(heavy, rest...)
}

func counter(subjects []*subject, progress func(Progress)) func(*subject, report.Result) {
	done, total := 0, 0
	for _, judged := range subjects {
		if judged.Reason == "" {
			total += len(requirement.All())
		}
	}
	var telling sync.Mutex
	return func(judged *subject, result report.Result) {
		telling.Lock()
		defer telling.Unlock()
		done++
		progress(Progress{Done: done, Total: total, Image: judged.Image, Platform: judged.Platform, Result: result})
	}
}

// verdictIsInTheReport is what Ginkgo tells that specs have failed.
type verdictIsInTheReport struct{}

func (verdictIsInTheReport) Fail() {}
