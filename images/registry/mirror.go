package registry

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/podsandbox/pause/images/crash"
)

// cosignSuffixes are those of the tags that cosign finds signatures, attestations
// and SBOMs under:
// https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#tag-based-discovery
var cosignSuffixes = []string{".sig", ".att", ".sbom"}

// attachments is the search for all that belongs to an image in a repository.
type attachments struct {
	client     *Client
	repository name.Repository

	mutex      sync.Mutex
	references map[string]bool
	result     []Attachment
	missing    []string
	err        error
}

// Attachments returns all that belongs to the published image, to the parts of an
// index, and to the attachments themselves: referrers, and what cosign tags. Missing
// has the reason for each that cannot be read.
func (c *Client) Attachments(ctx context.Context, repository name.Repository, image *remote.Descriptor) (list []Attachment, missing []string, err error) {
	references := map[v1.Hash]bool{}
	if err := addParts(references, image, 0); err != nil {
		return nil, nil, explain("read "+repository.Name(), repository, err)
	}
	subjects := slices.Collect(maps.Keys(references))
	search := &attachments{client: c, repository: repository, references: map[string]bool{}}
	for _, subject := range subjects {
		search.references[subject.String()] = true
	}
	for len(subjects) > 0 && search.err == nil {
		before := len(search.result)
		search.visit(ctx, subjects)
		subjects = nil
		for _, attachment := range search.result[before:] {
			subjects = append(subjects, attachment.Artifact.(*remote.Descriptor).Digest)
		}
	}
	c.Show("")
	return search.result, search.missing, search.err
}

// addParts adds the digest of an image, or of an index and all that it lists.
func addParts(parts map[v1.Hash]bool, item remote.Taggable, depth int) error {
	object, err := open(item)
	if err != nil {
		return err
	}
	digest, err := object.Digest()
	if err != nil {
		return err
	}
	parts[digest] = true
	index, isIndex := object.(v1.ImageIndex)
	if !isIndex || depth == maxDepth {
		return nil
	}
	list, err := index.IndexManifest()
	if err != nil {
		return err
	}
	entries, err := distinct(list.Manifests)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if parts[entry.Digest] {
			continue
		}
		if parts[entry.Digest] = true; len(parts) > maxEntries {
			return fmt.Errorf("its indexes list more than %d images; name one of them by its digest", maxEntries)
		}
		if !entry.MediaType.IsIndex() {
			continue
		}
		child, err := index.ImageIndex(entry.Digest)
		if err != nil {
			return err
		}
		if err := addParts(parts, child, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// visit looks for the attachments of all subjects, of some at a time.
func (a *attachments) visit(ctx context.Context, subjects []v1.Hash) {
	var visits sync.WaitGroup
	slots := make(chan struct{}, parallel)
	for _, subject := range subjects {
		slots <- struct{}{}
		visits.Go(func() {
			defer func() { <-slots }()
			a.note(a.visitOne(ctx, a.repository.Digest(subject.String())))
		})
	}
	visits.Wait()
}

func (a *attachments) visitOne(ctx context.Context, subject name.Digest) (err error) {
	defer crash.Recover(&err)
	referrers, err := a.client.Referrers(ctx, subject)
	for _, referrer := range referrers {
		a.read(ctx, a.repository.Digest(referrer.Digest.String()), "")
	}
	for _, suffix := range cosignSuffixes {
		tag := listTag(subject).TagStr() + suffix
		a.read(ctx, a.repository.Tag(tag), tag)
	}
	return err
}

// read adds the artifact under the reference. It is no error that there is none: a
// list in a tag may outlive what it lists, and tags of cosign are tried.
func (a *attachments) read(ctx context.Context, reference name.Reference, tag string) {
	a.mutex.Lock()
	stop, again := a.err != nil, a.references[reference.Identifier()]
	a.references[reference.Identifier()] = true
	a.mutex.Unlock()
	if stop || again {
		return
	}
	artifact, err := a.client.Get(ctx, reference)
	if answer := new(transport.Error); errors.As(err, &answer) {
		absent := answer.StatusCode == http.StatusNotFound
		denial := answer.StatusCode == http.StatusUnauthorized || answer.StatusCode == http.StatusForbidden
		if absent || denial && tag != "" {
			return
		}
	}
	if err != nil {
		a.note(err)
		return
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.client.Show("read what belongs to %s: %d so far", a.repository, len(a.result)+1)
	if a.result = append(a.result, Attachment{artifact, tag}); len(a.result) > MaxReferrers {
		a.err = &failure{"read what belongs to " + a.repository.Name(), fmt.Sprintf("there are more than %d artifacts", MaxReferrers),
			"delete those that nobody uses", nil}
	}
}

// note records an error. That of a connection ends the search; any other concerns a
// single artifact.
func (a *attachments) note(err error) {
	if err == nil {
		return
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if errors.Is(err, ErrUnreachable) || errors.As(err, new(*crash.Error)) || errors.Is(err, context.Canceled) {
		a.err = err
		return
	}
	a.missing = append(a.missing, strings.TrimSpace(err.Error()))
}
