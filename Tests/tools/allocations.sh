#!/usr/bin/env bash
# No allocation per request: the model of each workload asks for memory as often in a long run as in
# one a tenth as long, but for a few tables that grow with the most they ever held.
# Needs a release build, glibc, and the clang of the Swift toolchain (or another).
set -euo pipefail
cd "$(dirname "$0")/../.."
benchmark=$(swift build -c release --show-bin-path)/tailrace-benchmark
clang=$(dirname "$(readlink -f "$(command -v swift)")")/clang
[ -x "$clang" ] || clang=$(command -v clang || true)
if [ -z "$clang" ] || [ "$(uname)" != Linux ]; then
  echo "no clang for Linux: allocations are not counted" >&2
  exit 0
fi
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"$clang" -O2 -Wall -Werror -fno-builtin -shared -fPIC -o "$place/count.so" \
  Tests/tools/count_allocations.c
# Most calls of the allocator more in a run with 900,000 requests more: each of the 416 buckets of
# pending events doubles when it is fuller than ever before, and results have rarer rows.
most=200

# count WORKLOAD REQUESTS PATH: calls of the allocator by a whole process.
count() {
  LD_PRELOAD="$place/count.so" "$benchmark" --run "$1" --requests "$2" --path "$3" \
    2>&1 >"$place/numbers" | awk '$1 == "allocations" { print $2 }'
}

failures=0
for case in "W1 events" "W1 arrival" "W2 events" "W2 arrival" "W2 with a timeout events" \
  "W2 with a timeout arrival" "W2 with a timeout that cancels events" "W3 events" "W3 arrival" \
  "W3 95 of 100 events"; do
  workload=${case% *}
  path=${case##* }
  short=$(count "$workload" 100000 "$path")
  long=$(count "$workload" 1000000 "$path")
  if [ -z "$short" ] || [ -z "$long" ] || [ "$short" -eq 0 ]; then
    echo "NOT COUNTED: $workload, departures: $path"
    failures=$((failures + 1))
  elif [ $((long - short)) -gt "$most" ]; then
    echo "ALLOCATES PER REQUEST: $workload, departures: $path: $short, then $long"
    failures=$((failures + 1))
  else
    echo "allocations of $workload, departures: $path: $short for 10^5 requests, $long for 10^6"
  fi
done
exit "$failures"
