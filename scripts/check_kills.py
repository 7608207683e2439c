#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the journal of many killed runs tells of each order, and whether the books are right; and
what the log of each start on what another one left tells of how long it took to trade again.

usage: check_kills.py REPORT.json STATE_DIR KILLS LOG...
"""

import collections
import json
import pathlib
import re
import struct
import sys

HEADER = b"SFJOURNAL2\n"
HEADER_BYTES = 256
RECORD_HEADER_BYTES = 24
# As the daemon logs it, once; the figure is of its own clock.
ENTRIES_BEGIN = re.compile(r" entries begin (\d+) ms after the process did$", re.MULTILINE)
APPROVAL, SIGNED, REPORT, RUN_STARTED, RUN_STOPPED = 5, 6, 7, 1, 10


def records(path):
    """(kind, body) of every record; the layout is in include/sniperforge/journal/journal.hpp."""
    data = pathlib.Path(path).read_bytes()
    if not data.startswith(HEADER):
        sys.exit(f"check_kills: {path} is no journal")
    at = HEADER_BYTES
    while at < len(data):
        _, length, _, kind, _ = struct.unpack_from("<IIIB3xQ", data, at)
        body_at = at + RECORD_HEADER_BYTES + 8
        yield kind, json.loads(data[body_at : body_at + length])
        at = body_at + length


def percentile(ordered, percent):
    """The least of them that so many per cent are not above."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def recovery_line(logs):
    """Of the log of each start."""
    found = [ENTRIES_BEGIN.search(log) for log in logs]
    times = sorted(int(each.group(1)) for each in found if each)
    line = f"{len(times)} of {len(logs)} starts recovered"
    if times:
        line += (
            f", from the process's start to entries: p50 {percentile(times, 50)} ms, "
            f"p90 {percentile(times, 90)} ms, max {times[-1]} ms"
        )
    return f"{line}; {len(logs) - len(times)} were over before that"


def main():
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    report = json.loads(pathlib.Path(sys.argv[1]).read_text())
    kills = int(sys.argv[3])
    counts = collections.defaultdict(collections.Counter)
    signatures = collections.Counter()
    runs = collections.Counter()
    segments = sorted(pathlib.Path(sys.argv[2]).glob("journal-*.sfj"))
    if not segments:
        sys.exit(f"check_kills: {sys.argv[2]} has no journal")
    for kind, body in (record for segment in segments for record in records(segment)):
        runs[kind] += 1
        if kind in (APPROVAL, SIGNED):
            counts[body["intent"]][kind] += 1
        elif kind == REPORT and body["outcome"] != "unknown":
            counts[body["intent"]][REPORT] += 1
        if kind == SIGNED:
            signatures[body["signature"]] += 1
    doubled = [i for i, c in counts.items() if max(c.values()) > 1]
    lost = [i for i, c in counts.items() if c[APPROVAL] and not c[REPORT]]
    doubled_signatures = [s for s, n in signatures.items() if n > 1]
    ledger = report["ledger"]
    print(
        f"check_kills: {kills} kills, {runs[RUN_STARTED]} starts, {runs[RUN_STOPPED]} ends; "
        f"{len(segments)} segments; "
        f"{sum(1 for c in counts.values() if c[APPROVAL])} orders approved, {len(signatures)} signed; "
        f"{len(doubled) + len(doubled_signatures)} doubled, {len(lost)} lost; ledger "
        f"{ledger['mismatch_lamports']} lamports and {ledger['mismatch_tokens']} token units off"
    )
    logs = [pathlib.Path(path).read_text(errors="replace") for path in sys.argv[4:]]
    print(f"check_kills: {recovery_line(logs)}")
    for name, found in (("doubled", doubled), ("lost", lost), ("signed twice", doubled_signatures)):
        if found:
            print(f"check_kills: {name}: {found[:10]}", file=sys.stderr)
    is_right = ledger["mismatch_lamports"] == 0 and ledger["mismatch_tokens"] == 0
    # A kill may come before a run has written anything; hardly any may.
    is_complete = runs[RUN_STARTED] >= kills * 0.9 + 2 and report["orders"]["in_flight"] == 0
    sys.exit(0 if is_right and is_complete and not doubled and not lost and not doubled_signatures else 1)


if __name__ == "__main__":
    main()
