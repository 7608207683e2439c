# SPDX-License-Identifier: MIT
"""`run --mode paper` as a user meets it: against `sim serve`, and where something is missing."""

import contextlib
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import time
import unittest

from command_line import BINARY, CommandLine, run


class Paper(CommandLine):
    def serve(self):
        """Its URL; the settings that name its Jupiter are in self.settings. On ports that it picks:
        one picked here could be another's by the time that it listens."""
        process = subprocess.Popen(
            [BINARY, "sim", "serve", "--seed", "7", "--rpc-port", "0", "--jupiter-port", "0"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        told = {}
        for line in process.stdout:
            name, _, url = line.strip().partition(" ")
            told[name] = url.strip()
            if name == "Jupiter":
                self.settings = f"jupiter:\n  url: {told[name]}\n"
                return told["JSON-RPC"]
        self.fail(f"sim serve ended: {told}")

    def paper(self, url, *arguments):
        return run("run", "--mode", "paper", "--cluster", url, "--state-dir", self.state, "--json",
                   "--config", self.file("cluster.yaml", self.settings), *arguments,
                   XDG_STATE_HOME=self.directory.name)

    def positions_stored(self):
        """Open ones, as whoever comes after the kill finds them."""
        path = os.path.join(self.state, "trades.sqlite")
        with contextlib.closing(sqlite3.connect(path)) as store:
            return store.execute(
                "SELECT count(*) FROM (SELECT 1 FROM positions GROUP BY position_id"
                " HAVING max(closed_wall_ns) = 0)").fetchone()[0]

    def start(self, url, settings, **streams):
        process = subprocess.Popen(
            [BINARY, "run", "--mode", "paper", "--cluster", url, "--config", settings, "--json",
             "--state-dir", self.state], stderr=subprocess.DEVNULL, text=True, **streams)
        self.addCleanup(process.kill)
        return process

    def until(self, process, is_met):
        """What status says once it is: when the market offers something, nobody knows."""
        deadline = time.monotonic() + 300
        while True:
            status = run("status", "--mode", "paper", "--state-dir", self.state)
            told = json.loads(status.stdout) if status.returncode == 0 else {"state": "starting"}
            if told["state"] == "trading" and is_met(told["report"]):
                return told
            self.assertIsNone(process.poll())
            self.assertLess(time.monotonic(), deadline)

    def test_it_trades_on_paper_goes_on_after_a_kill_and_no_other_mode_opens_its_books(self):
        url = self.serve()
        first = self.start(url, self.file("cluster.yaml", self.settings), stdout=subprocess.PIPE)
        self.addCleanup(first.stdout.close)
        self.until(first, lambda report: report["orders"]["submitted"] > 0)
        stopped = run("stop", "--mode", "paper", "--state-dir", self.state)
        self.assertEqual(stopped.returncode, 0, stopped.stderr)
        out, _ = first.communicate(timeout=300)
        self.assertEqual(first.returncode, 0)
        report = json.loads(out)
        self.assertEqual((report["provenance"], report["scenario"]), ("paper", "not mainnet"))
        self.assertGreater(report["orders"]["submitted"], 0)
        self.assertEqual(report["orders"]["in_flight"], 0)
        self.assertIsNone(report["ledger"]["mismatch_lamports"])
        self.assertEqual(report["paths"]["direct"] + report["paths"]["jupiter"], 0)

        # What is bought is held, and alone: nothing changes between a look at it and the kill.
        settings = self.file("settings.yaml", self.settings + """
risk: {positions_max: 1}
arbitrage: {enabled: false}
exits:
  take_profit_bps: 1000000
  stop_loss_bps: 10000
  trailing_arm_bps: 1000000
  trailing_distance_bps: 10000
  time_limit_s: 86400
  dev_sell_min_bps: 0
  holder_dump_min_bps: 0
""")
        killed = self.start(url, settings, stdout=subprocess.DEVNULL)
        told = self.until(killed, lambda report: report["positions"]["open"] > 0)
        self.assertEqual(told["report"]["provenance"], "paper")
        # What --cluster stands for is no part of the file: none of it is a change.
        reloaded = run("reload", "--state-dir", self.state)
        self.assertEqual((reloaded.returncode, reloaded.stdout), (0, "nothing changed\n"),
                         reloaded.stderr)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        held = self.positions_stored()
        self.assertGreater(held, 0)

        again = self.paper(url, "--duration", "1")
        self.assertEqual(again.returncode, 0, again.stderr)
        positions = json.loads(again.stdout)["positions"]
        self.assertEqual(positions["open"], held + positions["opened"] - positions["closed"])
        stored = run("report", "--mode", "paper", "--state-dir", self.state)
        self.assertEqual(stored.returncode, 0, stored.stderr)
        self.assertIn("live less paper: this run traded on paper itself", stored.stdout)

        # The key of a sim run, the files of a paper run.
        other = run("run", "--mode", "sim", "--cluster", url, "--duration", "1", "--state-dir",
                    self.state, XDG_STATE_HOME=self.directory.name)
        self.assert_refused(other, 3, self.state, "books on paper", "--state-dir")
        embedded = run("run", "--mode", "sim", "--virtual-time", "--duration", "1", "--state-dir",
                       self.state)
        self.assert_refused(embedded, 3, self.state, "books on paper", "--state-dir")

    def test_books_of_a_wallet_are_not_gone_on_with_on_paper(self):
        run("run", "--virtual-time", "--duration", "2", "--state-dir", self.state)
        url = self.serve()
        self.assert_refused(self.paper(url, "--duration", "1"), 3, self.state,
                            "has the books of wallet", "books on paper", "--state-dir")

    def test_what_paper_does_not_have_is_refused(self):
        paper = ("run", "--mode", "paper", "--state-dir", self.state)
        self.assert_refused(run(*paper), 2, "--config", "--cluster")
        empty = self.file("empty.yaml", "paper:\n  balance_sol: \"1\"\n")
        self.assert_refused(run(*paper, "--config", empty), 2, empty, "network.endpoints: is empty")
        for option in (("--live-mode",), ("--virtual-time",), ("--nodes", "2"),
                       ("--scenario", "stress"), ("--accept-shortfall",),
                       ("--restart-ladder",)):
            with self.subTest(option):
                self.assert_refused(run(*paper, "--config", empty, *option), 2, option[0])
        self.assert_refused(run(*paper, "--cluster", "ftp://x"), 2, "--cluster")
        self.assertFalse(pathlib.Path(self.state).exists(), "nothing was begun")
        self.assertIn("paper", run("run", "--help").stdout)


if __name__ == "__main__":
    unittest.main()
