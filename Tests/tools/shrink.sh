#!/bin/sh
# Makes a scenario that fails smaller for as long as it fails in the same way: for bug reports.
#
#     Tests/tools/shrink.sh shop.jsonc '.build/release/tailrace run --no-report'
#
# The command is run with the name of a file behind it; it fails by its exit code, and the file is
# made smaller for as long as that stays the same. The result is left in shop.jsonc.shrunk and printed.
set -eu
if [ $# -ne 2 ]; then
  sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
file=$(realpath "$1")
cd "$(dirname "$0")/../.."
TAILRACE_SHRINK="$file" TAILRACE_SHRINK_COMMAND="$2" \
  swift test -c release -Xswiftc -enable-testing --filter 'ShrinkTests/file'
