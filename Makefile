# make, make test, make conformance IMAGE=…, make push REGISTRY=… and make bench
# are the interface; make help lists the rest.

# Variables of the command line and of the environment are data: make takes them as
# they are, for it would run the $(shell …) of a tag or of a file name. Recipes read
# every variable as "$$NAME", so that no shell parses a value either.
override outside := $(filter-out MAKE% MFLAGS GNUMAKEFLAGS,$(foreach name,$(.VARIABLES),$(if $(filter command environment,$(firstword $(origin $(name)))),$(name))))
# As ever, the command line has the last word, and with make -e the environment too.
override last-word = $(or $(filter command,$(origin $(name))),$(findstring e,$(firstword -$(MAKEFLAGS))))
$(foreach name,$(outside),$(eval $(if $(last-word),override) $$(name) := $$(value $$(name)))$(eval export $$(name)))

# An empty variable means its default, a commit may have tags that are no version, and a
# directory whose name begins with a dash is no option.
override PRODUCT    := $(or $(PRODUCT),pause)
override IMAGE_NAME := $(or $(IMAGE_NAME),ghcr.io/podsandbox/$(PRODUCT))
override VERSION    := $(or $(VERSION),$(patsubst v%,%,$(shell git describe --tags --always --dirty --match 'v[0-9]*' 2>/dev/null || echo devel)))
# Sources that have been changed since a commit are not that commit.
override REVISION   := $(or $(REVISION),$(shell git describe --always --abbrev=40 --exclude='*' --dirty 2>/dev/null))
override DIST       := $(or $(DIST),dist)
override DIST       := $(if $(findstring ^-,^$(DIST)),./)$(DIST)
override SOURCE_DATE_EPOCH := $(or $(SOURCE_DATE_EPOCH),$(shell git log -1 --format=%ct 2>/dev/null || echo 0))

# Tools, kept out of go.mod.
GOLANGCI   := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
ACTIONLINT := github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
COSIGN     := github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3

# The commands that tests and benchmarks use, each with its package in Debian where
# that has another name. A test whose command is missing is skipped with the reason.
COMMANDS := catatonit tini dumb-init podman skopeo containerd docker-registry crun \
	qemu-aarch64-static=qemu-user-static qemu-system-aarch64=qemu-system-arm \
	/usr/lib/cni/bridge=containernetworking-plugins
test-node: COMMANDS += $(if $(filter cri-o,$(RUNTIME)),conmon gcc /usr/include/stdlib.h=libc6-dev pkgconf /usr/include/seccomp.h=libseccomp-dev)

# The suite is the probe in the pods as well, so it is linked statically. What debuggers read is
# stripped from what is built here, so that the compiler need not write it.
CGO_ENABLED := 0
GOFLAGS     := -trimpath -gcflags=all=-dwarf=false
# The bytes of the program depend on the toolchain: that of go.mod, whatever Go is
# installed or set. make GOTOOLCHAIN=local takes the installed one.
GOTOOLCHAIN := $(shell sed -n 's/^toolchain //p' go.mod)
# Tests run in the directories of their packages. $(abspath) would split a name at its spaces.
REPORT_DIR  := $(if $(findstring ^/,^$(DIST)),,$(CURDIR)/)$(DIST)/conformance

export PRODUCT IMAGE_NAME VERSION REVISION DIST SOURCE_DATE_EPOCH GOLANGCI ACTIONLINT COSIGN COMMANDS CGO_ENABLED GOFLAGS GOTOOLCHAIN REPORT_DIR

.DEFAULT_GOAL := all
.PHONY: all image archives pause-image suite suite-image suite-amd64 suite-arm64 version \
	test test-all test-kernels test-node unit race fuzz check mutants conformance bench rehearsal \
	push mirror verify lint generate matrix packages binfmt engine clean help \
	login stage sign check-staged release-files release check-release digest summary \
	needs-IMAGE needs-ONLY needs-REGISTRY needs-FROM

all: image suite ## build everything into dist/

image archives: pause-image ## build the image for all platforms, archives and attestations
	"$$DIST/pause-image" build --product="$$PRODUCT" --name="$$IMAGE_NAME" --version="$$VERSION" --revision="$$REVISION" --dist="$$DIST"

pause-image:
	@.ci/build "$$DIST/pause-image" ./images/cmd/pause-image

# A clone and an archive of the sources give the same bytes.
suite: version
	@.ci/build "$$DIST/pause-conformance-linux-$$(go env GOHOSTARCH)" ./conformance/cmd/pause-conformance -buildvcs=false -ldflags="-s -w -X main.version=$$VERSION"

suite-amd64 suite-arm64: suite-%: version
	@GOARCH=$* .ci/build "$$DIST/pause-conformance-linux-$*" ./conformance/cmd/pause-conformance -buildvcs=false -ldflags="-s -w -X main.version=$$VERSION"

# From scratch, by the same builder: dist/pause-image push --dist dist/suite-image REGISTRY publishes it.
suite-image: pause-image version ## build the suite as an image for linux/amd64 and linux/arm64
	"$$DIST/pause-image" build --product=pause-conformance --version="$$VERSION" --revision="$$REVISION" --dist="$$DIST/suite-image"

# The linker's flags have quotes and spaces of their own.
version:
	@case $$VERSION in ''|[!0-9A-Za-z]*|*[!0-9A-Za-z._-]*) echo "VERSION: want letters, digits, '.', '_' and '-', as in 1.2.3" >&2; exit 2;; esac

# Most of the proof waits for engines and for time to pass, so that more is at work than
# there are processors. make lint vets, and engines load the test's program as an image.
# A virtual machine and the mutants take longest, and come first; the suite for that machine is
# compiled before anything competes with it. Mutants that have not begun at TEST_UNTIL are left out
# and named, which happens on machines that are many times slower: test-all judges them all. The
# compiler collects garbage less often; the tests themselves do not.
test: export override PRECOMPILE = ./conformance
test: export override TEST_UNTIL = $(shell expr $$(date +%s) + 720)
test: packages binfmt engine ## the proof, with an engine and on both platforms
	@rm -f -- "$$REPORT_DIR/left-out"
	@case $$PLATFORMS in *arm64*) GOARCH=arm64 GOGC=400 go build -- "$$PRECOMPILE";; esac
	@status=0; set -x; GOGC=400 go test -exec='env -u GOGC' -count=1 -vet=off -ldflags=-s -p 3 -parallel 4 -timeout 60m ./conformance ./conformance/mutants ./... || status=$$?; \
	{ set +x; } 2>/dev/null; [ ! -e "$$REPORT_DIR/left-out" ] || { echo 'not judged; make test-all, or make mutants ONLY=name, judges them:'; sort -- "$$REPORT_DIR/left-out"; } >&2; exit $$status
test-all: test race suite image ## test, race, our image under load, and it and every mutant on each engine: for the scheduled workflow
	TEST_ALL=1 go test -count=1 -p 1 -v -timeout 120m -run='UnderLoad|Hostile|OurImageIs' ./conformance ./conformance/cmd/pause-conformance ./conformance/mutants
	for engine in docker oci containerd; do \
		"$$DIST/pause-conformance-linux-$$(go env GOHOSTARCH)" run --engine=$$engine --report-dir="$$DIST/conformance/$$engine" -- "oci:$$DIST/oci" || exit; \
		go test -count=1 -timeout 120m ./conformance/mutants -engine=$$engine || exit; \
	done
BOTH := linux/amd64,linux/arm64
test test-all binfmt: export override PLATFORMS := $(or $(PLATFORMS),$(BOTH))

unit: ## the part of the tests that needs no engine
	go test -short ./...

race: ## the unit tests under the race detector
	@command -v "$$(go env CC)" >/dev/null || { echo "the race detector needs a C compiler: apt-get install gcc libc6-dev" >&2; exit 1; }
	CGO_ENABLED=1 go test -race -short -timeout 30m ./...

# A process that needs more than 2 GiB of addresses fails. Go maps far more than it uses.
fuzz: ## run every fuzz target in turn, each for TIME=1m
	@ulimit -v 2097152; grep -ro --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | sort | while IFS=: read -r file function; do \
		echo "$$file $${function#func }"; \
		go test -run='^$$' -fuzz="^$${function#func }$$" -fuzztime="$${TIME:-1m}" "$$(dirname "$$file")" || exit; done

check: needs-ONLY suite $(if $(IMAGE),,image) ## judge by some requirements: ONLY=SIG-TERM [IMAGE=…] [ENGINE=…]
	"$$DIST/pause-conformance-linux-$$(go env GOHOSTARCH)" run --only="$$ONLY" --platform="$${PLATFORMS:-linux/$$(go env GOHOSTARCH)}" \
		--allow-partial $${ENGINE:+--engine="$$ENGINE"} $${CA:+--ca="$$CA"} -- "$${IMAGE:-oci:$$DIST/oci}"

mutants: needs-ONLY ## judge one mutant, or several: ONLY=name,… [ENGINE=…]
	go test -count=1 -v -run='AskedFor|FailExactly|OurImageIsConformant|EquivalentsFailNothing$$' ./conformance/mutants -mutants="$$ONLY" $${ENGINE:+-engine="$$ENGINE"}

rehearsal: packages engine ## a release, but to a registry on loopback and signed with a key of its own
	@echo "building cosign, which takes minutes once" >&2; go run "$$COSIGN" version >/dev/null
	REHEARSAL=1 go test -count=1 -v -timeout 60m ./images/internal/rehearsal

# FLAGS are words: the shell splits them at spaces and does nothing else with them.
# qemu-user hides some of what a program does, and qemu-system nothing.
conformance: needs-IMAGE suite version ## judge a sandbox image: IMAGE=… [PLATFORMS=…] [ENGINE=…] [CA=…] [FLAGS=…]
	@set -f; engine=$$ENGINE; case "$$PLATFORMS:$$engine:$$(go env GOHOSTARCH)" in \
		linux/arm64::arm64) ;; \
		linux/arm64::*) if command -v qemu-system-aarch64 >/dev/null; then engine=machine; \
			else echo 'linux/arm64 runs under qemu-user, which hides some of what it does: install qemu-system-arm for a verdict on everything' >&2; fi;; \
	esac; \
	[ "$$engine" != machine ] || GOARCH=$${PLATFORMS#linux/} .ci/build "$$DIST/pause-conformance-linux-$${PLATFORMS#linux/}" ./conformance/cmd/pause-conformance -buildvcs=false -ldflags="-s -w -X main.version=$$VERSION" || exit; \
	set -x; "$$DIST/pause-conformance-linux-$$(go env GOHOSTARCH)" run --report-dir="$$DIST/conformance" \
		$${PLATFORMS:+--platform="$$PLATFORMS"} $${engine:+--engine="$$engine"} $${CA:+--ca="$$CA"} $$FLAGS -- $${IMAGE:+"$$IMAGE"}

test-kernels: ## run the program's tests on a real kernel of each platform [PLATFORMS=…]
	set -f; go run ./pause/kernels/test-kernels $${PLATFORMS:+-platform "$$PLATFORMS"} $$FLAGS

# Containerd and the kubelet of conformance/node/go.mod are built outside the tree, and
# the image under the name that kubeadm configures nodes for. CRI-O needs C, and its own module.
test-node: packages suite pause-image ## pods of a real kubelet, as root [RUNTIME=cri-o]; its first build takes some 10 minutes
	@node="$${NODE_CACHE:-$${XDG_CACHE_HOME:-$$HOME/.cache}/pause-conformance/node}"; case $$DIST in /*) dist=$$DIST;; *) dist=$$PWD/$$DIST;; esac; \
	"$$DIST/pause-image" build --name=registry.k8s.io/pause --version=3.10.2 --revision="$$REVISION" --dist="$$DIST/node" >/dev/null && \
	mkdir -p "$$node" && cd conformance/node && kubelet="$$(go list -m -f '{{.Version}}' k8s.io/kubernetes)" && \
	echo "building the kubelet $$kubelet and $${RUNTIME:-containerd} in $$node: minutes the first time, then seconds" && \
	go build -tags no_btrfs,no_devmapper,no_zfs -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=$$kubelet" -o "$$node/" tool && \
	{ [ "$$RUNTIME" != cri-o ] || { cd crio/program && CGO_ENABLED=1 go build -ldflags "-s -w" -o "$$node/" \
		-tags containers_image_openpgp,containers_image_ostree_stub,exclude_graphdriver_btrfs,seccomp tool && \
		$$(go env CC) -static -O2 -o "$$node/pinns" "$$(go list -m -f '{{.Dir}}' github.com/cri-o/cri-o)"/pinns/src/*.c && cd ../..; }; } && \
	go test -count=1 ./manifest && PAUSE_NODE_RUNTIME="$$RUNTIME" PAUSE_NODE_BINARIES="$$node" PAUSE_NODE_SUITE="$$dist/pause-conformance-linux-$$(go env GOHOSTARCH)" \
		PAUSE_NODE_ARCHIVE="$$dist/node/archives/pause-3.10.2-linux-$$(go env GOHOSTARCH).tar" go test -count=1 -v -timeout 20m .

bench: packages image ## measure pause beside its peers, and the suite on each engine beside its pods alone
	set -f; go run ./conformance/bench $$FLAGS
	go run ./conformance/bench/engines "oci:$$DIST/oci"

push: needs-REGISTRY image ## push to REGISTRY=host/path [TAG=… CA=… FORCE=1 WINDOWS_FROM=name:tag]
	"$$DIST/pause-image" push --dist="$$DIST" $${CA:+--ca="$$CA"} $${TAG:+--tag="$$TAG"} $$([ "$$FORCE" != 1 ] || echo --force) $${WINDOWS_FROM:+--windows-from="$$WINDOWS_FROM"} -- "$$REGISTRY"

mirror: needs-FROM needs-REGISTRY pause-image ## copy the image FROM=name:tag to REGISTRY=host/path, bit for bit
	"$$DIST/pause-image" mirror $${CA:+--ca="$$CA"} $${TAG:+--tag="$$TAG"} $$([ "$$FORCE" != 1 ] || echo --force) $${WINDOWS_FROM:+--windows-from="$$WINDOWS_FROM"} -- "$$FROM" "$$REGISTRY"

verify: pause-image ## check what is published as REF=…, down to building it again
	repository=$$IMAGE_NAME; \
	[ -z "$$REGISTRY" ] || repository=$$("$$DIST/pause-image" repository -- "$$REGISTRY" "$$IMAGE_NAME") || exit; \
	"$$DIST/pause-image" verify $${CA:+--ca="$$CA"} -- "$${REF:-$$repository:$${TAG:-$$VERSION}}"

# A node's runtime has an image configured.
needs-IMAGE:
	@[ -n "$$IMAGE" ] || [ "$$ENGINE" = cri ] || { echo "give make IMAGE=name:tag, oci:DIR, oci-archive:FILE or docker-archive:FILE" >&2; exit 2; }
needs-ONLY:
	@[ -n "$$ONLY" ] || { echo "give make ONLY=ID or ONLY=name; pause-conformance list and MATRIX.md have them" >&2; exit 2; }
needs-REGISTRY:
	@[ -n "$$REGISTRY" ] || { echo "give make REGISTRY=host/path" >&2; exit 2; }
needs-FROM:
	@[ -n "$$FROM" ] || { echo "give make FROM=name:tag" >&2; exit 2; }

lint: ## golangci-lint (gofmt, vet, staticcheck and a few more) and actionlint
	go run "$$GOLANGCI" run
	go run "$$ACTIONLINT"

generate: ## write SPEC.md and the matrix of mutants anew
	go generate ./...

matrix: ## write the matrix mutant × requirement anew
	go generate ./conformance/mutants

# Debian's containerd would replace another one, so only what is missing is installed. That waits
# for the network, so that PRECOMPILE is compiled beside it.
packages:
	@missing=; absent=; for entry in $$COMMANDS; do command -v "$${entry%=*}" >/dev/null || missing="$$missing $${entry#*=}"; done; \
	[ -n "$$missing" ] || exit 0; \
	[ -z "$$PRECOMPILE" ] || GOGC=400 go build -- "$$PRECOMPILE" & \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		install() { DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "$$@" >/dev/null; }; \
		apt-get update -qq; install $$missing || for package in $$missing; do install "$$package" || absent="$$absent $$package"; done; \
	else absent=$$missing; fi; wait; \
	[ -z "$$absent" ] || echo "tests and benchmarks that need these leave them out; install them as root:$$absent" >&2

# Debian and Ubuntu bring the lines for binfmt_misc, and leave it to systemd to
# register them. They hold backslashes that no shell may touch.
binfmt:
	@case "$$PLATFORMS:$$(uname -m)" in *arm64*:aarch64) exit 0;; *arm64*) ;; *) exit 0;; esac; \
	misc=/proc/sys/fs/binfmt_misc; [ -e $$misc/qemu-aarch64 ] && exit 0; \
	if [ "$$(id -u)" = 0 ] && [ -e /usr/lib/binfmt.d/qemu-aarch64.conf ]; then \
		[ -e $$misc/register ] || mount -t binfmt_misc binfmt_misc $$misc; \
		cat /usr/lib/binfmt.d/qemu-aarch64.conf >$$misc/register; \
	else echo 'linux/arm64 does not run here: as root, docker run --privileged --rm tonistiigi/binfmt --install arm64, or narrow it with PLATFORMS=linux/amd64' >&2; exit 1; fi

engine:
	@answer="$$(docker version 2>&1)" || { printf 'no container engine in reach: %s; start one, or set DOCKER_HOST, or run the part that needs none: make unit\n' "$$(printf '%s\n' "$$answer" | tail -n 1)" >&2; exit 3; }

# The steps of a release of PRODUCT, pause or pause-conformance, in the order of
# .github/workflows/release.yml: nothing has a tag until what is published has been
# checked by its digest. The suite judges pause alone: its own image is no sandbox.
login: needs-REGISTRY
	@printf %s "$$REGISTRY_PASSWORD" | docker login --username="$$REGISTRY_USER" --password-stdin -- "$$REGISTRY"
stage: needs-REGISTRY image
	"$$DIST/pause-image" push --untagged --dist="$$DIST" $${CA:+--ca="$$CA"} -- "$$REGISTRY" >"$$DIST/STAGED"
	@cat -- "$$DIST/STAGED"
sign:
	go run "$$COSIGN" sign --yes --recursive -- "$$(cat -- "$$DIST/STAGED")"
check-staged: pause-image suite
	@.ci/verify-signature "$$(cat -- "$$DIST/STAGED")"
	@"$$DIST/pause-image" verify $${CA:+--ca="$$CA"} -- "$$(cat -- "$$DIST/STAGED")"
	@[ "$$PRODUCT" != pause ] || "$$DIST/pause-conformance-linux-$$(go env GOHOSTARCH)" run --report-dir="$$DIST/conformance" $${CA:+--ca="$$CA"} \
		--platform="$${PLATFORMS:-linux/$$(go env GOHOSTARCH)}" -- "$$(cat -- "$$DIST/STAGED")"
release-files: suite-amd64 suite-arm64
	rm -rf -- "$$DIST/release" && mkdir -- "$$DIST/release"
	cp -- "$$DIST"/archives/*.tar "$$DIST"/bin/* "$$DIST"/*.json "$$DIST"/pause-conformance-linux-amd64 "$$DIST"/pause-conformance-linux-arm64 "$$DIST/release/"
	cd -- "$$DIST/release" && sha256sum -- * >SHA256SUMS
release: release-files
	.ci/verify-attestation "$$DIST"/release/*
	gh release create --verify-tag --generate-notes $$(case $$VERSION in *-*) echo --prerelease;; esac) -- "v$$VERSION" "$$DIST"/release/*
check-release: pause-image
	.ci/check-release
digest:
	@cat -- "$$DIST/DIGEST"
summary:
	@cat -- "$$DIST"/conformance/*/report.md "$$DIST"/conformance/report.md 2>/dev/null || :

clean: ## remove what was built
	rm -rf -- "$$DIST"

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z -]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile
