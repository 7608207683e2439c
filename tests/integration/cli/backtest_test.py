# SPDX-License-Identifier: MIT
"""`backtest`: a walk forward, the trials that it counts, and what a later backtest says of them."""

import gzip
import json
import pathlib
import sqlite3
import unittest

from command_line import CommandLine, run

DAY_MS = 86_400_000
BAR_MS = 300_000
BEGIN_MS = 20_000 * DAY_MS
DAYS = 8


def bars(days, begin_ms=BEGIN_MS):
    """Five-minute bars that rise for three hours and fall for three."""
    lines = ["ts_ms,open,high,low,close,volume"]
    price = 2.0
    for i in range(days * DAY_MS // BAR_MS):
        close = price * (1.006 if i // 36 % 2 == 0 else 1 / 1.006)
        high, low = max(price, close), min(price, close)
        lines.append(f"{begin_ms + i * BAR_MS},{price:.9f},{high:.9f},{low:.9f},{close:.9f},1000")
        price = float(f"{close:.9f}")
    return "\n".join(lines) + "\n"


class Backtest(CommandLine):
    def setUp(self):
        super().setUp()
        self.folder = pathlib.Path(self.directory.name)
        self.data = self.write("bars.csv", bars(DAYS))
        self.trials = str(self.folder / "trials.sqlite")

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def backtest(self, *arguments, data=None):
        return run("backtest", "--data", data or self.data, "--sol-price", "150", "--strategy",
                   "momentum", "--no-benchmarks", *arguments)

    def report(self, *arguments, data=None):
        result = self.backtest(*arguments, "--json", data=data)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def search(self, *arguments, data=None):
        return self.report("--optimise", "3", "--folds", "2", "--vary", "momentum.bars=1..3",
                           "--vary", "momentum.bar_trades=2..8", "--trials-file", self.trials,
                           *arguments, data=data)

    def refused(self, code, *arguments, data=None):
        result = self.backtest(*arguments, data=data)
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stdout, "")
        return result.stderr

    def test_each_fold_says_what_was_chosen_and_what_came_of_it_and_every_trial_is_counted(self):
        report = self.search()
        walk = report["walks"][0]
        self.assertEqual((walk["search"], walk["trials_before"], walk["trials_on_data"]),
                         ("tpe", 0, 6))
        self.assertEqual([fold["trials"] for fold in walk["folds"]], [3, 3])
        for fold in walk["folds"]:
            self.assertEqual(fold["test"]["from_ns"] % (DAY_MS * 1_000_000), 0)
            self.assertLess(fold["training"]["to_ns"], fold["test"]["from_ns"])
            self.assertIn(fold["in_sample_verdict"], ("earned", "not_shown", "lost"))
            self.assertEqual(set(fold["parameters"]), {"momentum.bars", "momentum.bar_trades"})
            self.assertGreater(fold["in_sample"]["trades"], 0)
            self.assertGreater(fold["out_of_sample"]["trades"], 0)
        # Three trials over 4 to 6 days and one of the day tested, in each of two folds.
        self.assertGreater(report["speed"]["events"], 2 * 288 * 5 * (3 * 4 + 1))
        self.assertLess(report["speed"]["events"], 2 * 288 * 5 * (3 * 6 + 1))
        evidence = report["strategies"][0]["evidence"]
        self.assertEqual(evidence["trials"], 6, "the deflated ratio counts all of them")
        self.assertEqual(evidence["trades"],
                         sum(fold["out_of_sample"]["trades"] for fold in walk["folds"]))
        with sqlite3.connect(self.trials) as database:
            self.assertEqual(database.execute("SELECT count(*) FROM trials").fetchone()[0], 6)
            self.assertEqual(database.execute("PRAGMA journal_mode").fetchone()[0], "wal")

    def test_more_than_one_strategy_has_a_row_for_the_portfolio(self):
        self.assertEqual([row["is_portfolio"] for row in self.report()["strategies"]], [False])
        *rows, portfolio = self.report("--strategy", "sniper")["strategies"]
        self.assertEqual([row["is_portfolio"] for row in [*rows, portfolio]], [False, False, True])
        self.assertTrue(portfolio["name"].startswith("portfolio on "))
        for key in ("trades", "lamports"):
            parts = [row["evidence"][key] for row in rows]
            whole = portfolio["evidence"][key]
            if key == "lamports":
                parts, whole = [part["net"] for part in parts if "net" in part], whole["net"]
            self.assertEqual(sum(parts), whole, key)

    def test_a_search_of_more_than_one_strategy_has_a_row_for_the_portfolio_too(self):
        search = ("--optimise", "2", "--folds", "1", "--vary", "exits.stop_loss_bps", "--trials-file",
                  self.trials)
        self.assertEqual([row["is_portfolio"] for row in self.report(*search)["strategies"]], [False])
        *rows, portfolio = self.report(*search, "--strategy", "sniper")["strategies"]
        self.assertEqual([row["is_portfolio"] for row in [*rows, portfolio]], [False, False, True])
        self.assertTrue(portfolio["name"].startswith("portfolio on "))
        self.assertTrue(portfolio["name"].endswith(", out of sample"))
        self.assertGreater(portfolio["evidence"]["trades"], 0)
        self.assertEqual(sum(row["evidence"]["trades"] for row in rows),
                         portfolio["evidence"]["trades"])

    def test_the_same_seed_searches_the_same_and_another_does_not(self):
        def trials(seed, name):
            path = str(self.folder / name)
            self.report("--optimise", "4", "--folds", "1", "--search", "random", "--seed", seed,
                        "--trials-file", path)
            with sqlite3.connect(path) as database:
                return database.execute("SELECT parameters, objective FROM trials").fetchall()

        one = trials("1", "one.sqlite")
        self.assertEqual(one, trials("1", "again.sqlite"))
        self.assertNotEqual(one, trials("2", "other.sqlite"))

    def test_data_that_a_search_has_seen_is_named_ever_after_packed_or_not(self):
        searched = "a search has seen some of the data"
        unknown = "nobody knows whether a search has seen the data"
        # Without a file of trials it is unknown, and an unknown is no "no".
        before = self.report()["strategies"][0]["evidence"]["targets"]["win_rate"]
        self.assertNotIn(searched, before["reasons"])
        self.assertIn(unknown, before["reasons"])
        for condition in before["conditions"]:
            if condition["condition"] == "no search has seen the data":
                self.assertFalse(condition["holds"])
                self.assertRegex(condition["found"], "it is unknown$")
        self.search()
        packed = self.folder / "again.csv.gz"
        packed.write_bytes(gzip.compress(pathlib.Path(self.data).read_bytes()))
        for data in (self.data, str(packed)):
            after = self.report("--trials-file", self.trials, data=data)
            evidence = after["strategies"][0]["evidence"]
            self.assertEqual(evidence["trials"], 6)
            self.assertIn(searched, evidence["targets"]["win_rate"]["reasons"])
            self.assertTrue(any("6 trials on it are counted" in note for note in after["notes"]))
        again = self.search()
        self.assertEqual(again["walks"][0]["trials_before"], 6)
        self.assertEqual(again["strategies"][0]["evidence"]["trials"], 12)
        self.assertIn(searched, again["strategies"][0]["evidence"]["targets"]["win_rate"]["reasons"])
        # Whatever is cut off it, what was searched stays searched.
        whole = pathlib.Path(self.data).read_text()
        for name, text in (("cut.csv", whole[:whole.rindex("\n", 0, len(whole) - 1) + 1]),
                           ("part.csv", bars(3))):
            part = self.report("--trials-file", self.trials, data=self.write(name, text))
            evidence = part["strategies"][0]["evidence"]
            self.assertEqual(evidence["trials"], 12)
            self.assertIn(searched, evidence["targets"]["win_rate"]["reasons"])
            self.assertTrue(any("momentum on bars.csv has searched" in note
                                for note in part["notes"]), part["notes"])
        # Of other data nothing was searched.
        other = self.write("other.csv", bars(3, BEGIN_MS + 900 * DAY_MS))
        evidence = self.report("--trials-file", self.trials, data=other)["strategies"][0]["evidence"]
        self.assertEqual(evidence["trials"], 0)
        self.assertNotIn(searched, evidence["targets"]["win_rate"]["reasons"])
        self.assertNotIn(unknown, evidence["targets"]["win_rate"]["reasons"])

    def test_without_a_name_the_trials_are_in_the_state_directory(self):
        environment = {"XDG_STATE_HOME": str(self.folder / "state")}
        arguments = ("backtest", "--data", self.data, "--sol-price", "150", "--strategy",
                     "momentum", "--no-benchmarks", "--json")
        first = json.loads(run(*arguments, **environment).stdout)
        self.assertTrue(any("no trials file was found" in note for note in first["notes"]))
        self.assertFalse((self.folder / "state").exists(), "asking makes nothing")
        run(*arguments, "--optimise", "2", "--folds", "1", **environment)
        self.assertTrue((self.folder / "state/sniperforge/backtest/trials.sqlite").exists())
        later = json.loads(run(*arguments, **environment).stdout)
        self.assertEqual(later["strategies"][0]["evidence"]["trials"], 2)

    def test_what_cannot_be_searched_is_refused_before_a_trial_is_made(self):
        search = ("--optimise", "2", "--trials-file", self.trials)
        text = self.refused(2, *search, "--folds", str(DAYS))
        self.assertIn(f"{DAYS} days", text)
        self.assertIn(f"1 to {DAYS - 1}", text)
        self.refused(2, *search, "--vary", "risk.trade_max_usd", "--folds", "1")
        self.assertFalse(pathlib.Path(self.trials).exists(), "nothing was to be counted in it")
        self.report(*search, "--folds", str(DAYS - 1))
        self.refused(2, *search, "--search", "annealing")
        self.refused(2, *search, "--vary", "risk.trade_max_usd")
        self.refused(2, "--folds", "2")  # Of no search.
        self.refused(2, "--optimise", "0")
        text = self.refused(2, *search, "--folds", "1", "--config", self.write(
            "none.yaml", "momentum:\n  enabled: false\n"))
        self.assertIn("no strategy is left", text)

    def test_a_trials_file_is_one_or_the_search_does_not_begin(self):
        other = str(self.folder / "other.sqlite")
        with sqlite3.connect(other) as database:
            database.execute("CREATE TABLE something (a)")
        before = pathlib.Path(other).read_bytes()
        for arguments in (("--optimise", "2", "--folds", "1"), ()):
            text = self.refused(2, "--trials-file", other, *arguments)
            self.assertIn("not a trial store", text)
        self.assertEqual(pathlib.Path(other).read_bytes(), before)
        text = self.refused(2, "--trials-file", self.write("text.csv", bars(1)))
        self.assertIn("--trials-file", text)
        text = self.refused(2, "--trials-file", str(self.folder / "missing.sqlite"))
        self.assertIn("there is no such file", text)

    def test_the_report_says_how_fast_events_were_played_and_what_the_price_file_was(self):
        sol = self.write("sol.csv", bars(DAYS))
        result = run("backtest", "--data", self.data, "--sol-price", sol, "--strategy", "momentum",
                     "--no-benchmarks", "--json")
        report = json.loads(result.stdout)
        speed = report["speed"]
        self.assertEqual(speed["events"], DAYS * 288 * 5 + 2)
        self.assertAlmostEqual(speed["events_per_s"], speed["events"] / speed["seconds"], delta=1)
        price = report["data"][1]
        self.assertEqual(price["name"], "SOL price: sol.csv")
        self.assertEqual(price["rows"], DAYS * 288)
        self.assertEqual(len(price["sha256"]), 64)

    def test_a_bar_that_stands_alone_does_not_say_how_long_it_is(self):
        lonely = self.write("lonely.csv", "\n".join(bars(1).splitlines()[:2]) + "\n")
        text = self.refused(1, data=lonely)
        self.assertIn("how long its bars are cannot be told", text)
        two = self.write("two.csv", "\n".join(bars(1).splitlines()[:3]) + "\n")
        self.assertEqual(self.backtest(data=two).returncode, 0)


if __name__ == "__main__":
    unittest.main()
