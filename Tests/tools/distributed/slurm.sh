#!/bin/sh
# Two-node Slurm on one Debian machine, as root: an array of tasks of a sweep of which four kill themselves and one node
# dies, resubmission of what is missing only, and the merged bytes compared with those of one task.
#
#   usage: Tests/tools/distributed/slurm.sh [tailrace]      (packages: slurmctld slurmd slurm-client munge)
#
# About two minutes, most of it Slurm noticing the dead steps. Run by hand, or in CI where TAILRACE_LONG is set.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
TR_BIN=${1:-$root/.build/release/tailrace}
work=$(mktemp -d /var/tmp/tailrace-slurm.XXXXXX)
tasks=40
export TR_BIN TR_LOG="$work/log" TR_OUT="$work/parts" TR_N=$tasks TR_PLAN="$work/plan.jsonc"
export SLURM_CONF="$work/slurm.conf"
trap '"$here/slurm-nodes.sh" down "$work"' EXIT

# 80 points, about two seconds of work for each task.
cat > "$TR_PLAN" <<PLAN
{
  "tailrace": 1, "name": "slurm", "seed": 1,
  "run": { "duration": "60s", "warm_up": "5s", "replications": 60 },
  "workloads": { "users": { "arrivals": { "type": "poisson", "rate": "10/s" }, "steps": [{ "call": "server" }] } },
  "services": { "server": { "handler": [{ "work": { "type": "exponential", "mean": "1ms" } }] } },
  "sweep": { "workloads.users.arrivals.rate": "410/s..1200/s step 10/s" },
}
PLAN
[ "$("$TR_BIN" sweep "$TR_PLAN" --dry-run)" = "80 = 80 points × 60 replications = 4800 runs" ]

"$TR_BIN" sweep "$TR_PLAN" --task-id 0 --task-count 1 --results "$work/one" -j 2
"$TR_BIN" merge "$TR_PLAN" --task-count 1 --results "$work/one" --out "$work/one.csv"

"$here/slurm-nodes.sh" up "$work"
mkdir "$TR_OUT"
TR_FAULT="3 4 5 39" timeout 400 sbatch --wait --parsable --array=0-$((tasks - 1)) "$here/array.sbatch" &
array=$!
tries=0
until [ "$(ls "$TR_OUT" | wc -l)" -ge 8 ]; do
  sleep 0.1
  tries=$((tries + 1))
  [ $tries -lt 600 ]
done
"$here/slurm-nodes.sh" kill "$work" n2
if wait $array; then
  echo "the array should have failed" >&2
  exit 1
fi
absent=$("$TR_BIN" missing "$TR_PLAN" --task-count $tasks --results "$TR_OUT" --format ranges) && {
  echo "nothing is missing?" >&2
  exit 1
} || [ $? = 5 ]
echo "missing after the first array: $absent"
"$TR_BIN" merge "$TR_PLAN" --task-count $tasks --results "$TR_OUT" --out "$work/many.csv" 2> "$work/refused" && {
  echo "merge accepted a gap" >&2
  exit 1
} || [ $? = 5 ]
[ ! -e "$work/many.csv" ]
timeout 400 sbatch --wait --parsable --array="$absent" "$here/array.sbatch"
"$TR_BIN" missing "$TR_PLAN" --task-count $tasks --results "$TR_OUT"
"$TR_BIN" merge "$TR_PLAN" --task-count $tasks --results "$TR_OUT" --out "$work/many.csv"
cmp "$work/one.csv" "$work/many.csv"
echo "identical; $(grep -c '^start' "$TR_LOG") attempts for $tasks parts"
