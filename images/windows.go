package images

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// ErrWindows is that Windows images cannot be added to an index.
var ErrWindows = errors.New("no Windows images added")

// windows is the OS in the platform of a Windows image.
const windows = "windows"

// AddWindows returns the index with the Windows entries of another one behind its
// own, each as it is: a node chooses among them by os.version. Its error is
// ErrWindows where the other has none, or the index has some already.
func AddWindows(own, other v1.ImageIndex) (v1.ImageIndex, error) {
	list, err := own.IndexManifest()
	if err != nil {
		return nil, err
	}
	if linux, entries := SplitWindows(list); len(entries) > 0 {
		return nil, fmt.Errorf("%w: the index lists %d beside its %d others", ErrWindows, len(entries), len(linux.Manifests))
	}
	source, err := other.IndexManifest()
	if err != nil {
		return nil, err
	}
	_, entries := SplitWindows(source)
	if len(entries) == 0 {
		return nil, fmt.Errorf("%w: it lists none", ErrWindows)
	}
	list.Manifests = append(list.Manifests, entries...)
	raw, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	result := combination{index{raw: raw}, own, map[v1.Hash]v1.ImageIndex{}}
	for _, entry := range entries {
		result.from[entry.Digest] = other
	}
	return result, nil
}

// SplitWindows returns the index without its Windows entries, and those.
func SplitWindows(list *v1.IndexManifest) (*v1.IndexManifest, []v1.Descriptor) {
	others, entries := *list, []v1.Descriptor(nil)
	others.Manifests = nil
	for _, entry := range list.Manifests {
		if entry.Platform != nil && entry.Platform.OS == windows {
			entries = append(entries, entry)
		} else {
			others.Manifests = append(others.Manifests, entry)
		}
	}
	return &others, entries
}

// DigestOf returns the digest of an index as this package writes it.
func DigestOf(list *v1.IndexManifest) v1.Hash {
	raw, err := json.Marshal(list)
	if err != nil {
		return v1.Hash{} // It holds nothing that JSON does not know.
	}
	digest, _, _ := v1.SHA256(bytes.NewReader(raw))
	return digest
}

// combination is an index with images of two others.
type combination struct {
	index
	own  v1.ImageIndex
	from map[v1.Hash]v1.ImageIndex
}

func (c combination) source(digest v1.Hash) v1.ImageIndex {
	if other, ok := c.from[digest]; ok {
		return other
	}
	return c.own
}

func (c combination) Image(digest v1.Hash) (v1.Image, error) { return c.source(digest).Image(digest) }

func (c combination) ImageIndex(digest v1.Hash) (v1.ImageIndex, error) {
	return c.source(digest).ImageIndex(digest)
}
