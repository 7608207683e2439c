#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_kills.py takes the time of each recovery from its start's log, and counts the others."""

import pathlib
import sys
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(REPOSITORY / "scripts"))
import check_kills  # noqa: E402


def log(milliseconds):
    return (
        "2026-11-30T13:46:49.794Z info  engine   BLIND -> ACTIVE\n"
        f"2026-11-30T13:46:49.795Z info  app      entries begin {milliseconds} ms after the process did\n"
        "2026-11-30T13:46:49.830Z info  app      something else\n"
    )


class Recovery(unittest.TestCase):
    def test_of_each_start_that_came_so_far(self):
        logs = [log(n * 100) for n in range(10, 0, -1)] + ["", "entries begin 5 ms after the process did not\n"]
        self.assertEqual(
            check_kills.recovery_line(logs),
            "10 of 12 starts recovered, from the process's start to entries: p50 500 ms, p90 900 ms, "
            "max 1000 ms; 2 were over before that",
        )

    def test_of_one(self):
        self.assertEqual(
            check_kills.recovery_line([log(7)]),
            "1 of 1 starts recovered, from the process's start to entries: p50 7 ms, p90 7 ms, max 7 ms; "
            "0 were over before that",
        )

    def test_of_none(self):
        self.assertEqual(check_kills.recovery_line([""]), "0 of 1 starts recovered; 1 were over before that")

    def test_percentiles_are_values_that_were_measured(self):
        values = list(range(1, 101))
        self.assertEqual([check_kills.percentile(values, p) for p in (1, 50, 90, 100)], [1, 50, 90, 100])
        self.assertEqual(check_kills.percentile([1, 2], 50), 1)
        self.assertEqual(check_kills.percentile([1, 2], 51), 2)


if __name__ == "__main__":
    unittest.main()
