package node

import (
	"archive/tar"
	"bytes"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/podsandbox/pause/conformance/node/machine"
)

// app is the image of the pods' containers, and unused that of none.
const (
	app    = "registry.test/app:1"
	unused = "registry.test/unused:1"
)

// server is the registry on loopback that the node asks for every image. It keeps the
// paths of what it is asked for.
type server struct {
	*httptest.Server
	gone  atomic.Bool // it breaks off every connection
	mutex sync.Mutex
	paths []string
}

func serve() *server {
	s := &server{}
	handler := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mutex.Lock()
		s.paths = append(s.paths, r.URL.Path)
		s.mutex.Unlock()
		if s.gone.Load() {
			panic(http.ErrAbortHandler)
		}
		handler.ServeHTTP(w, r)
	}))
	DeferCleanup(s.Close)
	return s
}

// requests are the paths below a repository that the registry was asked for.
func (s *server) requests(repository string) []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var paths []string
	for _, path := range s.paths {
		if strings.HasPrefix(path, "/v2/"+repository+"/") {
			paths = append(paths, path)
		}
	}
	return paths
}

// push makes the node's registry hold an image under a name, whatever its host.
func (s *server) push(reference string, image v1.Image) {
	GinkgoHelper()
	_, path, _ := strings.Cut(reference, "/")
	tag, err := name.NewTag(strings.TrimPrefix(s.URL, "http://") + "/" + path)
	Expect(err).NotTo(HaveOccurred())
	Expect(remote.Write(tag, image)).To(Succeed())
}

// program is an image of the pods' program.
func program() v1.Image {
	GinkgoHelper()
	path := filepath.Join(machine.Dir(), "app")
	build := exec.Command("go", "build", "-o", path, "./app")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	output, err := build.CombinedOutput()
	Expect(err).NotTo(HaveOccurred(), string(output))
	content, err := os.ReadFile(path)
	Expect(err).NotTo(HaveOccurred())
	return imageOf("app", content)
}

// imageOf makes an image whose entry point is the one file in it.
func imageOf(file string, content []byte) v1.Image {
	GinkgoHelper()
	var layer bytes.Buffer
	archive := tar.NewWriter(&layer)
	Expect(archive.WriteHeader(&tar.Header{Name: file, Mode: 0o555, Size: int64(len(content))})).To(Succeed())
	_, err := archive.Write(content)
	Expect(err).NotTo(HaveOccurred())
	Expect(archive.Close()).To(Succeed())
	image, err := mutate.AppendLayers(empty.Image, static.NewLayer(layer.Bytes(), types.DockerUncompressedLayer))
	Expect(err).NotTo(HaveOccurred())
	config, err := image.ConfigFile()
	Expect(err).NotTo(HaveOccurred())
	config.OS, config.Architecture = "linux", goruntime.GOARCH
	config.Config.Entrypoint = []string{"/" + file}
	image, err = mutate.ConfigFile(image, config)
	Expect(err).NotTo(HaveOccurred())
	return image
}
