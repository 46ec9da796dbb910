#!/bin/bash
# Downloads the released suite, and accepts no other bytes than those of its digest
# or of the release workflow's attestation. Prints its path to GITHUB_OUTPUT.
set -eu
if [ -z "$SUITE" ]; then
	case $VERSION in
	v[0-9]*) ;;
	*)
		echo "version \"$VERSION\" is no release: set the input version to a tag such as v1.1.0" >&2
		exit 2
		;;
	esac
	SUITE=$(mktemp -d "$RUNNER_TEMP/suite.XXXXXX")/pause-conformance
	curl --fail --silent --show-error --location --proto =https --max-redirs 5 --retry 3 --max-time 300 --output "$SUITE" \
		-- "https://github.com/$REPOSITORY/releases/download/$VERSION/pause-conformance-linux-$ARCH"
	if [ -n "$SHA256" ]; then
		printf '%s  %s\n' "$SHA256" "$SUITE" | sha256sum --check --strict --quiet
	else
		gh attestation verify --repo="$REPOSITORY" --signer-workflow="$REPOSITORY/.github/workflows/release.yml" \
			--source-ref="refs/tags/$VERSION" -- "$SUITE"
	fi
	chmod +x "$SUITE"
fi
echo "path=$SUITE" >>"$GITHUB_OUTPUT"
