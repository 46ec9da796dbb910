package check

import (
	"context"
	"fmt"
	"slices"

	"github.com/onsi/gomega"
)

// keepsSettings compares with a container of the same pod. An infra container is killed after
// the others, never before, so that its OOM score may be lower.
func keepsSettings(ctx context.Context, t *Trial) {
	p := t.ready(ctx, t.sandbox(ctx))
	own, settings := must(p.Settings(ctx)), must(p.InitSettings(ctx))
	expect(settings.OOMScore, gomega.BeNumerically("<=", own.OOMScore), "its oom_score_adj is that of another container, %d, or lower", own.OOMScore)
	expect(differences(settings.Others, own.Others), gomega.BeEmpty(), "it has the umask and the resource limits of another container")
	if first, last, whole := t.last(ctx); whole {
		expect(last.settings.OOMScore, gomega.Equal(first.settings.OOMScore), "after it was used, its oom_score_adj is that of its start")
		expect(differences(last.settings.Others, first.settings.Others), gomega.BeEmpty(),
			"after it was used, it has the umask and the resource limits of its start")
	}
}

func differences(settings, others map[string]string) (list []string) {
	for name, value := range others {
		if settings[name] != value {
			list = append(list, fmt.Sprintf("%s: %s, and %s there", name, settings[name], value))
		}
	}
	slices.Sort(list)
	return list
}
