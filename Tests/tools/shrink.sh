#!/bin/sh
# Makes a scenario that fails smaller for as long as it fails in the same way: for bug reports.
#
#     Tests/tools/shrink.sh shop.jsonc '.build/release/tailrace run --no-report' ['overflow']
#
# The command is run with the name of a file behind it; it fails by its exit code, and the file is
# made smaller for as long as that stays the same and, if a text is given, it prints that text. The
# result is left in shop.jsonc.shrunk and printed. The tests are built first, which takes minutes.
set -eu
if [ $# -ne 2 ] && [ $# -ne 3 ]; then
  sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
file=$(realpath "$1")
cd "$(dirname "$0")/../.."
echo "building the tests for release (minutes where they are not built yet)" >&2
TAILRACE_SHRINK="$file" TAILRACE_SHRINK_COMMAND="$2" TAILRACE_SHRINK_TEXT="${3-}" \
  swift test -c release -Xswiftc -enable-testing --filter 'ShrinkTests/file'
