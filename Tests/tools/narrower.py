#!/usr/bin/env python3
"""Whether intervals of changes are narrower with common random numbers.

    Tests/tools/narrower.py paired.json independent.json

Both are what 'tailrace compare --json' prints of the same designs. Wanted: the interval of the mean
latency is narrower paired, and so is the median over all headline rows. Prints the ratios; exit 1 if not.
"""
import json
import statistics
import sys

if len(sys.argv) != 3:
    sys.exit(__doc__)
paired, independent = (json.load(open(path)) for path in sys.argv[1:])
if not paired["paired"] or independent["paired"]:
    sys.exit("the first must be paired and the second not")


def widths(document):
    found = {}
    for row in document["rows"]:
        low, high = row["difference_ci"]
        if row["headline"] and low is not None:
            found[row["entity"], row["metric"], row["statistic"]] = high - low
    return found


first, second = widths(paired), widths(independent)
ratios = {row: first[row] / second[row] for row in first if second.get(row)}
for row, ratio in ratios.items():
    print(f"{' '.join(map(str, row)):40} {ratio:5.2f}")
median = statistics.median(ratios.values())
mean = next(ratio for row, ratio in ratios.items() if row[1:] == ("latency", "mean"))
print(f"median {median:.2f}")
sys.exit(0 if mean < 1 and median < 1 else 1)
