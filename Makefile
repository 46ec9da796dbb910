# make, make test, make conformance IMAGE=…, make push REGISTRY=… and make bench
# are the interface; make help lists the rest.

IMAGE_NAME ?= ghcr.io/podsandbox/pause
VERSION    ?= $(patsubst v%,%,$(shell git describe --tags --always --dirty 2>/dev/null || echo devel))
REVISION   ?= $(shell git rev-parse HEAD 2>/dev/null)
DIST       ?= dist
# What make test judges.
PLATFORMS  ?= linux/amd64,linux/arm64

# Tools, kept out of go.mod.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
ACTIONLINT  := github.com/rhysd/actionlint/cmd/actionlint@v1.7.12

# Debian's packages that tests and benchmarks use; a test whose tool is missing is
# skipped with the reason.
PEERS      := catatonit tini dumb-init
CONSUMERS  := podman skopeo containerd docker-registry
EMULATORS  := qemu-user-static

# The suite is the probe in the pods as well, so it is linked statically.
export CGO_ENABLED := 0
export GOFLAGS := -trimpath
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
export PLATFORMS

IMAGES := go run ./images/cmd/pause-image
SUITE  := $(DIST)/bin/pause-conformance
NAMED   = --name $(IMAGE_NAME) --version $(VERSION)

.DEFAULT_GOAL := all
.PHONY: all image suite test unit conformance push mirror verify archives bench lint generate matrix fuzz packages binfmt clean help

all: image suite ## build everything into dist/

image:
	$(IMAGES) build $(NAMED) --revision "$(REVISION)" --dist $(DIST)

suite:
	go build -ldflags '-s -w -X main.version=$(VERSION)' -o $(SUITE) ./conformance/cmd/pause-conformance

test: packages binfmt lint ## the whole proof, with an engine and on both platforms
	go test -count=1 -p 1 -timeout 40m ./...

unit: ## the part of the tests that needs no engine
	go test -short ./...

conformance: suite ## judge a sandbox image: make conformance IMAGE=… [FLAGS=…]
	@test -n "$(IMAGE)" || { echo 'make conformance: which image? Say IMAGE=name:tag, oci:DIR or docker-archive:FILE' >&2; exit 2; }
	$(SUITE) run --report-dir $(DIST)/conformance $(FLAGS) $(IMAGE)

bench: packages ## measure pause beside its peers, in one run
	go run ./pause/bench

lint: ## gofmt, vet, staticcheck, actionlint
	@unformatted="$$(git ls-files '*.go' | xargs gofmt -l)"; test -z "$$unformatted" || { echo "gofmt -w $$unformatted" >&2; exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...
	go run $(ACTIONLINT)

generate: ## write SPEC.md and the matrix of mutants anew
	go generate ./...

matrix: ## write the matrix mutant × requirement anew
	go generate ./conformance/mutants

# Only where there is apt-get and root to use it; elsewhere it says what would be
# installed.
packages:
	@missing=; for package in $(PEERS) $(CONSUMERS) $(EMULATORS); do \
		dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"; done; \
	if [ -z "$$missing" ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else echo "tests that need these are skipped; install them with your package manager:$$missing" >&2; fi

# Debian and Ubuntu bring the lines for binfmt_misc, and leave it to systemd to
# register them. They hold backslashes that no shell may touch.
BINFMT := /proc/sys/fs/binfmt_misc
binfmt:
	@case "$(PLATFORMS):$$(uname -m)" in *arm64*:aarch64) exit 0;; *arm64*) ;; *) exit 0;; esac; \
	[ -e $(BINFMT)/qemu-aarch64 ] && exit 0; \
	if [ "$$(id -u)" = 0 ] && [ -e /usr/lib/binfmt.d/qemu-aarch64.conf ]; then \
		[ -e $(BINFMT)/register ] || mount -t binfmt_misc binfmt_misc $(BINFMT); \
		cat /usr/lib/binfmt.d/qemu-aarch64.conf >$(BINFMT)/register; \
	else echo 'linux/arm64 does not run here: as root, docker run --privileged --rm tonistiigi/binfmt --install arm64, or narrow it with PLATFORMS=linux/amd64' >&2; exit 1; fi

clean: ## remove what was built
	rm -rf $(DIST)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
