#!/usr/bin/env bash
# Builds the documentation of all library targets and fails on any warning: a link to a symbol or a
# page that is not there, a parameter that has another name, a page that DocC cannot read.
#
# usage: Tests/tools/docs.sh [FOLDER]
# FOLDER (default .build/documentation) is a static site afterwards: any web server shows it.
# Takes the modules of the release build, and makes that first.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${1:-.build/documentation}

toolchain=$(dirname "$(readlink -f "$(command -v swift)")")
tool() { # tool NAME: from the path or from beside swift
  command -v "$1" || { [ -x "$toolchain/$1" ] && echo "$toolchain/$1"; } \
    || { echo "no $1 beside swift" >&2; exit 1; }
}
docc=$(tool docc)
extract=$(tool swift-symbolgraph-extract)

swift build -c release -Xswiftc -enable-testing --product tailrace >&2
modules=$(swift build -c release --show-bin-path)/Modules
target=$(swiftc -print-target-info | sed -n 's/.*"triple": "\(.*\)",/\1/p' | head -1)
graphs=$(mktemp -d)
trap 'rm -rf "$graphs"' EXIT

for module in "$modules"/Tailrace*.swiftmodule; do
  name=$(basename "$module" .swiftmodule)
  case $name in
    *Tests | TailraceCommand | TailraceBenchmark) continue ;;
  esac
  "$extract" -module-name "$name" -I "$modules" -target "$target" -output-dir "$graphs" \
    -minimum-access-level public -skip-inherited-docs
done

# Pages link to symbols of all targets by /Target/Symbol, so that one build holds all of them.
"$docc" convert Sources/Tailrace/Tailrace.docc --additional-symbol-graph-dir "$graphs" \
  --fallback-display-name Tailrace --fallback-bundle-identifier tailrace.Tailrace \
  --transform-for-static-hosting --warnings-as-errors --output-path "$folder"
echo "documentation without a warning: $folder"
