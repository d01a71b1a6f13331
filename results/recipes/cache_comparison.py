"""Draws designs beside each other: who waits how long, when, and how many.

usage: cache_comparison.py [FOLDER [PICTURE [DESIGN ...]]]

FOLDER is what `tailrace compare … -o FOLDER` wrote, or holds a folder for each design that
`tailrace run … --variant … -o` wrote (default results/cache-vs-no-cache). PICTURE ends in .png,
.svg or .pdf (default cache_comparison.png). Each DESIGN is a variant, up to six (default: all there
are). Needs PyPI's pandas and matplotlib. `tailrace explain csv` says what the columns are.
"""

import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.ticker import FuncFormatter, NullFormatter, NullLocator

FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else "results/cache-vs-no-cache")
PICTURE = sys.argv[2] if len(sys.argv) > 2 else "cache_comparison.png"


def files(name):
    """Files of a name: the folder's own, and those of the folders in it."""
    return [path for path in [FOLDER / name, *sorted(FOLDER.glob(f"*/{name}"))] if path.is_file()]


def read(name):
    """The rows of all designs; `variant` tells them apart."""
    return pd.concat(pd.read_csv(path) for path in files(f"{name}.csv"))


if not files("latency_percentiles.csv"):
    sys.exit(f"no latency_percentiles.csv in {FOLDER}, nor in the folders in it")
DESIGNS = sys.argv[3:9] or list(read("latency_percentiles").variant.unique())[:6]
MANIFESTS = [json.loads(path.read_text()) for path in files("manifest.json")]
# A comparison's manifest has what a run's has, for each of its designs.
WARM_UP_S = max(
    design.get("warm_up_s", 0) for manifest in MANIFESTS for design in manifest.get("designs", [manifest])
)

# Colours of Okabe and Ito, told apart by dashes and markers too.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"]
DASHES = ["-", (0, (6, 2.5)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)), (0, (10, 2.5)), (0, (3, 1.5))]
MARKERS = "os^vDx"


def line(design):
    place = DESIGNS.index(design)
    return dict(label=design, color=COLOURS[place], linestyle=DASHES[place])


def designs(table):
    """Each design with its rows, in the order that was asked for."""
    return [(design, table[table.variant == design]) for design in DESIGNS]


plt.rcParams.update(
    {
        "font.size": 11, "axes.titlesize": 13, "axes.titlelocation": "left",
        "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": "#555555",
        "axes.grid": True, "axes.axisbelow": True, "grid.color": "#dddddd",
        "lines.linewidth": 2, "legend.frameon": False, "svg.hashsalt": "tailrace",
    }
)
figure, (tail, time, share) = plt.subplots(1, 3, figsize=(15, 5.2), layout="constrained")
plain = FuncFormatter(lambda value, _: f"{value:,g}")

# 1. Percentiles on an axis of nines: x is 1/(1 - quantile). A mark is a replication, a line their
# mean.
percentiles = read("latency_percentiles")
for design, rows in designs(percentiles):
    mean = rows.groupby("inverse_tail").latency_ms.mean()
    tail.plot(mean.index, mean, **line(design))
    tail.plot(
        rows.inverse_tail, rows.latency_ms, linestyle="none", marker=MARKERS[DESIGNS.index(design)],
        markersize=5, markerfacecolor="none", color=line(design)["color"],
    )
ticks = percentiles.drop_duplicates("quantile")
tail.set(title="Latency by percentile (ms)", xscale="log", yscale="log")
tail.set_xticks(ticks.inverse_tail, [f"p{100 * q:.10g}" if q != 0.95 else "" for q in ticks["quantile"]])
tail.legend(loc="upper left")

# 2. Latency over simulated time: p99 and, thinner, the median of each interval.
for design, rows in designs(read("timeseries")):
    for metric, style in [("latency_p99", {}), ("latency_p50", {"linewidth": 1, "label": None})]:
        one = rows[rows.metric == metric]
        time.plot(one.time_s + one.interval_s / 2, one.value, **line(design) | style)
if WARM_UP_S:
    time.axvspan(0, WARM_UP_S, color="#f0f0f0", zorder=0)
    time.text(
        0, 0.97, " warm-up", color="#777777", va="top", transform=time.get_xaxis_transform()
    )
time.set(title="Latency over time: p99 and, thinner, median (ms)", yscale="log")
time.set(xlabel="simulated seconds")

# 3. The histogram as the share of requests that take longer. Sums up to a bucket's upper bound are
# exact.
for design, rows in designs(read("latency_histogram")):
    later = 1 - rows["count"].cumsum() / rows["count"].sum()
    share.plot(rows.bucket_high_ms[later > 1e-9], later[later > 1e-9], **line(design))
share.set(title="Share of requests that take longer", xscale="log", yscale="log", xlabel="ms")
share.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g} %"))
share.legend(loc="lower left")

for axes in (tail, time):
    axes.yaxis.set_major_formatter(plain)
share.xaxis.set_major_formatter(plain)
for axes in (tail, time, share):
    axes.yaxis.set_minor_formatter(NullFormatter())
for axes in (tail, share):
    axes.xaxis.set_minor_formatter(NullFormatter())
tail.xaxis.set_minor_locator(NullLocator())

figure.savefig(PICTURE, dpi=100)
