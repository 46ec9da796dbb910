# The interface: make, make test, make conformance, make push, make bench.

IMAGE_NAME ?= ghcr.io/podsandbox/pause
VERSION    ?= $(patsubst v%,%,$(shell git describe --tags --always --dirty 2>/dev/null || echo devel))
REVISION   ?= $(shell git rev-parse HEAD 2>/dev/null)
PLATFORMS  ?= linux/amd64,linux/arm64
DIST       ?= dist

export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
export PLATFORMS

.DEFAULT_GOAL := all
