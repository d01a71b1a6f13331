#!/usr/bin/env bash
# The same bytes, whatever the machine does around the program: compares every file of a run for
# threads, two runs, debug and release, C library paths, locale, time zone and working folder; and
# the same numbers for another order of declarations or with strangers added.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
release=$(swift build -c release --show-bin-path)/tailrace
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
failures=0

# Short runs with an automatic warm-up, so that its pilots are compared as well.
scenarios="scenarios/two-tier.jsonc scenarios/flash-crowd.jsonc scenarios/scatter-gather-100.jsonc
  scenarios/disciplines.jsonc scenarios/closed-loop.jsonc"
short=(--set run.duration=3s --set run.warm_up=auto --replications 3 --sample 500)

# write PROGRAM FOLDER [OPTION...]: all outputs of all scenarios in a folder.
write() {
  local program=$1 folder=$2 scenario name
  shift 2
  for scenario in $scenarios; do
    name=$(basename "$scenario" .jsonc)
    mkdir -p "$folder"
    "$program" run "$root/$scenario" "${short[@]}" -o "$folder/$name" \
      --requests "$folder/$name.requests" "$@" >"$folder/$name.stdout" 2>"$folder/$name.stderr" \
      || [ $? = 99 ]  # so short a run may fail its thresholds: its bytes must be the same
  done
  fit "$program" "$folder"
}

# Fits of a trace and of a text from a pipe belong to every folder.
fit() { # fit PROGRAM FOLDER
  local data="$root/scenarios/data/azure_llm_2023_code.csv"
  "$1" fit "$data" --column GeneratedTokens --unit count --time TIMESTAMP --train 50 -v >"$2/fit.txt"
  "$1" fit "$data" --column ContextTokens --unit count --json >"$2/fit.json"
  printf 'p50: 8ms\np90: 24ms\np99: 60ms\n' | "$1" fit - >"$2/fit-quantiles.txt"
}

same() { # same WHAT FOLDER
  if diff -r "$place/base" "$2" >"$place/diff"; then
    echo "same bytes: $1"
  else
    echo "DIFFERENT BYTES: $1"
    head -5 "$place/diff"
    failures=$((failures + 1))
  fi
}

write "$release" "$place/base" -j 1
write "$release" "$place/again" -j 1
same "two runs" "$place/again"
for jobs in 2 8; do
  write "$release" "$place/j$jobs" -j "$jobs"
  same "-j $jobs" "$place/j$jobs"
done

# The hardware paths of the C library; older ones spell the features otherwise and ignore these.
hwcaps=-AVX,-AVX2,-FMA,-FMA4,-AVX512F,-ERMS,-AVX2_Usable,-FMA_Usable,-AVX_Fast_Unaligned_Load
GLIBC_TUNABLES=glibc.cpu.hwcaps=$hwcaps write "$release" "$place/plain" -j 2
same "C library without FMA and AVX2" "$place/plain"

locale=$(locale -a 2>/dev/null | grep -iE '^(de|fr|tr)_' | head -1 || true)
(
  cd /
  LC_ALL=${locale:-de_DE.UTF-8} LANG=tr_TR.UTF-8 TZ=Asia/Kathmandu HOME=/ \
    write "$release" "$place/elsewhere" -j 2
) 2>/dev/null
same "another locale, time zone and working folder" "$place/elsewhere"

if [ "${SKIP_DEBUG:-}" != 1 ]; then
  # A scratch folder of its own, so that no other build is disturbed; only the program is built.
  scratch=${DEBUG_SCRATCH:-$root/.build/determinism}
  rm -rf "$scratch"  # incremental debug builds have kept old layouts of changed structures
  swift build -c debug --product tailrace --scratch-path "$scratch" >"$place/build" 2>&1 \
    || { tail -20 "$place/build"; exit 1; }
  write "$(swift build -c debug --scratch-path "$scratch" --show-bin-path)/tailrace" \
    "$place/debug" -j 2
  same "debug and release" "$place/debug"
fi

# Another order of declarations: everything but manifest and resolved scenario, and the page that shows both.
numbers() { # numbers FOLDER: its files without what names the scenario's text
  find "$1" \( -name manifest.json -o -name report.html \) -delete
}
fixtures=$root/Tests/Fixtures/determinism
for name in base reordered; do
  "$release" run "$fixtures/$name.jsonc" -o "$place/order/$name" \
    --requests "$place/order/$name.requests" >"$place/order-$name.txt"
  numbers "$place/order/$name"
done
if diff -r "$place/order/base" "$place/order/reordered" \
  && diff "$place/order/base.requests" "$place/order/reordered.requests" \
  && diff "$place/order-base.txt" "$place/order-reordered.txt"; then
  echo "same numbers: components declared in another order"
else
  echo "DIFFERENT NUMBERS: components declared in another order"
  failures=$((failures + 1))
fi

# Strangers: a service and a workload that no other component meets change no other row.
"$release" run "$fixtures/strangers.jsonc" -o "$place/order/strangers" \
  --requests "$place/order/strangers.requests" >/dev/null
for file in "$place"/order/base/*.csv "$place/order/base.requests"; do
  other=${file/order\/base/order\/strangers}
  if ! diff <(cat "$file") <(grep -v 'stranger' "$other") >"$place/diff"; then
    echo "DIFFERENT NUMBERS with strangers: $(basename "$file")"
    head -5 "$place/diff"
    failures=$((failures + 1))
  fi
done
[ "$failures" -gt 0 ] || echo "same numbers: a service and a workload more"
exit "$failures"
