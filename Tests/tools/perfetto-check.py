#!/usr/bin/env python3
"""Loads a Chrome trace into Perfetto's own trace processor and asks what it has understood.

    python3 Tests/tools/perfetto-check.py t.json

Needs the package 'perfetto' (PyPI), which fetches the processor's binary when it is first used; exit
77 where either is out of reach. Exit 1 if Perfetto counts an import error, or sees other numbers of
slices, asynchronous events or flows than stand in the file.
"""
import json
import sys

try:
    from perfetto.trace_processor import TraceProcessor
except ImportError as error:
    print(f"skipped: the package 'perfetto' is not there ({error})")
    sys.exit(77)
path = sys.argv[1]
try:
    processor = TraceProcessor(trace=path)
except Exception as error:  # The binary cannot be fetched or started.
    print(f"skipped: no trace processor ({error})")
    sys.exit(77)
with open(path, encoding="utf-8") as file:
    events = json.load(file)["traceEvents"]
wanted = {kind: sum(event["ph"] == kind for event in events) for kind in "Xbsf"}


def count(query):
    return next(iter(processor.query(query))).n


found = {
    "X": count("select count(*) n from slice s join thread_track t on s.track_id = t.id"),
    "b": count("select count(*) n from slice s join process_track t on s.track_id = t.id"),
    "s": count("select count(*) n from flow"),
}
bad = [
    (row.name, row.value)
    for row in processor.query(
        "select name, value from stats where severity in ('error', 'data_loss') and value > 0")
]
print(f"Perfetto: {found['X']} slices, {found['b']} asynchronous, {found['s']} flows; errors {bad}")
if bad or any(found[kind] != wanted[kind] for kind in found):
    print(f"in the file: {wanted}", file=sys.stderr)
    sys.exit(1)
