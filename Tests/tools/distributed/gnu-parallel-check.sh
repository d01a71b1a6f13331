#!/bin/sh
# gnu-parallel.sh on this machine: three tasks of twelve kill themselves once, a fourth each time at first; what is
# missing is started again, and the merged bytes are those of one task. A wrong plan starts nothing.
#
#   usage: Tests/tools/distributed/gnu-parallel-check.sh [tailrace]      (package: parallel)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
program=${1:-$root/.build/release/tailrace}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/plan.jsonc" <<PLAN
{
  "tailrace": 1, "name": "parallel", "seed": 1,
  "run": { "duration": "60s", "warm_up": "5s", "replications": 10 },
  "workloads": { "users": { "arrivals": { "type": "poisson", "rate": "10/s" }, "steps": [{ "call": "server" }] } },
  "services": { "server": { "handler": [{ "work": { "type": "exponential", "mean": "1ms" } }] } },
  "sweep": { "workloads.users.arrivals.rate": "410/s..880/s step 10/s" },
}
PLAN
"$program" sweep "$work/plan.jsonc" --task-id 0 --task-count 1 --results "$work/one"
"$program" merge "$work/plan.jsonc" --task-count 1 --results "$work/one" --out "$work/one.csv"

# The program, but tasks 3, 7 and 11 die the first time; task 5 as often as $work/fragile stands.
cat > "$work/tailrace" <<PROGRAM
#!/bin/sh
if [ "\$1" = sweep ] && [ "\${3:-}" = --task-id ]; then
  echo "\$4" >> "$work/log"
  case \$4 in
    3|7|11) [ -e "$work/died-\$4" ] || { : > "$work/died-\$4"; kill -9 \$\$; } ;;
    5) [ ! -e "$work/fragile" ] || kill -9 \$\$ ;;
  esac
fi
exec "$program" "\$@"
PROGRAM
chmod +x "$work/tailrace"
: > "$work/fragile"
export TR_BIN="$work/tailrace"
code=0
"$here/gnu-parallel.sh" "$work/plan.jsonc" 12 "$work/parts" "$work/many.csv" : || code=$?
[ $code = 5 ] && [ ! -e "$work/many.csv" ]
rm "$work/fragile"
"$here/gnu-parallel.sh" "$work/plan.jsonc" 12 "$work/parts" "$work/many.csv"
cmp "$work/one.csv" "$work/many.csv"
# 12 at first, the 4 that died, task 5 twice more: in a round that does not help, and when it no longer dies.
[ "$(wc -l < "$work/log")" = 18 ]
sed 's/"seed"/"sed"/' "$work/plan.jsonc" > "$work/wrong.jsonc"
code=0
"$here/gnu-parallel.sh" "$work/wrong.jsonc" 12 "$work/none" "$work/none.csv" 2> "$work/errors" || code=$?
[ $code = 3 ] && [ ! -e "$work/none" ] && grep -q "did you mean 'seed'" "$work/errors"
echo "identical; $(wc -l < "$work/log") attempts for 12 parts"
