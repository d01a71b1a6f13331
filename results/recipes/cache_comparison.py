"""Draws a service with a cache beside the same without: who waits how long, when, and how many.

usage: cache_comparison.py [FOLDER [PICTURE]]

FOLDER holds the folders cache and no-cache that `tailrace run … --variant … -o` wrote (default
results/cache-vs-no-cache), PICTURE ends in .png, .svg or .pdf (default cache_comparison.png).
Needs PyPI's pandas and matplotlib. `tailrace explain csv` says what the columns are.
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
WARM_UP_S = json.loads((FOLDER / "cache" / "manifest.json").read_text())["warm_up_s"]

# Okabe and Ito's blue and vermilion, told apart by dashes and markers too.
DESIGNS = {
    "cache": dict(label="with the cache", color="#0072B2", linestyle="-", marker="o"),
    "no-cache": dict(label="without", color="#D55E00", linestyle=(0, (6, 2.5)), marker="s"),
}


def read(name):
    """The file of both designs; `variant` tells the rows apart."""
    return pd.concat(pd.read_csv(FOLDER / design / f"{name}.csv") for design in DESIGNS)


def line(design):
    style = dict(DESIGNS[design])
    style.pop("marker")
    return style


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
for design, rows in percentiles.groupby("variant"):
    style = DESIGNS[design]
    mean = rows.groupby("inverse_tail").latency_ms.mean()
    tail.plot(mean.index, mean, **line(design))
    tail.plot(
        rows.inverse_tail, rows.latency_ms, linestyle="none", marker=style["marker"],
        markersize=5, markerfacecolor="none", color=style["color"],
    )
ticks = percentiles.drop_duplicates("quantile")
tail.set(title="Latency by percentile (ms)", xscale="log", yscale="log", ylim=(1, 1000))
tail.set_xticks(ticks.inverse_tail, [f"p{100 * q:.10g}" if q != 0.95 else "" for q in ticks["quantile"]])
tail.legend(loc="upper left")

# 2. Latency over simulated time: p99 and the median of each interval.
series = read("timeseries")
for design, rows in series.groupby("variant"):
    for metric, width in [("latency_p99", 2), ("latency_p50", 1)]:
        one = rows[rows.metric == metric]
        style = line(design) | {"linewidth": width}
        if width == 1:
            style["label"] = None
        time.plot(one.time_s + one.interval_s / 2, one.value, **style)
time.axvspan(0, WARM_UP_S, color="#f0f0f0", zorder=0)
time.set(title="Latency over time: p99 and median (ms)", yscale="log", ylim=(1, 1000))
time.set(xlabel="simulated seconds")
time.text(2, 850, "warm-up", color="#777777", va="top")
time.text(139, 150, "p99", color="#333333", ha="right")
time.text(139, 25, "median", color="#333333", ha="right")
time.legend(loc="upper right", bbox_to_anchor=(1, 0.45))

# 3. The histogram as the share of requests that take longer. Sums up to a bucket's upper bound are
# exact.
for design, rows in read("latency_histogram").groupby("variant"):
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
