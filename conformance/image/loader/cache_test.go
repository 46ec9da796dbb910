package loader

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

func TestReadsTheCacheOfTheLinker(t *testing.T) {
	cache := fixture.LinkerCache(t, "liba.so", "/opt/liba.so")
	if got := cachedPaths(cache, binary.LittleEndian, "liba.so"); !slices.Equal(got, []string{"/opt/liba.so"}) {
		t.Errorf("%q", got)
	}
	for name, paths := range map[string][]string{
		"another name":       cachedPaths(cache, binary.LittleEndian, "liba"),
		"another byte order": cachedPaths(cache, binary.BigEndian, "liba.so"),
		"cut off":            cachedPaths(cache[:40], binary.LittleEndian, "liba.so"),
		"nothing":            cachedPaths(nil, binary.LittleEndian, "liba.so"),
		"text":               cachedPaths([]byte("include /etc/ld.so.conf.d/*.conf"), binary.LittleEndian, "liba.so"),
	} {
		if len(paths) > 0 {
			t.Errorf("%s: %q", name, paths)
		}
	}
}

func FuzzLinkerCache(f *testing.F) {
	f.Add(fixture.LinkerCache(f, "liba.so", "/opt/liba.so"))
	f.Add([]byte("ld.so-1.7.0\x00\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			if paths := cachedPaths(content, order, "liba.so"); len(paths) > maxCandidates {
				t.Errorf("%d paths", len(paths))
			}
		}
	})
}
