#!/usr/bin/env python3
"""Interval widths paired against independent, over the bundled comparisons.

Compares the variants of every bundled scenario (the first is the base) and takes from comparison.csv the
ratio of the paired interval's width to that of independent designs with the same replications, of each
latency mean and p99, throughput-like and utilization row. Prints a table: the median over all variants.

    Tests/tools/pairing.py .build/release/tailrace
"""
import csv, pathlib, statistics, subprocess, sys, tempfile

KINDS = [
    ("latency mean", "latency", "mean"), ("latency p50", "latency", "p50"),
    ("latency p99", "latency", "p99"), ("goodput", "goodput", "value"),
    ("utilization", "utilization", "value"),
]


def ratios(program, scenario):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [program, "compare", scenario, "--csv", folder], capture_output=True, text=True)
        table = pathlib.Path(folder, "comparison.csv")
        if done.returncode not in (0, 99) or not table.exists():
            return None
        found = {}
        for row in csv.DictReader(table.open()):
            if row["width_ratio"]:
                found.setdefault((row["metric"], row["statistic"]), []).append(
                    float(row["width_ratio"]))
        return found


def main():
    program = sys.argv[1]
    print("| Comparison | " + " | ".join(name for name, _, _ in KINDS) + " |")
    print("| --- " * (len(KINDS) + 1) + "|")
    everything = {}
    for path in sorted(pathlib.Path("scenarios").glob("*.jsonc")):
        found = ratios(program, str(path))
        if not found:
            continue
        cells = []
        for name, metric, statistic in KINDS:
            values = found.get((metric, statistic), [])
            everything.setdefault(name, []).extend(values)
            cells.append(f"{statistics.median(values):.2f}" if values else "")
        if any(cells):
            print(f"| {path.stem} | " + " | ".join(cells) + " |")
    medians = [f"**{statistics.median(everything[name]):.2f}**" for name, _, _ in KINDS]
    print("| **median of all rows** | " + " | ".join(medians) + " |")


main()
