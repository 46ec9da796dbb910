package main

import (
	"encoding/pem"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

func TestImageOfARegistryWithAPrivateAuthorityIsReadWithItsFile(t *testing.T) {
	server := httptest.NewTLSServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	defer server.Close()
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	reference := strings.TrimPrefix(server.URL, "https://") + "/pause:1"
	tag, err := name.NewTag(reference)
	if err != nil {
		t.Fatal(err)
	}
	index, err := layout.ImageIndexFromPath(ours)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.WriteIndex(tag, index, remote.WithTransport(server.Client().Transport)); err != nil {
		t.Fatal(err)
	}
	authority := filepath.Join(t.TempDir(), "ca.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(authority, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := judge(t, "--profile=static", "--platform=linux/amd64", "--ca="+authority, reference); got.code != 3 {
		t.Errorf("with the authority: exit code %d, want 3:\n%s", got.code, got.errors())
	}
	if got := judge(t, "--profile=static", "--platform=linux/amd64", reference); got.code != 4 || !isOneLine(got.stderr, "--ca FILE") {
		t.Errorf("without the authority: exit code %d, %q; want 4 and one line with --ca", got.code, got.stderr)
	}
}
