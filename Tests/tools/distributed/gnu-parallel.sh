#!/bin/sh
# A sweep in N tasks by GNU parallel: here, or on hosts that share a file system and are reached by ssh.
#
#   usage: gnu-parallel.sh <plan> <task-count> <results> <out.csv> [<hosts>]
#
# <plan> is a scenario with a 'sweep' section. <hosts> is what parallel's -S takes, such as 8/one,4/two; ':', the
# default, is this machine with a task for each core. Only what is missing is started, so that the script may be
# started again after any failure; what a dead host or a killed task left is started again here, as long as each
# round makes progress. TR_BIN is the program, by default 'tailrace'.
#
# Exit codes are the program's: 2 and 3 before anything runs, 5 where parts are still missing, 0 with <out.csv>.
set -eu
[ $# = 4 ] || [ $# = 5 ] || { sed -n 's/^#   usage: /usage: /p' "$0" >&2; exit 2; }
plan=$1 count=$2 results=$3 out=$4 hosts=${5:-:}
tailrace=${TR_BIN:-tailrace}

# What no repetition mends ends here: a wrong plan (3) or command line (2).
"$tailrace" sweep "$plan" --dry-run
mkdir -p "$results"

# The parts that count are the files: neither parallel's log nor its exit code says what is done.
missing() {
  "$tailrace" missing "$plan" --task-count "$count" --results "$results" --format lines || [ $? = 5 ] || return $?
}
before=-1
while :; do
  tasks=$(missing)
  [ -n "$tasks" ] || break
  left=$(printf '%s\n' "$tasks" | wc -l)
  if [ "$left" = "$before" ]; then
    echo "$left of $count tasks are missing, and another round did not help" >&2
    exit 5
  fi
  before=$left
  echo "starting $left of $count tasks" >&2
  # A host that does not answer any more costs 30 s, then its tasks fail and the next round takes them.
  printf '%s\n' "$tasks" | PARALLEL_SSH="${PARALLEL_SSH:-ssh -o BatchMode=yes -o ConnectTimeout=10 \
-o ServerAliveInterval=10 -o ServerAliveCountMax=3}" \
    parallel --will-cite -S "$hosts" --workdir "$PWD" \
    "$tailrace" sweep "$plan" --task-id '{}' --task-count "$count" --results "$results" -j 1 || true
done
"$tailrace" merge "$plan" --task-count "$count" --results "$results" --out "$out"
