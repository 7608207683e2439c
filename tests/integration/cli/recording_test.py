# SPDX-License-Identifier: MIT
"""`record` and `replay` of the built binary: a run is decided again to the byte, and what is wrong
with a file is said."""

import json
import os
import pathlib
import unittest

from command_line import CommandLine, run


class Recording(CommandLine):
    RUN = ("--mode", "sim", "--virtual-time", "--seed", "5", "--duration", "10", "--json")

    def setUp(self):
        super().setUp()
        self.path = os.path.join(self.directory.name, "run.sfr")

    def replay(self, path=None, code=0):
        result = run("replay", path or self.path, "--json")
        self.assertEqual(result.returncode, code, result.stderr)
        return json.loads(result.stdout)

    def test_a_recorded_run_is_the_run_and_is_decided_again_to_the_byte(self):
        plain = run("run", *self.RUN, "--state-dir", self.state)
        self.assertEqual(plain.returncode, 0, plain.stderr)
        recorded = run("record", "--output", self.path, *self.RUN, "--state-dir", self.state)
        self.assertEqual(recorded.returncode, 0, recorded.stderr)
        journal = json.loads(recorded.stdout)["journal_sha256"]
        self.assertEqual(json.loads(plain.stdout)["journal_sha256"], journal)
        replayed = self.replay()
        self.assertEqual(replayed["decisions_sha256"],
                         {"recorded": journal, "replayed": journal, "journal": journal})
        self.assertTrue(replayed["is_equal"] and replayed["is_complete"])
        self.assertTrue(replayed["is_same_build"])
        self.assertIsNone(replayed["difference"])
        self.assertEqual((replayed["provenance"], replayed["seed"]), ("sim", "5"))
        self.assertGreater(int(replayed["calls"]["chain_update"]), 100)
        self.assertGreater(int(replayed["bytes"]["raw_frames"]), 10_000)
        self.assertLess(int(replayed["bytes"]["file"]), int(replayed["bytes"]["uncompressed"]) / 2)
        text = run("replay", self.path)
        self.assertEqual(text.returncode, 0)
        self.assertTrue(text.stdout.endswith("EQUAL\n"), text.stdout)
        self.decode_again()
        self.decide_otherwise()
        self.look_at_broken_copies()

    def decode_again(self):
        checked = run("replay", self.path, "--verify-decoding", "--json")
        self.assertEqual(checked.returncode, 0, checked.stderr)
        result = json.loads(checked.stdout)
        self.assertTrue(result["is_equal"] and result["is_complete"])
        self.assertGreater(int(result["updates"]), 100)
        self.assertEqual(result["equal"], result["updates"])
        self.assertGreaterEqual(int(result["frames"]), int(result["notifications"]))
        self.assertEqual((result["different"], result["unreadable"]), ("0", "0"))
        text = run("replay", self.path, "--verify-decoding")
        self.assertTrue(text.stdout.endswith("EQUAL\n"), text.stdout)

    def backtest(self, *arguments, data=None):
        result = run("backtest", "--data", data or self.path, *arguments, "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def decide_otherwise(self):
        """The recorded market with orders on paper: `backtest`."""
        report = self.backtest("--strategy", "arbitrage")
        self.assertEqual(report["provenance"], "BACKTEST")
        row = report["strategies"][0]
        self.assertEqual(row["name"], "arbitrage on run.sfr")
        self.assertGreater(row["evidence"]["trades"], 0)
        for target in row["evidence"]["targets"].values():
            self.assertNotEqual(target["verdict"], "MET")
        notes = "\n".join(report["notes"])
        for text in ("recorded in sim demo", "its market is a simulated one",
                     "the settings that it was recorded with", "pools 0 are incomplete"):
            self.assertIn(text, notes)
        again = self.backtest("--strategy", "arbitrage")
        self.assertEqual(again["notes"], report["notes"], "the digest of the decisions is in them")
        self.assertEqual(again["strategies"], report["strategies"])
        self.assertEqual([row["is_portfolio"] for row in report["strategies"]], [False])
        several = self.backtest()["strategies"]
        for row in several:
            for rule in row["benchmarks"].values():
                self.assertEqual(rule is None, row["name"] == "arbitrage on run.sfr")
        blind = several[-1]["benchmarks"]["blind"]["evidence"]
        self.assertGreater(blind["trades"], 0, "the market has tokens to buy")
        self.assertEqual([row["is_portfolio"] for row in several], [False, False, False, True])
        self.assertEqual(several[-1]["evidence"]["trades"],
                         sum(row["evidence"]["trades"] for row in several[:-1]))
        other = self.backtest("--strategy", "arbitrage", "--seed", "2")
        self.assertNotEqual(other["notes"], report["notes"])
        self.assert_refused(run("backtest", "--data", self.path, "--optimise", "2"), 2,
                            "a recording is played as one piece")
        self.assert_refused(run("backtest", "--data", self.file("bars.csv", "ts_ms")), 2,
                            "--sol-price is required", "bars.csv is no recording")

    def look_at_broken_copies(self):
        whole = pathlib.Path(self.path).read_bytes()
        torn = os.path.join(self.directory.name, "torn.sfr")
        pathlib.Path(torn).write_bytes(whole[:len(whole) // 2])
        result = self.replay(torn)
        self.assertEqual((result["is_equal"], result["is_complete"], result["is_damaged"]),
                         (True, False, False))
        self.assertIn("torn at offset", result["problem"])
        flipped = os.path.join(self.directory.name, "flipped.sfr")
        middle = len(whole) // 2
        pathlib.Path(flipped).write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) +
                                          whole[middle + 1:])
        result = self.replay(flipped, code=1)
        self.assertEqual((result["is_equal"], result["is_damaged"]), (False, True))
        checked = run("replay", flipped, "--verify-decoding")
        self.assertEqual(checked.returncode, 1)
        self.assertIn("DAMAGED", checked.stdout)
        cut = "\n".join(self.backtest(data=torn)["notes"])
        self.assertIn("it ends before its run did", cut)
        self.assert_refused(run("backtest", "--data", flipped), 1, flipped, "damaged")
        told = run("replay", flipped).stdout
        self.assertIn("DAMAGED", told)
        self.assertNotIn("EQUAL", told)

    def test_what_cannot_be_replayed_is_named(self):
        missing = os.path.join(self.directory.name, "none.sfr")
        self.assert_refused(run("replay", missing), 2, missing, "is no file")
        self.assert_refused(run("replay", missing, "--verify-decoding"), 2, missing, "is no file")
        self.assert_refused(run("replay", self.file("text", "not a recording")), 1,
                            "is no recording: it does not begin with SFRECORD")
        self.assert_refused(run("replay"), 2, "file is required")

    def test_an_output_that_is_there_or_cannot_be_made_is_refused_before_the_run(self):
        there = self.file("there", "something")
        self.assert_refused(run("record", "--output", there, *self.RUN), 2, "is there already")
        self.assertEqual(pathlib.Path(there).read_text(), "something")
        nowhere = os.path.join(self.directory.name, "none", "run.sfr")
        self.assert_refused(run("record", "--output", nowhere, *self.RUN), 2,
                            "there is no directory")
        self.assert_refused(run("record", *self.RUN), 2, "--output is required")


if __name__ == "__main__":
    unittest.main()
