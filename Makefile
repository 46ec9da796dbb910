# make, make test, make conformance IMAGE=…, make push REGISTRY=… and make bench
# are the interface; make help lists the rest.

IMAGE_NAME ?= ghcr.io/podsandbox/pause
VERSION    ?= $(patsubst v%,%,$(shell git describe --tags --always --dirty 2>/dev/null || echo devel))
REVISION   ?= $(shell git rev-parse HEAD 2>/dev/null)
DIST       ?= dist
# What make test judges.
PLATFORMS  ?= linux/amd64,linux/arm64

ifneq ($(words $(DIST)),1)
$(error DIST=$(DIST): make knows no file names with spaces; name another directory)
endif

# Tools, kept out of go.mod.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
ACTIONLINT  := github.com/rhysd/actionlint/cmd/actionlint@v1.7.12

# Commands of Debian's packages that tests and benchmarks use; a test whose command
# is missing is skipped with the reason.
COMMANDS := catatonit tini dumb-init podman skopeo containerd docker-registry qemu-aarch64-static
PACKAGE_OF_qemu-aarch64-static := qemu-user-static

# The suite is the probe in the pods as well, so it is linked statically.
export CGO_ENABLED := 0
export GOFLAGS := -trimpath
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
# What others may have chosen reaches the shell as variables of its own, and is
# never read by make or as a command.
export PLATFORMS IMAGE REGISTRY FROM REF TAG CA

PAUSE_IMAGE  = $(DIST)/pause-image
SUITE        = $(DIST)/pause-conformance-linux-$(shell go env GOARCH)
TRUSTED      = $(if $(value CA),--ca "$$CA")
PUBLISHING   = $(TRUSTED) $(if $(value TAG),--tag "$$TAG") $(if $(filter 1,$(FORCE)),--force)
REPOSITORY   = $$($(PAUSE_IMAGE) repository "$$REGISTRY" "$(IMAGE_NAME)")

.DEFAULT_GOAL := all
.PHONY: ALWAYS all image archives test test-kernels unit conformance bench \
	push mirror verify lint generate matrix packages binfmt engine clean help digest summary login sign release

all: image $(SUITE) ## build everything into dist/

image archives: $(PAUSE_IMAGE) ## build the image for all platforms, archives and attestations
	$(PAUSE_IMAGE) build --name "$(IMAGE_NAME)" --version "$(VERSION)" --revision "$(REVISION)" --dist "$(DIST)"

# Whether anything has changed is for the go command to tell.
$(PAUSE_IMAGE): ALWAYS
	@go build -o $@ ./images/cmd/pause-image

$(DIST)/pause-conformance-linux-%: ALWAYS
	GOARCH=$* go build -ldflags '-s -w -X main.version=$(VERSION)' -o $@ ./conformance/cmd/pause-conformance

test: packages binfmt engine ## the proof, with an engine and on both platforms
	REPORT_DIR="$(abspath $(DIST))/conformance" go test -count=1 -p 1 -timeout 60m ./...

unit: ## the part of the tests that needs no engine
	go test -short ./...

conformance: $(if $(value IMAGE),$(SUITE),without-IMAGE) ## judge a sandbox image: IMAGE=… [PLATFORMS=…] [FLAGS=…]
	$(SUITE) run --report-dir "$(DIST)/conformance" $(if $(filter-out file,$(origin PLATFORMS)),$(if $(value PLATFORMS),--platform "$$PLATFORMS")) $(FLAGS) "$$IMAGE"

test-kernels: ## run the program's tests on a real kernel of each platform [PLATFORMS=…]
	go run ./pause/kernels/test-kernels $(if $(filter-out file,$(origin PLATFORMS)),$(if $(value PLATFORMS),-platform "$$PLATFORMS")) $(FLAGS)

bench: packages ## measure pause beside its peers, in one run
	go run ./pause/bench $(FLAGS)

push: $(if $(value REGISTRY),image,without-REGISTRY) ## push to REGISTRY=host/path [TAG=… CA=… FORCE=1]
	$(PAUSE_IMAGE) push --dist "$(DIST)" $(PUBLISHING) "$$REGISTRY"

mirror: $(if $(value FROM),$(if $(value REGISTRY),$(PAUSE_IMAGE),without-REGISTRY),without-FROM) ## copy the image FROM=name:tag to REGISTRY=host/path, bit for bit
	$(PAUSE_IMAGE) mirror $(PUBLISHING) "$$FROM" "$$REGISTRY"

verify: $(PAUSE_IMAGE) ## check what is published as REF=…, down to building it again
	$(PAUSE_IMAGE) verify $(TRUSTED) "$${REF:-$(if $(value REGISTRY),$(REPOSITORY),$(IMAGE_NAME)):$${TAG:-$(VERSION)}}"

without-IMAGE: NEEDED = IMAGE=name:tag, oci:DIR, oci-archive:FILE or docker-archive:FILE
without-REGISTRY: NEEDED = REGISTRY=host/path
without-FROM: NEEDED = FROM=name:tag
without-%:
	@echo "make $(MAKECMDGOALS): give it $(NEEDED)" >&2; exit 2

lint: ## gofmt, vet, staticcheck, actionlint
	@unformatted="$$(git ls-files '*.go' | xargs gofmt -l)"; test -z "$$unformatted" || { echo "gofmt -w $$unformatted" >&2; exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...
	go run $(ACTIONLINT)

generate: ## write SPEC.md and the matrix of mutants anew
	go generate ./...

matrix: ## write the matrix mutant × requirement anew
	go generate ./conformance/mutants

# Installs only where there is apt-get and root to use it, and only what is missing:
# Debian's containerd would replace another one.
packages:
	@missing=$$($(foreach command,$(COMMANDS),command -v $(command) >/dev/null || echo $(or $(PACKAGE_OF_$(command)),$(command));)); \
	if [ -z "$$missing" ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else echo "tests and benchmarks that need these leave them out; install them as root:" $$missing >&2; fi

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

engine:
	@said="$$(docker version 2>&1)" || { echo "no container engine in reach: $$(echo "$$said" | tail -n 1); start one, or set DOCKER_HOST, or run the part that needs none: make unit" >&2; exit 3; }

# What the workflows call besides.
digest:
	@cat "$(DIST)/DIGEST"
summary:
	@if [ -d "$(DIST)/conformance" ]; then find "$(DIST)/conformance" -name report.md -exec cat {} +; fi
login:
	@printf %s "$$REGISTRY_PASSWORD" | docker login --username "$$REGISTRY_USER" --password-stdin "$$REGISTRY"
sign: $(PAUSE_IMAGE)
	cosign sign --yes --recursive "$(REPOSITORY)@$$(cat $(DIST)/DIGEST)"
release: $(DIST)/pause-conformance-linux-amd64 $(DIST)/pause-conformance-linux-arm64
	rm -rf "$(DIST)/release" && mkdir "$(DIST)/release"
	cp "$(DIST)"/archives/*.tar "$(DIST)"/bin/* "$(DIST)"/*.json "$(DIST)"/pause-conformance-* "$(DIST)/release/"
	cd "$(DIST)/release" && sha256sum * >SHA256SUMS
	gh release create "v$(VERSION)" --verify-tag --generate-notes $(if $(findstring -,$(VERSION)),--prerelease) "$(DIST)"/release/*

clean: ## remove what was built
	rm -rf "$(DIST)"

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z -]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
