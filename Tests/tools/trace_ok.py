#!/usr/bin/env python3
"""Checks a Chrome trace that 'tailrace trace --format chrome' wrote, as strictly as can be.

    python3 Tests/tools/trace_ok.py t.json

Sorted 'ts'; slices of a thread lie beside or inside each other; asynchronous begins and ends are
pairs with ids of their own; flows go from one slice to a later one; every process and thread is
named once. Prints what it has counted; exit 1 with the first mistakes.
"""
import json
import sys
from decimal import Decimal

mistakes = []


def wrong(text):
    mistakes.append(text)
    if len(mistakes) >= 20:
        finish()


def finish():
    for text in mistakes:
        print(text, file=sys.stderr)
    sys.exit(1 if mistakes else 0)


def nanoseconds(event, key):
    value = event.get(key)
    if not isinstance(value, Decimal) and not isinstance(value, int):
        wrong(f"'{key}' is no number: {event}")
        return 0
    scaled = Decimal(value) * 1000
    if scaled != int(scaled) or scaled < 0:
        wrong(f"'{key}' is not a whole number of nanoseconds from 0 on: {event}")
    return int(scaled)


def once(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) < len(keys):
        wrong(f"a key stands twice in one object: {keys}")
    return dict(pairs)


with open(sys.argv[1], encoding="utf-8") as file:
    document = json.load(file, parse_float=Decimal, object_pairs_hook=once)
if document.get("displayTimeUnit") != "ns":
    wrong("'displayTimeUnit' is not 'ns'")
events = document.get("traceEvents")
if not isinstance(events, list) or not events:
    print("no events", file=sys.stderr)
    sys.exit(1)

names = {}
threads = {}
asynchronous = {}
closed = set()
flows = {}
used = set()
last = 0
counts = {}
for event in events:
    kind = event.get("ph")
    counts[kind] = counts.get(kind, 0) + 1
    at = nanoseconds(event, "ts")
    if at < last:
        wrong(f"'ts' goes back: {event}")
    last = at
    for key in ("pid", "tid"):
        if not isinstance(event.get(key), int):
            wrong(f"'{key}' is missing: {event}")
    place = (event.get("pid"), event.get("tid"))
    if not isinstance(event.get("name"), str) or not event["name"]:
        wrong(f"no name: {event}")
    if kind == "M":
        if event["name"] not in ("process_name", "thread_name", "process_sort_index",
                                 "thread_sort_index"):
            wrong(f"unknown metadata: {event}")
        key = (event["name"], place)
        if key in names:
            wrong(f"named twice: {event}")
        names[key] = list(event["args"].values())[0]
        continue
    used.add(place)
    if kind == "X":
        until = at + nanoseconds(event, "dur")
        if until <= at:
            wrong(f"a slice without length: {event}")
        stack = threads.setdefault(place, [])
        while stack and stack[-1] <= at:
            stack.pop()
        if stack and until > stack[-1]:
            wrong(f"a slice that overlaps another one in part: {event}")
        stack.append(until)
    elif kind in ("b", "e"):
        key = (event["pid"], event.get("cat"), event.get("id"))
        if None in key:
            wrong(f"no category or id: {event}")
        if kind == "b":
            if key in asynchronous or key in closed:
                wrong(f"an id that is used twice: {event}")
            asynchronous[key] = event
        else:
            begun = asynchronous.pop(key, None)
            closed.add(key)
            if begun is None:
                wrong(f"an end without a begin: {event}")
            elif begun["name"] != event["name"]:
                wrong(f"an end of another name: {event}")
    elif kind in ("s", "f"):
        key = event.get("id")
        inside = [end for end in threads.get(place, []) if end > at]
        if not inside:
            wrong(f"a flow outside of all slices: {event}")
        if kind == "s":
            if key in flows:
                wrong(f"a flow that begins twice: {event}")
            flows[key] = False
        elif flows.get(key) is not False:
            wrong(f"a flow that ends without a begin, or twice: {event}")
        else:
            flows[key] = True
    else:
        wrong(f"an event of an unknown kind: {event}")
for event in asynchronous.values():
    wrong(f"a begin without an end: {event}")
for key, is_whole in flows.items():
    if not is_whole:
        wrong(f"flow {key} has no end")
for process, thread in used:
    if ("process_name", (process, 0)) not in names:
        wrong(f"process {process} has no name")
    if thread and ("thread_name", (process, thread)) not in names:
        wrong(f"thread {thread} has no name")
if not mistakes:
    text = ", ".join(f"{counts[kind]} {kind}" for kind in sorted(counts))
    print(f"{len(events)} events ({text}) on {len(threads)} threads: good")
finish()
