package loader

import (
	"bytes"
	"encoding/binary"

	"github.com/podsandbox/pause/conformance/image/rootfs"
)

const (
	cachePath = "/etc/ld.so.cache"

	// maxCache is the most that is read of the linker's files, in bytes. Debian's
	// cache of a whole desktop has 100 kB.
	maxCache = 4 << 20

	// maxCandidates is more than a name has paths in any cache.
	maxCandidates = 16

	// The formats are those of sysdeps/generic/dl-cache.h of glibc: an old table may
	// come before the new one.
	cacheMagic    = "glibc-ld.so.cache1.1"
	oldCacheMagic = "ld.so-1.7.0\x00"
)

// cacheHeader and cacheRecord are struct cache_file_new and file_entry_new.
type cacheHeader struct {
	Magic      [len(cacheMagic)]byte
	Count      uint32
	Strings    uint32
	Flags      uint8
	_          [3]byte
	Extensions uint32
	_          [3]uint32
}

type cacheRecord struct {
	Flags      int32
	Name, Path uint32 // offsets from the header
	OSVersion  uint32
	Hardware   uint64 // what the processor has to have, beyond the baseline
}

// fromCache returns the paths that the cache has for the name, on any processor. A cache that
// the linker cannot read is none.
func (l *linker) fromCache(name string) ([]string, error) {
	if !l.read {
		l.read = true
		location, directories, err := l.tree.Lookup(cachePath)
		if err == nil && location.File.Mode.IsRegular() && rootfs.Denied(location.File.Mode, rootfs.Reading) == "" && len(unsearchable(directories)) == 0 {
			if l.cache, err = l.tree.Content(l, location.File, maxCache); err != nil {
				return nil, err
			}
		}
	}
	var paths []string
	for _, cached := range cachedPaths(l.cache, l.entry.Program.Header.ByteOrder, name) {
		paths = append(paths, l.absolute(cached))
	}
	return paths, nil
}

// cachedPaths returns nothing for a cache that the linker would not take.
func cachedPaths(content []byte, order binary.ByteOrder, name string) []string {
	content = content[newCacheAt(content, order):]
	var header cacheHeader
	if _, err := binary.Decode(content, order, &header); err != nil || string(header.Magic[:]) != cacheMagic {
		return nil
	}
	const endianness, little, big = 3, 2, 3
	if own := header.Flags & endianness; own == little && order != binary.LittleEndian || own == big && order != binary.BigEndian {
		return nil
	}
	records := content[binary.Size(header):]
	size := binary.Size(cacheRecord{})
	var paths []string
	for range min(int64(header.Count), int64(len(records)/size)) {
		var record cacheRecord
		if _, err := binary.Decode(records, order, &record); err != nil || len(paths) == maxCandidates {
			return paths
		}
		records = records[size:]
		if record.Hardware == 0 && int64(record.Name) < int64(len(content)) && bytes.HasPrefix(content[record.Name:], []byte(name+"\x00")) {
			if text := cacheText(content, record.Path); text != "" {
				paths = append(paths, text)
			}
		}
	}
	return paths
}

// newCacheAt is where the new format starts: behind an old table, at a multiple of 8.
func newCacheAt(content []byte, order binary.ByteOrder) int {
	const header, entry, align = len(oldCacheMagic) + 4, 12, 8
	if len(content) < header || !bytes.HasPrefix(content, []byte(oldCacheMagic)) {
		return 0
	}
	at := int64(header) + int64(order.Uint32(content[len(oldCacheMagic):]))*entry
	at = (at + align - 1) &^ (align - 1)
	return int(min(at, int64(len(content))))
}

func cacheText(content []byte, offset uint32) string {
	if int64(offset) >= int64(len(content)) {
		return ""
	}
	text := content[offset:]
	text = text[:min(len(text), maxPath)]
	end := bytes.IndexByte(text, 0)
	return string(text[:max(end, 0)])
}

// maxPath is PATH_MAX of Linux, in bytes.
const maxPath = 4096
