package verification_test

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	memory "github.com/google/go-containerregistry/pkg/registry"

	"github.com/podsandbox/pause/images/bundle"
	"github.com/podsandbox/pause/images/registry"
	"github.com/podsandbox/pause/images/verification"
)

func plain(handler http.Handler) http.Handler { return handler }

// publish pushes the publication to a registry that handles requests as wrap
// lets it.
func publish(t *testing.T, publication *bundle.Publication, wrap func(http.Handler) http.Handler) *verification.Image {
	t.Helper()
	server := httptest.NewServer(wrap(memory.New(memory.Logger(log.New(io.Discard, "", 0)), memory.WithReferrersSupport(true))))
	t.Cleanup(server.Close)
	repository, err := registry.Repository(strings.TrimPrefix(server.URL, "http://"), "pause")
	if err != nil {
		t.Fatal(err)
	}
	client, err := registry.New("")
	if err != nil {
		t.Fatal(err)
	}
	var attachments []registry.Attachment
	for _, referrer := range publication.Referrers {
		attachments = append(attachments, registry.Attachment{Artifact: referrer})
	}
	image2, err := registry.Push{Client: client, Repository: repository, Image: publication.Index, Attachments: attachments}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	image, err := verification.Get(t.Context(), client, image2.Digest)
	if err != nil {
		t.Fatal(err)
	}
	return image
}
