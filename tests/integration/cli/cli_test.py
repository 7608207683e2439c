# SPDX-License-Identifier: MIT
"""The command line as a user meets it: exit codes, keys and error texts of the built binary."""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time
import unittest

from command_line import BINARY, DATA, SOURCE, CommandLine, needs_data, run


class Run(CommandLine):
    def run_json(self, *arguments):
        result = run("run", "--mode", "sim", "--virtual-time", "--json", "--state-dir", self.state,
                     *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def test_report_has_the_contract_keys_and_a_balanced_ledger(self):
        report = self.run_json("--duration", "60", "--seed", "7")
        for key in ("provenance scenario time_compression seed duration_s orders fills_by_strategy "
                    "positions denials pnl_lamports pnl_ci95_lamports costs_lamports volume_usd "
                    "ledger journal_sha256 rss_bytes_max tick_to_send_us").split():
            self.assertIn(key, report)
        self.assertEqual(report["provenance"], "sim")
        self.assert_balanced(report["ledger"])
        self.assertEqual(set(report["orders"]) >= set(
            "submitted landed reverted rejected expired unknown in_flight".split()), True)
        for strategy, fills in report["fills_by_strategy"].items():
            self.assertGreater(fills, 0, strategy)
        self.assertIsNone(report["tick_to_send_us"]["p50"], "virtual time measures nothing")

    def test_same_seed_gives_the_same_journal(self):
        first = self.run_json("--duration", "20", "--seed", "5")
        second = self.run_json("--duration", "20", "--seed", "5")
        self.assertEqual(first["journal_sha256"], second["journal_sha256"])

    def test_report_command_shows_the_last_run(self):
        self.run_json("--duration", "10", "--seed", "7")
        result = run("report", "--state-dir", self.state, "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        report = json.loads(result.stdout)
        self.assertTrue(report["ended"])
        self.assertEqual(report["report"]["seed"], 7)
        self.assert_divergence_adds_up(report["paper_divergence"], report["report"]["orders"])
        text = run("report", "--state-dir", self.state).stdout
        self.assertIn("[sim demo] live less paper: ", text)
        self.assertIn("unexplained", text)

    def test_report_tells_what_a_run_is_evidence_of(self):
        report = self.run_json("--duration", "120", "--seed", "7")
        page = os.path.join(self.state, "page.html")
        result = run("report", "--targets", "--html", page, "--state-dir", self.state, "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        told = json.loads(result.stdout)
        self.assertEqual(told["provenance"], "SIM")
        self.assertEqual(told["time_compression"], report["time_compression"])
        *strategies, portfolio = told["strategies"]
        self.assertEqual((portfolio["name"], portfolio["is_portfolio"]), ("portfolio", True))
        self.assertGreater(len(strategies), 1)
        trades = portfolio["evidence"]["trades"]
        self.assertEqual(sum(each["evidence"]["trades"] for each in strategies), trades)
        lamports = portfolio["evidence"]["lamports"]
        self.assertEqual(sum(each["evidence"]["lamports"]["net"] for each in strategies),
                         lamports["net"])
        costs = sum(lamports[key] for key in ("base_fee", "priority_fee", "tip", "reverts", "rent"))
        venue = sum(lamports[key] or 0 for key in ("amm_fee", "transfer_fee"))
        self.assertEqual(lamports["gross"] - costs - venue, lamports["net"])
        # What is closed, and what is in no trade, is what the books have won.
        closed = sum(group["net_lamports"] for each in strategies
                     for group in each["evidence"]["breakdown"]["exit_reasons"]
                     if group["key"] != "open")
        apart = [re.match(r"in no trade: (\S+) SOL", note) for note in told["notes"]]
        apart = sum(round(float(match[1]) * 1e9) for match in apart if match)
        self.assertEqual(closed + apart, report["pnl_lamports"]["realized"])
        self.assertGreater(portfolio["evidence"]["capital_base_lamports"]["value"], 0)
        for target in portfolio["evidence"]["targets"].values():
            self.assertIn(target["verdict"], ("HYPOTHESIS", "MISSED"), "a simulation meets nothing")
            self.assertIn("not traded on mainnet", target["reasons"])
            self.assertEqual(len(target["conditions"]), 11)
        self.assertIsNone(told["paper_divergence"]["lack"])
        with open(page, encoding="utf-8") as file:
            html = file.read()
        self.assertIn("<svg", html)
        for part in ("<script", "src=", "href=", "http:", "https:", "url("):
            self.assertNotIn(part, html)
        text = run("report", "--targets", "--state-dir", self.state).stdout
        for part in ("[SIM] Trades of sim runs", "SIM: portfolio", "HYPOTHESIS",
                     "no  fills really happened, on mainnet's chain", "capital base"):
            self.assertIn(part, text)
        # The page alone leaves what is printed as it was.
        os.remove(page)
        alone = run("report", "--html", page, "--state-dir", self.state)
        self.assertIn("[sim demo] run ", alone.stdout)
        self.assertTrue(os.path.exists(page))

    def test_report_says_what_is_wrong_with_its_input(self):
        self.assert_refused(run("report", "--targets", "--state-dir", self.state), 3,
                            "no run has been recorded in", "sniperforge run")
        run("run", "--virtual-time", "--duration", "2", "--state-dir", self.state)
        nowhere = os.path.join(self.state, "none", "page.html")
        self.assert_refused(run("report", "--html", nowhere, "--state-dir", self.state), 1,
                            "writing the report to", nowhere, "No such file or directory", "--html")
        self.assert_refused(run("report", "--html", "", "--state-dir", self.state), 2, "--html")
        self.assert_refused(run("report", "--target", "--state-dir", self.state), 2, "--target")
        with open(os.path.join(self.state, "none.yaml"), "w", encoding="utf-8") as config:
            config.write("".join(f"{strategy}:\n  enabled: false\n"
                                 for strategy in ("arbitrage", "sniper", "momentum")))
        idle = os.path.join(self.state, "idle")
        run("run", "--virtual-time", "--duration", "2", "--state-dir", idle, "--config",
            config.name)
        told = json.loads(run("report", "--targets", "--json", "--state-dir", idle).stdout)
        self.assertEqual(told["provenance"], "NO TRADES")
        self.assertIsNone(told["strategies"][-1]["evidence"]["win_rate"]["value"])

    def assert_divergence_adds_up(self, divergence, orders):
        self.assertIsNone(divergence["lack"])
        total = divergence["total"]
        self.assertGreater(total["compared"], 0)
        self.assertEqual(total["orders"], orders["submitted"])
        self.assertEqual(total["compared"] + sum(total["not_compared"].values()), total["orders"])
        for part in [total, *divergence["strategies"]]:
            self.assertEqual(sum(part["lamports_by_cause"].values()), part["difference_lamports"])
            self.assertEqual(part["live_lamports"] - part["paper_lamports"],
                             part["difference_lamports"])
        self.assertEqual(total["difference_lamports"], sum(
            part["difference_lamports"] for part in divergence["strategies"]))

    def test_the_journal_is_verified_copied_and_put_back_into_an_empty_directory_only(self):
        run("run", "--virtual-time", "--duration", "2", "--state-dir", self.state)
        copy = os.path.join(self.directory.name, "copy")
        anew = os.path.join(self.directory.name, "anew")
        facts = []
        for command in (("verify", "--state-dir", self.state),
                        ("backup", "--to", copy, "--state-dir", self.state),
                        ("verify", "--state-dir", copy),
                        ("restore", "--from", copy, "--state-dir", anew)):
            result = run("journal", *command, "--json")
            self.assertEqual(result.returncode, 0, result.stderr)
            facts.append(json.loads(result.stdout))
        self.assertGreater(facts[0]["records"], 2)
        self.assertIsNone(facts[0]["problem"])
        self.assertEqual(facts[1:], facts[:1] * 3)
        self.assert_refused(run("journal", "restore", "--from", copy, "--state-dir", self.state), 1,
                            "journal-000001.sfj", "empty directory")
        self.assert_refused(run("journal", "backup", "--to", copy, "--state-dir", self.state), 1,
                            "is not written over")
        journal = os.path.join(copy, "journal-000001.sfj")
        os.truncate(journal, os.path.getsize(journal) - 1)
        damaged = run("journal", "verify", "--state-dir", copy)
        self.assertEqual(damaged.returncode, 1)
        self.assertIn("behind the last good record", damaged.stderr)
        self.assert_refused(run("journal", "verify", "--state-dir", anew + "/nothing"), 1,
                            "has none; name the directory of a run")
        self.assertEqual(run("journal", "backup").returncode, 2)

    @needs_data
    def test_recorded_candles_move_the_sol_price(self):
        candles = DATA / "marketdata/candles/binance_spot_SOLUSDT_1m.csv.gz"
        report = self.run_json("--duration", "10", "--market", str(candles))
        self.assertLess(float(report["sol_price_usd"]), 120)

    def live(self, settings, *arguments):
        path = pathlib.Path(self.state).parent / "live.yaml"
        path.write_text(settings, encoding="utf-8")
        return run("run", "--mode", "live", "--config", str(path), "--state-dir", self.state,
                   *arguments)

    def test_live_mode_says_what_is_missing_one_thing_after_the_other(self):
        endpoint = ("network:\n  endpoints:\n    - name: node\n      rpc_url: http://127.0.0.1:9\n"
                    "      pubsub_url: ws://127.0.0.1:9\n")
        wallet = "wallet:\n  keypair_file: /nonexistent.json\n"
        self.assert_refused(run("run", "--mode", "live"), 2, "--config")
        self.assert_refused(run("rescue", "flatten", "--adopted", "--accept-shortfall"), 2,
                            "real money has no defaults")
        self.assert_refused(self.live(endpoint + wallet), 2, "--live-mode")
        self.assert_refused(self.live(wallet, "--live-mode"), 2, "network.endpoints: is empty")
        self.assert_refused(self.live(endpoint, "--live-mode"), 2, "wallet.keypair_file: is empty",
                            "sniperforge wallet new")
        self.assert_refused(self.live(endpoint + wallet, "--live-mode"), 3, "sniperforge drill")
        self.assert_refused(self.live("nonsense: 1\n", "--live-mode"), 2, "nonsense")

    def test_live_mode_has_no_simulated_cluster_and_sim_mode_no_real_money(self):
        for option in (("--seed", "2"), ("--cluster", "http://127.0.0.1:9"), ("--nodes", "2"),
                       ("--scenario", "stress"), ("--virtual-time",)):
            with self.subTest(option=option[0]):
                self.assert_refused(self.live("", "--live-mode", *option), 2, option[0])
        self.assert_refused(run("run", "--live-mode"), 2, "--mode live")
        self.assert_refused(run("run", "--restart-ladder"), 2, "--restart-ladder")

    def test_doctor_looks_at_the_machine_and_says_what_it_is_not_told(self):
        result = run("doctor", "--state-dir", self.state)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("ok    machine: state directory: ", result.stdout)
        self.assertIn("skip  settings: file: none is given", result.stdout)
        self.assert_refused(run("doctor", "--live"), 2, "--config")
        self.assert_refused(run("doctor", "--pool", "x"), 2, "--pool", "x")
        self.assert_refused(run("doctor", "--wallet", "1" * 32), 2, "--live")
        self.assertEqual(run("doctor", "--patience", "0").returncode, 2)

    def test_doctor_reports_every_problem_of_a_file_and_fails(self):
        path = self.file("bad.yaml", 'risk:\n  trade_max_usd: "0,5"\n  positions_maxx: 3\n')
        result = run("doctor", "--config", path, "--state-dir", self.file("plain", ""), "--json")
        self.assertEqual(result.returncode, 3, result.stderr)
        report = json.loads(result.stdout)
        self.assertFalse(report["ok"])
        failed = [check["found"] for check in report["checks"] if check["verdict"] == "FAIL"]
        self.assertEqual(len(failed), report["failures"])
        for text in (f"{path}:2", f"{path}:3", "is a file"):
            self.assertTrue(any(text in found for found in failed), (text, failed))

    def test_a_round_trip_asks_for_what_it_may_spend(self):
        trade = ("test", "mainnet-real-trading", "--live-mode")
        self.assertEqual(run(*trade).returncode, 2)
        self.assert_refused(run(*trade, "--max-trade", "0"), 2, "--max-trade 0")
        self.assert_refused(run(*trade, "--max-trade", "1"), 2, "--config")
        self.assert_refused(run(*trade, "--max-trade", "1", "--pool", "x"), 2, "--pool", "x")
        self.assert_refused(run("test"), 2, "subcommand is required")

    def test_bad_arguments_name_the_value_and_the_way_out(self):
        self.assert_refused(run("run", "--mode", "dream"), 2, '--mode "dream" is not a mode')
        self.assertEqual(run("run", "--duration", "5x").returncode, 2)
        self.assert_refused(run("run", "--scenario", "nope"), 2, "nope", "calibrated")
        self.assert_refused(run("run", "--market", "/nonexistent.csv"), 2, "/nonexistent.csv")
        self.assert_refused(run("run", "--cluster", "ftp://x", "--state-dir", self.state), 2,
                            "--cluster")

    def test_numbers_are_digits_within_their_range(self):
        # What wraps would run for some hundred years, or with another seed than was written.
        run_demo, serve = ("run",), ("sim", "serve")
        for command, option, value in (
                (run_demo, "--duration", "-1"), (run_demo, "--duration", "1.5"),
                (run_demo, "--duration", "1000000001"), (run_demo, "--duration", str(2**64)),
                (run_demo, "--seed", "-1"), (run_demo, "--seed", str(2**64)),
                (run_demo, "--seed", "010"),  # Eight, to the parser behind the check.
                (serve, "--duration", "-1"), (serve, "--seed", "-1"),
                (serve, "--rpc-port", "65536"), (serve, "--jupiter-port", "-1")):
            with self.subTest((command, option, value)):
                self.assert_refused(run(*command, option, value), 2, option, value)

    def test_an_empty_option_chooses_no_default(self):
        for command, option in ((("run",), "--config"), (("run",), "--cluster"), (("run",), "--state-dir"),
                                (("run",), "--market"), (("run",), "--faults"), (("status",), "--state-dir"),
                                (("sim", "serve"), "--market"), (("sim", "serve"), "--faults")):
            with self.subTest((command, option)):
                self.assert_refused(run(*command, option, ""), 2, option, "is empty")

    def test_what_no_external_cluster_can_do_is_refused(self):
        external = ("run", "--cluster", "http://127.0.0.1:1", "--state-dir", self.state)
        candles = self.file("candles.csv", "ts_ms,open,high,low,close,volume\n0,1,1,1,1,1\n")
        for options in (("--virtual-time",), ("--market", candles), ("--nodes", "2")):
            with self.subTest(options):
                self.assert_refused(run(*external, *options), 2, options[0],
                                    "--cluster")

    def test_unknown_words_are_named_before_what_is_missing(self):
        for words in (("bogus",), ("decode", "bogus", "x"), ("quote", "--bogus"), ("config", "lint")):
            with self.subTest(words):
                unknown = next(word for word in words if word.strip("-") in ("bogus", "lint"))
                self.assert_refused(run(*words), 2, f'"{unknown}" is no command')
        self.assert_refused(run("decode"), 2, "subcommand is required")

    def test_a_state_directory_that_cannot_be_is_named(self):
        self.assert_refused(run("run", "--state-dir", self.file("plain", "")), 3, "plain",
                            "name another with --state-dir")
        self.assert_refused(run("status", "--mode", "dream"), 2, "--mode", "dream", "sim")

    def test_unknown_and_out_of_range_settings_name_file_and_line(self):
        path = self.file("bad.yaml", 'risk:\n  trade_max_usd: "0,5"\n  positions_maxx: 3\n'
                                     "  positions_max: 5000\n")
        result = run("run", "--config", path)
        self.assert_refused(result, 2, f"{path}:2", "0,5", f"{path}:3", "positions_maxx",
                            f"{path}:4", "5000")

    def test_unreachable_cluster_is_not_ready(self):
        with socket.socket() as held:  # Bound and not listening: it refuses.
            held.bind(("127.0.0.1", 0))
            port = held.getsockname()[1]
            # The seed is the wallet, which no other process of the machine may have meanwhile.
            result = run("run", "--cluster", f"http://127.0.0.1:{port}", "--duration", "1",
                         "--seed", str(os.getpid()), "--state-dir", self.state,
                         XDG_STATE_HOME=self.directory.name)
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn("genesis hash", result.stderr)

    def test_sim_serve_names_the_setting_that_its_ports_need(self):
        apart = run("sim", "serve", "--rpc-port", "0", "--jupiter-port", "0", "--duration", "1")
        self.assertEqual(apart.returncode, 0, apart.stderr)
        jupiter = re.search(r"Jupiter +(http://\S+)", apart.stdout)[1]
        self.assertIn(f"trades against it with jupiter.url: {jupiter} in its --config;",
                      apart.stdout)

    def test_refused_port_of_sim_serve_is_named(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            result = run("sim", "serve", "--rpc-port", str(port), "--duration", "1")
        self.assert_refused(result, 3, str(port))


class Stopping(CommandLine):
    """A real run on loopback sockets: status, SIGTERM, second instance."""

    def start(self, *arguments):
        process = subprocess.Popen(
            [BINARY, "run", "--json", "--seed", "7", "--state-dir", self.state, *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            status = run("status", "--state-dir", self.state)
            if status.returncode == 0 and json.loads(status.stdout)["state"] == "trading":
                return process
            if process.poll() is not None:
                self.fail(f"it ended early: {process.stderr.read()}")
        self.fail("it did not start trading within five minutes")

    def finish(self, process):
        out, err = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, err)
        return json.loads(out)

    def test_sigterm_settles_what_is_in_flight_and_reports(self):
        process = self.start()
        process.send_signal(signal.SIGTERM)
        report = self.finish(process)
        self.assertEqual(report["orders"]["in_flight"], 0)
        self.assert_balanced(report["ledger"])

    def check_reload(self, path):
        def reload(text, *arguments):
            path.write_text(text)
            return run("reload", "--state-dir", self.state, *arguments)

        same = reload("")
        self.assertEqual((same.returncode, same.stdout), (0, "nothing changed\n"))
        changed = reload("risk:\n  trade_max_usd: \"50\"\n")
        self.assertEqual(changed.returncode, 0, changed.stderr)
        self.assertIn('risk.trade_max_usd: "100" -> "50"', changed.stdout)
        self.assert_refused(reload("risk:\n  trade_max_usd: \"0\"\n"), 2, f"{path}:2:", "trade_max_usd")
        both = "risk:\n  trade_max_usd: \"40\"\n  breaker_open_s: 31\n"
        self.assert_refused(reload(both), 4, "risk.breaker_open_s: 30 -> 31 takes a restart")
        answer = json.loads(reload("risk:\n  trade_max_usd: \"60\"\n", "--json").stdout)
        self.assertEqual(answer["changes"], [
            {"key": "risk.trade_max_usd", "before": '"50"', "after": '"60"', "is_live": True,
             "is_looser": True}])

    def test_it_is_reloaded_and_stopped_and_a_second_instance_is_refused(self):
        path = pathlib.Path(self.directory.name, "settings.yaml")
        path.write_text("")
        process = self.start("--config", str(path))
        self.check_reload(path)
        second = run("run", "--state-dir", self.state, "--duration", "1")
        self.assertEqual(second.returncode, 3)
        self.assertIn("in use by another sniperforge", second.stderr)
        self.assertEqual(run("stop", "--state-dir", self.state).returncode, 0)
        self.finish(process)
        gone = run("status", "--state-dir", self.state)
        self.assertEqual(gone.returncode, 3)
        self.assertIn("no daemon answers", gone.stderr)
        self.assertEqual(run("reload", "--state-dir", self.state).returncode, 3)


class Upkeep(CommandLine):
    def test_only_what_reads_the_journal_is_told_where_it_is(self):
        for command, is_reading in (("tables list", True), ("tables close", True),
                                    ("nonce create", True), ("nonce list", False)):
            told = run(*command.split(), "--help")
            self.assertEqual(told.returncode, 0, told.stderr)
            self.assertEqual("--state-dir" in told.stdout, is_reading, command)
            self.assertEqual("--yes" in told.stdout, not command.endswith("list"), command)


class Config(CommandLine):
    def test_shipped_file_is_valid_and_equals_the_defaults(self):
        path = str(SOURCE / "config/sniperforge.yaml")
        self.assertEqual(run("config", "check", path).returncode, 0)
        self.assertEqual(run("config", "show", path).stdout, run("config", "show").stdout)

    def test_examples_are_valid_and_change_something(self):
        examples = sorted((SOURCE / "config/examples").glob("*.yaml"))
        self.assertTrue(examples)
        for path in map(str, examples):
            checked = run("config", "check", path)
            self.assertEqual(checked.returncode, 0, checked.stderr)
            self.assertNotEqual(run("config", "show", path).stdout, run("config", "show").stdout, path)

    def test_check_collects_every_problem(self):
        path = self.file("bad.yaml", "risk:\n  nonsense: 1\nlogging:\n  level: loud\n")
        result = run("config", "check", path, "--json")
        self.assertEqual(result.returncode, 2)
        self.assertEqual(len(json.loads(result.stdout)["problems"]), 2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
