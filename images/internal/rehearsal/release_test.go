package rehearsal

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// release is a directory that a release is built in, and the variables of make
// that publish it to a registry.
type release struct {
	*testing.T
	dir string
	env []string
}

func newRelease(t *testing.T, registry registry, product string) *release {
	r := &release{T: t, dir: t.TempDir()}
	r.env = append(without(os.Environ(), "MAKE", "MFLAGS", "COSIGN_", "VERSION=", "DOCKER_CONFIG="),
		"DIST="+filepath.Join(r.dir, "dist"), "VERSION="+version, "REGISTRY="+registry.host+"/team", "PRODUCT="+product, "IMAGE_NAME="+registry.host+"/team/"+product,
		"REGISTRY_USER="+user, "REGISTRY_PASSWORD="+password, "DOCKER_CONFIG="+filepath.Join(r.dir, "docker"),
		"CA="+registry.ca, "COSIGN_REGISTRY_CACERT="+registry.ca, "COSIGN_PASSWORD=", "COSIGN_INSECURE_IGNORE_TLOG=true")
	return r
}

// without leaves out the variables that begin with a prefix.
func without(env []string, prefixes ...string) []string {
	return slices.DeleteFunc(env, func(variable string) bool {
		return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(variable, prefix) })
	})
}

func (r *release) make(args ...string) {
	r.Helper()
	if output, err := r.try(args...); err != nil {
		r.Fatalf("make %s: %v: %s", args, err, output)
	}
}

func (r *release) try(args ...string) (output string, err error) {
	return r.run("../../..", "make", args...)
}

func (r *release) run(dir, name string, args ...string) (output string, err error) {
	command := exec.Command(name, args...)
	command.Dir, command.Env = dir, r.env
	text, err := command.CombinedOutput()
	r.Logf("%s %s\n%s", name, strings.Join(args, " "), text)
	return string(text), err
}

// sign signs with a new key, since a rehearsal has no identity of a workflow and no
// log to show it in, and has the public one trusted from then on.
func (r *release) sign(key string) {
	r.Helper()
	r.keys(key)
	config := filepath.Join(r.dir, "signing-config.json")
	r.cosign("signing-config", "create", "--out="+config)
	r.setKey(filepath.Join(r.dir, key+".key"))
	r.env = append(r.env, "COSIGN_SIGNING_CONFIG="+config)
	r.make("sign")
	r.setKey(filepath.Join(r.dir, key+".pub"))
}

func (r *release) keys(name string) {
	r.Helper()
	r.cosign("generate-key-pair", "--output-key-prefix="+filepath.Join(r.dir, name))
}

// setKey makes it the key that signs, or that signatures are verified with.
func (r *release) setKey(path string) {
	r.env = append(without(r.env, "COSIGN_KEY="), "COSIGN_KEY="+path)
}

func (r *release) cosign(args ...string) {
	r.Helper()
	if output, err := r.run("../../..", "go", append([]string{"run", os.Getenv("COSIGN")}, args...)...); err != nil {
		r.Fatalf("cosign %s: %v: %s", args, err, output)
	}
}

// checkFiles checks that each file of the release has the checksum that is listed.
func (r *release) checkFiles() {
	dir := filepath.Join(r.dir, "dist", "release")
	if output, err := r.run(dir, "sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"); err != nil {
		r.Errorf("SHA256SUMS: %v: %s", err, output)
	}
	entries, err := os.ReadDir(dir)
	if listed := strings.Count(r.read("release/SHA256SUMS"), "\n"); err != nil || len(entries) != listed+1 {
		r.Errorf("SHA256SUMS lists %d of %d files: %v", listed, len(entries)-1, err)
	}
}

func (r *release) read(name string) string {
	r.Helper()
	text, err := os.ReadFile(filepath.Join(r.dir, "dist", name))
	if err != nil {
		r.Fatal(err)
	}
	return string(text)
}
