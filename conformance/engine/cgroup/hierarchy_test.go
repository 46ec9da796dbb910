package cgroup

import (
	"strings"
	"testing"
)

func TestHierarchiesOfAHost(t *testing.T) {
	const (
		tmpfs   = "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
		first   = "32 31 0:29 / /sys/fs/cgroup/cpu rw shared:4 - cgroup cgroup rw,cpu\n33 31 0:30 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
		beside  = "34 31 0:31 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
		second  = "31 23 0:31 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
		strange = "34 31 0:31 / /nonexistent rw - cgroup2 cgroup2 rw\n"
		vpn     = "35 23 0:32 / /opt/vpn/net_cls rw - cgroup none rw,net_cls\n"
	)
	for name, test := range map[string]struct{ table, version, lacks, has string }{
		"version 1":                       {tmpfs + first, "1", "memory", "pids"},
		"version 1, and 2 beside it":      {tmpfs + first + beside, "1", "memory", "pids"},
		"version 2, and a VPN's 1 before": {vpn + second, "2", "net_cls", "freezer"},
		"version 2, and a VPN's 1 after":  {second + vpn, "2", "net_cls", "freezer"},
		"version 2 elsewhere":             {strange, "2", "pids", "freezer"},
	} {
		hierarchies, err := parse(test.table)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		g := Group{hierarchies, "/"}
		if g.Version() != test.version || !strings.Contains(g.Lacks(test.lacks), test.lacks) || g.Lacks(test.has) != "" {
			t.Errorf("%s: version %s, lacks %q and %q", name, g.Version(), g.Lacks(test.lacks), g.Lacks(test.has))
		}
	}
	if _, err := parse("27 1 254:0 / / rw - ext4 /dev/vda rw\n"); err == nil {
		t.Error("no hierarchy is no error")
	}
}
