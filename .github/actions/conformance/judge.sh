#!/bin/bash
# Judges IMAGES, and writes outputs and the job's summary. Every input is one
# argument, so that none is read by the shell.
set -u
reports=$(mktemp -d "$RUNNER_TEMP/conformance.XXXXXX")
args=(--report-dir="$reports")
option() {
	if [ -n "$2" ]; then args+=("--$1=$2"); fi
}
option platform "$PLATFORMS"
option profile "$PROFILE"
option engine "$ENGINE"
option runtime "$RUNTIME"
option entrypoint "$ENTRYPOINT"
option user "$IMAGE_USER"
option without "$WITHOUT"
option only "$ONLY"
option skip "$SKIP"
option fail-on "$FAIL_ON"
if [ "$ALLOW_PARTIAL" = true ]; then args+=(--allow-partial); fi
while read -r flag; do
	if [ -n "$flag" ]; then args+=("$flag"); fi
done <<<"$FLAGS"
args+=(--)
while read -r image; do
	if [ -n "$image" ]; then args+=("$image"); fi
done <<<"$IMAGES"

# The runner would obey ::commands:: in what an image makes the suite print.
token=$(cat /proc/sys/kernel/random/uuid)
echo "::stop-commands::$token"
"$SUITE" run "${args[@]}"
code=$?
echo "::$token::"

case $code in
0) if grep -qs '"verdict": "partial"' "$reports/report.json"; then verdict=partial; else verdict=conformant; fi ;;
1) verdict="not conformant" ;;
2) verdict="usage error" ;;
3) verdict=partial ;;
130) verdict=interrupted ;;
*) verdict="could not test" ;;
esac
printf '%s\n' "verdict=$verdict" "exit-code=$code" "report-dir=$reports" >>"$GITHUB_OUTPUT"
if [ -s "$reports/report.md" ]; then
	cat "$reports/report.md"
else
	echo "pause conformance: $verdict, see the log of this step"
fi >>"$GITHUB_STEP_SUMMARY"
exit "$code"
