package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

const (
	// MaxReferrers is how many referrers of one subject are read.
	MaxReferrers = 1000

	// maxPages bounds a list whose pages hold nothing.
	maxPages = 100
)

// Referrers returns the descriptors of what refers to the digest as its subject,
// from all pages of the registry's list and from the tag that is the list where a
// registry keeps none:
// https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers.
// More than MaxReferrers are an error.
func (c *Client) Referrers(ctx context.Context, subject name.Digest) ([]v1.Descriptor, error) {
	action := "list what refers to " + subject.Name()
	list, hasAPI, err := c.readList(ctx, subject)
	if err != nil {
		return nil, explain(action, subject.Context(), err)
	}
	tagList, err := c.readListTag(ctx, subject)
	if err != nil && !(hasAPI && isAnswer(err)) {
		return nil, explain(action, subject.Context(), err)
	}
	all := merge(list, tagList)
	if len(all) > MaxReferrers {
		return nil, &failure{action, fmt.Sprintf("there are more than %d", MaxReferrers), "delete those that nobody uses", nil}
	}
	return all, nil
}

// merge returns the descriptors of all lists, each digest once.
func merge(lists ...[]v1.Descriptor) []v1.Descriptor {
	var all []v1.Descriptor
	digests := map[v1.Hash]bool{}
	for _, descriptor := range slices.Concat(lists...) {
		if !digests[descriptor.Digest] {
			digests[descriptor.Digest] = true
			all = append(all, descriptor)
		}
	}
	return all
}

// readList reads the registry's own list, page by page. HasAPI is false where the
// registry keeps none.
func (c *Client) readList(ctx context.Context, subject name.Digest) (list []v1.Descriptor, hasAPI bool, err error) {
	path := "referrers/" + subject.DigestStr()
	base := "/v2/" + subject.Context().RepositoryStr() + "/"
	for page := range maxPages {
		answer, err := c.request(ctx, http.MethodGet, subject.Context(), path, http.Header{"Accept": {string(types.OCIImageIndex)}}, nil, http.StatusOK)
		if page == 0 && keepsNoList(answer, err) {
			return nil, false, nil
		}
		if err != nil {
			return nil, true, err
		}
		descriptors, err := parseReferrers(answer.body)
		if err != nil {
			return nil, true, fmt.Errorf("page %d of the list: %w", page+1, err)
		}
		list = append(list, descriptors...)
		next, err := nextPage(answer)
		if err != nil || next == "" || len(list) > MaxReferrers {
			return list, true, err
		}
		if path = strings.TrimPrefix(next, base); path == next {
			return nil, true, fmt.Errorf("the next page, %s, is outside of the repository", next)
		}
	}
	return nil, true, fmt.Errorf("the list has more than %d pages", maxPages)
}

// keepsNoList tells a registry without the API from a registry that fails: some answer
// 404, others that they do not know the method or path, and some serve a page.
func keepsNoList(answer answer, err error) bool {
	if refusal := new(transport.Error); errors.As(err, &refusal) {
		return slices.Contains([]int{http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed,
			http.StatusNotAcceptable, http.StatusNotImplemented}, refusal.StatusCode)
	}
	return err == nil && types.MediaType(answer.header.Get("Content-Type")) != types.OCIImageIndex
}

// parseReferrers reads one page of a list.
func parseReferrers(content []byte) ([]v1.Descriptor, error) {
	index, err := v1.ParseIndexManifest(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	for _, descriptor := range index.Manifests {
		if descriptor.Digest == (v1.Hash{}) {
			return nil, errors.New("an entry has no digest")
		}
	}
	return index.Manifests, nil
}

var linkForm = regexp.MustCompile(`<([^>]*)>\s*((?:;\s*[^,;]+)*)`)

// nextPage returns the path and query of the page that the answer's Link header
// names (RFC 8288), or none at the last page.
func nextPage(answer answer) (string, error) {
	for _, link := range linkForm.FindAllStringSubmatch(strings.Join(answer.header.Values("Link"), ","), -1) {
		if !regexp.MustCompile(`(?i);\s*rel\s*=\s*"?next"?`).MatchString(link[2]) {
			continue
		}
		next, err := answer.url.Parse(link[1])
		if err != nil {
			return "", err
		}
		if next.Host != answer.url.Host {
			return "", fmt.Errorf("the next page is on another host, %s", next.Host)
		}
		return next.RequestURI(), nil
	}
	return "", nil
}

// listTag is the tag that is the list of referrers where the registry keeps none.
func listTag(subject name.Digest) name.Tag {
	return subject.Context().Tag(strings.Replace(subject.DigestStr(), ":", "-", 1))
}

// readListTag reads the list in the tag. It is empty where there is no such tag.
func (c *Client) readListTag(ctx context.Context, subject name.Digest) ([]v1.Descriptor, error) {
	answer, err := c.request(ctx, http.MethodGet, subject.Context(), "manifests/"+listTag(subject).TagStr(),
		http.Header{"Accept": {string(types.OCIImageIndex)}}, nil, http.StatusOK)
	if refusal := new(transport.Error); errors.As(err, &refusal) && refusal.StatusCode == http.StatusNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return parseReferrers(answer.body)
}

// isAnswer tells whether a registry has answered, rather than not been reached.
func isAnswer(err error) bool { return errors.As(err, new(*transport.Error)) }
