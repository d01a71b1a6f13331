#!/usr/bin/env python3
"""Holds the files of a folder against each other: p99 and mean.

    Tests/tools/agree.py out

summary.json is the truth, which the text and the page round and the tables repeat; a rounded figure
agrees if it is the truth to its own last digit. The p99 of each replication must be the same in both
tables, and the merged one must lie among them. Exit 1 with what differs.
"""
import csv
import html
import json
import pathlib
import re
import sys

UNITS = {"ns": 1e6, "us": 1e3, "ms": 1.0, "s": 1e-3}


def is_rounding(text, truth):
    """Whether a figure is the truth, rounded to its last digit."""
    figure = text.replace(",", "")
    digits = len(figure.partition(".")[2])
    return abs(float(figure) - truth) <= 0.5 * 10**-digits * 1.000001


def text_rows(text):
    """The rows of LATENCY: workload to statistic to figure, and the unit."""
    lines = text.splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("LATENCY ("))
    unit, *names = re.split(r"[()]\s*", lines[first])[1], *lines[first].split(")")[1].split()
    rows = {}
    for line in lines[first + 1:]:
        if not line.strip():
            break
        if not line.startswith("    "):
            words = line.split()
            rows[words[0]] = dict(zip(names, words[-len(names):]))
    return unit, rows


def page_rows(page):
    """The rows of each table of the report: first cell to the cells after it, by the heads' words."""
    for table in re.findall(r"<table>.*?</table>", page, re.S):
        rows = [
            [html.unescape(re.sub(r"<[^>]*>", "", cell)).strip()
             for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
            for row in re.findall(r"<tr>(.*?)</tr>", table, re.S)]
        for row in rows[1:]:
            if len(row) == len(rows[0]):
                yield dict(zip(rows[0], row))


def mistakes(folder):
    document = json.loads((folder / "summary.json").read_text())
    summary = list(csv.DictReader((folder / "summary.csv").open()))
    percentiles = list(csv.DictReader((folder / "latency_percentiles.csv").open()))
    unit, texts = text_rows((folder / "summary.txt").read_text())
    pages = list(page_rows((folder / "report.html").read_text()))
    for workload in document["workloads"]:
        name = workload["name"]
        for statistic in ("mean", "p99"):
            truth = workload["latency_ms"][statistic]
            shown = texts[name][statistic]
            if not is_rounding(shown, truth * UNITS[unit]):
                yield f"summary.txt: {name} {statistic} is {shown} {unit}, not {truth} ms"
            merged = [
                row["value"] for row in summary
                if (row["entity"], row["metric"], row["statistic"]) == (name, "latency", statistic)
                and row["replication"] == ""]
            if [float(value) for value in merged] != [truth]:
                yield f"summary.csv: {name} {statistic} is {merged}, not {truth}"
            onpage = [
                row[statistic].split(" ± ")[0] for row in pages
                if row.get(f"workload ({unit})") == name and statistic in row]
            if not onpage:
                yield f"report.html: no {statistic} of {name}"
            for figure in onpage:
                if not is_rounding(figure, truth * UNITS[unit]):
                    yield f"report.html: {name} {statistic} is {figure}, not {truth}"
        own = {
            row["replication"]: float(row["value"]) for row in summary
            if (row["entity"], row["metric"], row["statistic"]) == (name, "latency", "p99")
            and row["replication"] != ""}
        table = {
            row["replication"]: float(row["latency_ms"]) for row in percentiles
            if row["workload"] == name and row["quantile"] == "0.99"}
        if own != table or not own:
            yield f"latency_percentiles.csv: p99 of {name} is {table}, in summary.csv {own}"
        elif not min(own.values()) <= workload["latency_ms"]["p99"] <= max(own.values()):
            yield f"{name}: the merged p99 lies beyond those of all replications"


if len(sys.argv) != 2:
    sys.exit(__doc__)
found = list(mistakes(pathlib.Path(sys.argv[1])))
print("\n".join(found) or "the files agree")
sys.exit(1 if found else 0)
