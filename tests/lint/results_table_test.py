#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The table of results says what each backtest said, what had no trades, and what was refused."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent

# In place of the binary: `lost` and `idle` are played, `books` is refused, and only the assumed price
# holds for `lost`. Settings leave momentum only.
PROGRAM = """#!/usr/bin/env python3
import json, pathlib, sys
if sys.argv[1:3] == ["config", "check"]:
    sys.exit("error: there are none" if sys.argv[3] == "none.yaml" else 0)
name = pathlib.Path(sys.argv[sys.argv.index("--data") + 1]).name
price = sys.argv[sys.argv.index("--sol-price") + 1]
if name.startswith("books"):
    sys.exit("error: " + name + ": no tape can be made of books")
if name.startswith("lost") and price != "150":
    sys.exit("error: lost: what a SOL was worth at its begin, Unix time 5, is not in the bars")
def evidence(trades):
    none = {"value": None, "lack": "no_trades"}
    some = {"value": -12.345, "ci95": [-20.01, -1.26]}
    return {"trades": trades, "attempts": trades, "cluster": "hour" if trades == 2 else "day",
            "win_rate": {"value": 0.5, "wilson95": [0.25, 0.75]} if trades else none,
            "net_bps": some if trades else none, "sharpe_annual": none,
            "drawdown_lamports": {"value": 1500000} if trades else none}
print(json.dumps({"strategies": [
    {"name": kind + " on " + name, "evidence": evidence(2 if kind == "sniper" and name[0] == "l" else 0),
     "benchmarks": {"blind": {"evidence": evidence(3)}, "random_entry": {"evidence": evidence(0)}, "hold": None}}
    for kind in ("arbitrage", "sniper", "momentum")[2 if "--config" in sys.argv else 0:]]}))
"""


class ResultsTable(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.data = pathlib.Path(directory.name)
        self.program = self.data / "program"
        self.program.write_text(PROGRAM)
        self.program.chmod(0o755)
        for name in ("candles/binance_spot_SOLUSDT_5m.csv.gz", "onchain/lost.csv.gz", "onchain/idle.csv.gz",
                     "ticks/books.jsonl.zst", "NOTES.md"):
            path = self.data / name
            path.parent.mkdir(exist_ok=True)
            path.touch()

    def table(self, *arguments):
        return subprocess.run([sys.executable, "-B", REPOSITORY / "scripts/results_table.py", *arguments],
                              capture_output=True, text=True, check=False)

    def test_it_has_what_was_traded_what_was_not_and_what_was_refused(self):
        result = self.table(self.program, self.data)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("| lost (a) | 2 (h) | 50.0 [25.0, 75.0] | -12.3 [-20.0, -1.3] | - | 0.002 "
                      "| -12.3 [-20.0, -1.3] (3) | - (0) | - |\n", result.stdout)
        self.assertIn("**Arbitrage**\n\nNo trades on 3: binance_spot_SOLUSDT_5m, all 2 of `onchain/`.", result.stdout)
        self.assertIn("No trades on 2: binance_spot_SOLUSDT_5m, idle.", result.stdout)
        self.assertIn("**Refused**: 1\n\n- `ticks/books.jsonl.zst`: no tape can be made of books\n", result.stdout)

    def test_a_recording_that_is_not_there_is_named(self):
        result = self.table(self.program, self.data, "onchain/none.csv.gz")
        self.assertEqual(result.returncode, 1)
        self.assertIn("no recording: ", result.stderr)
        self.assertIn("onchain/none.csv.gz", result.stderr)
        self.assertEqual(self.table(self.program).returncode, 2)

    def test_settings_that_do_not_hold_play_nothing(self):
        result = self.table("--config", "none.yaml", self.program, self.data)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout, "")
        self.assertIn("results_table: error: there are none", result.stderr)

    def test_strategies_that_the_settings_leave_out_have_no_table(self):
        result = self.table("--config", "momentum.yaml", self.program, self.data)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("**Momentum**", result.stdout)
        self.assertNotIn("**Sniper**", result.stdout)


if __name__ == "__main__":
    unittest.main()
