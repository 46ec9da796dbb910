package registry

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Attachment is an artifact that belongs to a published image.
type Attachment struct {
	Artifact remote.Taggable

	// Tag is under what cosign finds the artifact. It is empty for a referrer, which
	// names its subject itself.
	Tag string
}

// attach uploads the attachments, and returns the reasons why some are not listed. The
// list of each subject is written once, after its entries: some registries never let a
// tag be set again.
func (p Push) attach(ctx context.Context, upload upload) (missing []string, err error) {
	queue := map[v1.Hash][]v1.Descriptor{}
	var subjects []v1.Hash
	for _, attachment := range p.Attachments {
		inList, err := upload.write(ctx, attachment.Artifact, 0)
		if err != nil {
			return nil, err
		}
		subject, err := subjectOf(attachment.Artifact)
		if err != nil {
			return nil, err
		}
		if attachment.Tag != "" {
			reason, err := p.tagAttachment(ctx, attachment)
			if err != nil {
				return nil, err
			}
			missing = append(missing, reason...)
		}
		if inList || subject == nil {
			continue
		}
		descriptor, err := describe(attachment.Artifact)
		if err != nil {
			return nil, err
		}
		if queue[subject.Digest] == nil {
			subjects = append(subjects, subject.Digest)
		}
		queue[subject.Digest] = append(queue[subject.Digest], descriptor)
	}
	for _, subject := range subjects {
		reason, err := p.addToList(ctx, subject, queue[subject])
		if err != nil {
			return nil, err
		}
		missing = append(missing, reason...)
	}
	return missing, nil
}

// tagAttachment leaves another artifact that has the tag where it is.
func (p Push) tagAttachment(ctx context.Context, attachment Attachment) (missing []string, err error) {
	descriptor, err := describe(attachment.Artifact)
	if err != nil {
		return nil, err
	}
	tag := p.Repository.Tag(attachment.Tag)
	current, err := p.lookUp(ctx, tag)
	if err != nil {
		return nil, err
	}
	switch {
	case current != nil && current.Digest == descriptor.Digest:
		return nil, nil
	case current != nil && !p.Force:
		return []string{fmt.Sprintf("%s is %s already, not %s; move it with --force", tag, current.Digest, descriptor.Digest)}, nil
	}
	raw, err := attachment.Artifact.RawManifest()
	if err != nil {
		return nil, err
	}
	_, err = p.Client.putManifest(ctx, tag, descriptor.MediaType, raw)
	return nil, err
}

// addToList completes the list in a tag where the registry keeps none itself.
func (p Push) addToList(ctx context.Context, subject v1.Hash, referrers []v1.Descriptor) (missing []string, err error) {
	digest := p.Repository.Digest(subject.String())
	if _, hasAPI, err := p.Client.readList(ctx, digest); hasAPI || err != nil {
		return nil, err
	}
	current, err := p.Client.readListTag(ctx, digest)
	if err != nil {
		return nil, err
	}
	all := merge(current, referrers)
	if len(all) == len(current) {
		return nil, nil
	}
	slices.SortFunc(all, func(a, b v1.Descriptor) int {
		return slices.Compare([]byte(a.Digest.String()), []byte(b.Digest.String()))
	})
	list, err := json.Marshal(v1.IndexManifest{SchemaVersion: 2, MediaType: types.OCIImageIndex, Manifests: all})
	if err != nil {
		return nil, err
	}
	_, err = p.Client.putManifest(ctx, listTag(digest), types.OCIImageIndex, list)
	if len(current) > 0 && isAnswer(err) {
		// The tag is there and stays: the registry's tags are immutable.
		reason := explain(fmt.Sprintf("list %d of the %d artifacts that refer to %s", len(all)-len(current), len(all), digest), p.Repository, err)
		return []string{reason.Error()}, nil
	}
	return nil, err
}

// describe returns the descriptor of an artifact in a list of referrers, with the
// fields that the distribution specification asks for.
func describe(item remote.Taggable) (v1.Descriptor, error) {
	raw, err := item.RawManifest()
	if err != nil {
		return v1.Descriptor{}, err
	}
	object, err := open(item)
	if err != nil {
		return v1.Descriptor{}, err
	}
	var fields struct {
		ArtifactType string            `json:"artifactType"`
		Annotations  map[string]string `json:"annotations"`
		Config       struct {
			MediaType string `json:"mediaType"`
		} `json:"config"`
	}
	if err := json.Unmarshal(raw, &fields); err != nil {
		return v1.Descriptor{}, err
	}
	descriptor := v1.Descriptor{ArtifactType: fields.ArtifactType, Annotations: fields.Annotations, Size: int64(len(raw))}
	if descriptor.ArtifactType == "" {
		descriptor.ArtifactType = fields.Config.MediaType
	}
	if descriptor.MediaType, err = object.MediaType(); err != nil {
		return v1.Descriptor{}, err
	}
	descriptor.Digest, err = object.Digest()
	return descriptor, err
}
