package engine

import "testing"

func TestRootOfAUserNamespaceWithFewUsersRunsNoContainers(t *testing.T) {
	for mapping, want := range map[string]bool{
		"         0          0 4294967295\n":                                   true,
		"         0     100000      65536\n":                                   true, // of an unprivileged LXC container
		"         0       1000          1\n":                                   false,
		"         0       1000          1\n         1     100000      65536\n": true,
	} {
		if mapsUsers(mapping) != want {
			t.Errorf("%q: got %t", mapping, !want)
		}
	}
}
