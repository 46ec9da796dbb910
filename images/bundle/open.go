package bundle

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/images/attestation"
)

// maxBuild is the size, in bytes, of the largest build that is read. One of the suite
// has a hundred MiB.
const maxBuild = 256 << 20

// Publication is what a registry gets of a build.
type Publication struct {
	Tag     name.Tag
	Release images.Release
	Index   v1.ImageIndex

	// Referrers attest Index.
	Referrers []v1.Image
}

// Open reads what Write has written to dir, all of it at once. A build that is not
// complete, or in which a file is not what SHA256SUMS says, is an error.
func Open(ctx context.Context, dir string) (*Publication, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("%s holds no build: %w; run make", dir, err)
	}
	defer root.Close()
	unlock, err := lock(ctx, dir, false)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if _, err := root.Stat(checksums); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s holds no complete build: it has no %s; run make", dir, checksums)
	}
	publication, err := read(root)
	if err != nil {
		return nil, fmt.Errorf("the build in %s is not complete: %w; run make again", dir, err)
	}
	return publication, nil
}

func read(dir *os.Root) (*Publication, error) {
	budget := int64(maxBuild)
	list, err := readFile(dir, checksums, &budget)
	if err != nil {
		return nil, err
	}
	sums, err := parseChecksums(list)
	if err != nil {
		return nil, err
	}
	all := files{}
	for path, sum := range sums {
		content, err := readFile(dir, path, &budget)
		if err != nil {
			return nil, err
		}
		if sha256.Sum256(content) != sum {
			return nil, fmt.Errorf("%s is not the file that %s lists", path, checksums)
		}
		all[path] = content
	}
	return all.publication()
}

// readFile reads a regular file, and subtracts its size from the bytes left.
func readFile(dir *os.Root, path string, budget *int64) ([]byte, error) {
	file, err := dir.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(fmt.Errorf("%s is no regular file", path), err)
	}
	content, err := io.ReadAll(io.LimitReader(file, *budget+1))
	if *budget -= int64(len(content)); *budget < 0 {
		return nil, fmt.Errorf("it has more than the %d bytes that are read", maxBuild)
	}
	return content, err
}

// parseChecksums reads a list of sha256sum.
func parseChecksums(list []byte) (map[string][sha256.Size]byte, error) {
	sums := map[string][sha256.Size]byte{}
	for line := range strings.Lines(string(list)) {
		digits, path, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		sum, err := hex.DecodeString(digits)
		if err != nil || len(sum) != sha256.Size || !ok || !fs.ValidPath(path) {
			return nil, fmt.Errorf("%s has the line %q", checksums, line)
		}
		sums[path] = [sha256.Size]byte(sum)
	}
	return sums, nil
}

// publication finds the index and its attestations among the files.
func (f files) publication() (*Publication, error) {
	root, err := v1.ParseIndexManifest(bytes.NewReader(f["oci/index.json"]))
	if err != nil {
		return nil, fmt.Errorf("oci/index.json: %w", err)
	}
	if len(root.Manifests) != 1 {
		return nil, fmt.Errorf("oci/index.json lists %d images, want one index", len(root.Manifests))
	}
	entry := root.Manifests[0]
	if digest := strings.TrimSpace(string(f["DIGEST"])); digest != entry.Digest.String() {
		return nil, fmt.Errorf("DIGEST is %q, and the index is %s", digest, entry.Digest)
	}
	publication := &Publication{}
	if publication.Tag, err = name.NewTag(entry.Annotations[NameKey]); err != nil {
		return nil, err
	}
	publication.Index, err = images.Read(func(digest v1.Hash) ([]byte, error) {
		name := path.Join("oci", blob(digest))
		if content, ok := f[name]; ok {
			return content, nil
		}
		return nil, fmt.Errorf("there is no %s", name)
	}, entry.Digest)
	if err != nil {
		return nil, err
	}
	list, err := publication.Index.IndexManifest()
	if err != nil {
		return nil, err
	}
	if publication.Release, err = images.ReleaseOf(list.Annotations); err != nil {
		return nil, err
	}
	if publication.Referrers, err = f.referrers(publication.Index); err != nil {
		return nil, err
	}
	return publication, nil
}

func (f files) referrers(index v1.ImageIndex) ([]v1.Image, error) {
	var referrers []v1.Image
	for _, kind := range attestation.Kinds {
		content, ok := f[kind.FileName]
		if !ok || !json.Valid(content) {
			return nil, fmt.Errorf("there is no %s", kind.FileName)
		}
		referrer, err := kind.Referrer(content, index)
		if err != nil {
			return nil, err
		}
		referrers = append(referrers, referrer)
	}
	return referrers, nil
}
