# SPDX-License-Identifier: MIT
"""`explain`, `export` and `report --since` of what a run left behind, `status --watch`, completions."""

import csv
import io
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import unittest

from command_line import BINARY, CommandLine, run


class Records(CommandLine):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.place.cleanup)
        cls.run_state = os.path.join(cls.place.name, "state")
        result = run("run", "--mode", "sim", "--virtual-time", "--duration", "120", "--seed", "7",
                     "--json", "--state-dir", cls.run_state)
        assert result.returncode == 0, result.stderr
        cls.report = json.loads(result.stdout)
        with sqlite3.connect(os.path.join(cls.run_state, "trades.sqlite")) as store:
            store.row_factory = sqlite3.Row
            cls.orders = [dict(row) for row in store.execute("SELECT * FROM orders ORDER BY wall_ns")]

    def told(self, *arguments):
        result = run(*arguments, "--state-dir", self.run_state)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def explained(self, identity):
        return json.loads(self.told("explain", str(identity), "--json"))

    def an_order(self, kind, outcome="landed"):
        return next(o for o in self.orders if (o["kind"], o["outcome"]) == (kind, outcome))

    def rows(self, *arguments):
        return list(csv.DictReader(io.StringIO(self.told("export", "csv", *arguments), newline="")))


class Explain(Records):
    def test_a_sale_is_told_from_its_inputs_to_its_lots(self):
        sale = self.an_order("exit")
        order, = self.explained(sale["intent_id"])["orders"]
        self.assertEqual(order["signature"], sale["signature"])
        self.assertEqual((order["provenance"], order["outcome"], order["is_final"]),
                         ("sim", "landed", True))
        self.assertEqual(order["decision"]["record"]["intent"], sale["intent_id"])
        self.assertEqual(order["decision"]["record"]["exit_reason"], sale["exit_reason"])
        self.assertEqual([m["event"] for m in order["timeline"]],
                         ["decided", "approved", "signed", "landed", "finalized"],
                         "when it was sent nobody measures under virtual time")
        moments = [int(m["at_ns"]) for m in order["timeline"]]
        self.assertEqual(moments, sorted(moments))
        slots = [int(m["slot"]) for m in order["timeline"] if m["slot"]]
        self.assertEqual(slots, sorted(slots))
        costs = {name: int(value or 0) for name, value in order["costs_lamports"].items()}
        self.assertEqual(costs["wallet"], sale["wallet"])
        self.assertEqual(costs["principal"] - costs["base_fee"] - costs["priority_fee"] -
                         costs["tip"] - costs["rent_paid"] + costs["rent_refunded"] -
                         costs["rent_of_others"] + costs["unexplained"], costs["wallet"])
        self.assertEqual(int(order["received"]), costs["principal"])
        self.assertGreaterEqual(int(order["received"]), order["decision"]["record"]["receive_min"])
        self.assertEqual(sum(int(lot["quantity"]) for lot in order["lots"]),
                         order["decision"]["record"]["amount_in"])
        self.assertTrue(all(lot["disposed"]["order"] == str(sale["intent_id"])
                            for lot in order["lots"]))

    def test_a_purchase_has_the_verdict_on_its_token_and_what_the_gate_said(self):
        bought = [o for o in self.orders if (o["kind"], o["strategy"], o["outcome"]) ==
                  ("entry", "sniper", "landed")]
        order, = self.explained(bought[0]["intent_id"])["orders"]
        self.assertEqual(order["verdicts"][-1]["record"]["mint"], order["mint"])
        self.assertTrue(order["verdicts"][-1]["record"]["is_safe"])
        self.assertIn("size", order["approval"]["record"])
        self.assertEqual(order["path"]["record"]["taken"], "direct")
        text = self.told("explain", str(bought[0]["intent_id"]))
        for part in ("[sim demo] order", "verdict", "safe to buy", "gate       approved",
                     "lane       direct taken", "floor", "timeline", "base fee", bought[0]["signature"]):
            self.assertIn(part, text)
        self.assertNotIn("\x1b", text)

    def test_every_order_is_explained_and_its_costs_add_up_with_all_others(self):
        wallet = 0
        for order in self.orders[:12]:
            told, = self.explained(order["intent_id"])["orders"]
            self.assertEqual(told["outcome"], order["outcome"])
            wallet += int((told["costs_lamports"] or {"wallet": 0})["wallet"])
        self.assertEqual(wallet, sum(o["wallet"] for o in self.orders[:12]))

    def test_what_was_denied_says_why(self):
        denied = None
        signed = {o["intent_id"] for o in self.orders}
        for number in range(1, max(signed)):
            if number in signed:
                continue
            result = run("explain", str(number), "--json", "--state-dir", self.run_state)
            if result.returncode == 0 and json.loads(result.stdout)["orders"][0]["denial"]:
                denied, = json.loads(result.stdout)["orders"]
                break
        self.assertIsNotNone(denied)
        self.assertEqual(denied["outcome"], "denied")
        self.assertTrue(denied["denial"]["record"]["detail"])
        self.assertIsNone(denied["costs_lamports"])
        self.assertIn(denied["denial"]["record"]["reason"], self.told("explain", denied["order"]))

    def test_a_position_is_told_with_all_its_orders(self):
        sale = self.an_order("exit")
        told = self.explained(f"p{sale['position_id']}")
        self.assertEqual(told["position"], str(sale["position_id"]))
        self.assertEqual(sorted(o["kind"] for o in told["orders"])[0], "entry")
        self.assertIn(str(sale["intent_id"]), [o["order"] for o in told["orders"]])
        events = [e["record"]["event"] for e in told["position_events"]]
        self.assertEqual((events[0], events[-1]), ("opened", "closed"))

    def test_a_signature_or_how_it_begins_means_its_order(self):
        sale = self.an_order("exit")
        for asked in (sale["signature"], sale["signature"][:12]):
            order, = self.explained(asked)["orders"]
            self.assertEqual(order["order"], str(sale["intent_id"]))

    def refused(self, identity, code, *texts):
        self.assert_refused(run("explain", identity, "--state-dir", self.run_state), code, *texts)

    def test_an_unknown_id_is_told_what_ids_look_like_and_what_is_nearest(self):
        last = max(o["intent_id"] for o in self.orders)
        self.refused("999999", 2, "999999", "an order's number (5)", "p3", f"\n  {last}  ")
        self.refused("p999", 2, "nearest are: p")
        sale = self.an_order("exit")["signature"]
        self.refused(sale[:6] + "0", 2, "signature", sale)
        self.refused("18446744073709551616", 2, "an id is")

    def test_an_ambiguous_begin_lists_the_candidates(self):
        first = {}
        for order in self.orders:
            first.setdefault(order["signature"][:1], []).append(order)
        begin, several = next((b, o) for b, o in first.items() if b and len(o) > 1 and not b.isdigit())
        self.refused(begin, 2, f"begins {len(several)} signatures", several[0]["signature"])

    def test_a_directory_without_a_run_is_not_ready(self):
        self.assert_refused(run("explain", "5", "--state-dir", self.state), 3, "no order", self.state)

    def test_without_the_store_the_journal_tells_it_and_without_the_journal_the_store(self):
        sale = self.an_order("exit")
        for missing in ("trades.sqlite", "journal-000001.sfj"):
            path = os.path.join(self.run_state, missing)
            os.rename(path, path + ".away")
            try:
                order, = self.explained(sale["intent_id"])["orders"]
                self.assertEqual(order["outcome"], "landed")
                self.assertEqual(int(order["costs_lamports"]["wallet"]), sale["wallet"])
                self.assertEqual(order["decision"] is None, missing.startswith("journal"))
            finally:
                os.rename(path + ".away", path)


class Export(Records):
    def test_sums_of_the_rows_are_those_of_the_ledger(self):
        rows = self.rows()
        books = self.report["books"]
        self.assertEqual(sum(int(row["result_lamports"]) for row in rows), books["result"])
        self.assertEqual(sum(int(row["cost_lamports"]) for row in rows if row["kind"] == "held"),
                         books["lamports"]["positions"])
        fees = sum(int(row["disposed_fees_lamports"] or 0) for row in rows)
        fees += sum(int(row["acquired_fees_lamports"] or 0) for row in rows)
        self.assertEqual(fees, sum(books["lamports"][name]
                                   for name in ("base_fee", "priority_fee", "tip")))
        self.assertTrue(all(row["is_final"] == "true" for row in rows))

    def test_each_row_says_that_it_is_simulated_and_names_both_sides(self):
        rows = self.rows()
        self.assertEqual({(row["provenance"], row["scenario"]) for row in rows}, {("sim", "demo")})
        signatures = {o["signature"]: o for o in self.orders}
        sold = [row for row in rows if row["kind"] == "sold"]
        self.assertTrue(sold)
        for row in sold:
            self.assertEqual(signatures[row["acquired_signature"]]["kind"], "entry")
            self.assertEqual(signatures[row["disposed_signature"]]["kind"], "exit")
            self.assertEqual(int(row["proceeds_lamports"]) - int(row["cost_lamports"]),
                             int(row["result_lamports"]))
            self.assertGreater(int(row["held_ms"]), 0)
            self.assertLess(row["acquired_at"], row["disposed_at"])
        kinds = {"cycle": ("cycle", "landed"), "sweep": ("sweep", "landed")}
        for kind, (order, outcome) in kinds.items():
            self.assertEqual(sum(row["kind"] == kind for row in rows),
                             sum((o["kind"], o["outcome"]) == (order, outcome) for o in self.orders))
        self.assertEqual(sum(row["kind"] == "failed" for row in rows),
                         self.report["orders"]["reverted"])

    def test_lines_end_as_rfc_4180_has_them(self):
        result = run("export", "csv", "--state-dir", self.run_state)
        header = result.stdout.splitlines()[0]
        self.assertTrue(header.startswith("kind,provenance,scenario,run_id,"))
        with open(self.exported(), "rb") as file:
            content = file.read()
        self.assertEqual(content.count(b"\r\n"), content.count(b"\n"))
        self.assertTrue(content.endswith(b"\r\n"))

    def exported(self):
        path = os.path.join(self.directory.name, "lots.csv")
        self.assertEqual(self.told("export", "csv", "--output", path), "")
        return path

    def test_json_has_the_same_rows_as_exact_texts_and_their_sums(self):
        told = json.loads(self.told("export", "json"))
        rows = self.rows()
        self.assertEqual([{name: value or "" for name, value in row.items() if name != "is_final"}
                          for row in told["rows"]],
                         [{name: value for name, value in row.items() if name != "is_final"}
                          for row in rows])
        self.assertEqual(int(told["sums_lamports"]["result"]), self.report["books"]["result"])
        self.assertEqual(told["records_gone"], "0")

    def test_a_period_has_what_ended_in_it_and_its_parts_are_the_whole(self):
        rows = [row for row in self.rows() if row["kind"] != "held"]
        middle = rows[len(rows) // 2]["disposed_at"][:19] + "Z"
        before = self.rows("--until", middle)
        behind = [row for row in self.rows("--since", middle) if row["kind"] != "held"]
        self.assertTrue(before and behind)
        self.assertEqual(before + behind, rows)
        self.assertTrue(all(row["disposed_at"] < middle for row in before))

    def test_a_file_is_replaced_as_a_whole_or_not_at_all(self):
        path = self.exported()
        with open(path, "rb") as file:
            self.assertEqual(file.read().decode(), run("export", "csv", "--state-dir", self.run_state)
                             .stdout.replace("\n", "\r\n"))
        self.assertEqual(os.listdir(self.directory.name), ["lots.csv"])
        nowhere = os.path.join(self.directory.name, "none", "lots.csv")
        self.assert_refused(run("export", "csv", "--output", nowhere, "--state-dir", self.run_state),
                            1, nowhere, "--output")

    def test_what_cannot_be_meant_is_refused(self):
        for arguments, text in (((), "format"), (("xml",), "csv"),
                                (("csv", "--since", "yesterday"), "yesterday"),
                                (("csv", "--since", "2026-02-30"), "2026-02-30"),
                                (("csv", "--since", "2026-01-02", "--until", "2026-01-01"),
                                 "not behind")):
            result = run("export", *arguments, "--state-dir", self.run_state)
            self.assertEqual((result.returncode, result.stdout), (2, ""), result.stderr)
            self.assertIn(text, result.stderr)
        self.assert_refused(run("export", "csv", "--state-dir", self.state), 3, "no journal")


class Since(Records):
    def test_evidence_is_of_the_time_from_then_on_and_says_what_was_cut(self):
        whole = json.loads(self.told("report", "--targets", "--json"))
        told = json.loads(self.told("report", "--since", "2026-01-01T00:01:00Z", "--json"))
        evidence = told["strategies"][-1]["evidence"]
        self.assertEqual(evidence["period"]["from_ns"], 1767225660 * 10**9)
        self.assertLess(evidence["attempts"], whole["strategies"][-1]["evidence"]["attempts"])
        self.assertGreater(evidence["attempts"], 0)
        self.assertTrue(told["command"].endswith("--since 2026-01-01T00:01:00Z"), told["command"])
        self.assertTrue(any("0 runs that had ended are left out, 1 that went on over that moment" in n
                            for n in told["notes"]), told["notes"])
        self.assertIn("older records were deleted or left out", evidence["targets"]["win_rate"]["reasons"])
        self.assertIn("left out", self.told("report", "--since", "2026-01-01T00:01:00Z"))

    def test_a_begin_before_all_of_it_restricts_nothing_and_one_behind_it_is_refused(self):
        whole = json.loads(self.told("report", "--targets", "--json"))
        told = json.loads(self.told("report", "--since", "2025-12-31", "--json"))
        self.assertEqual(told["strategies"], whole["strategies"])
        self.assertTrue(any("this is of all runs" in n for n in told["notes"]))
        late = run("report", "--since", "2026-01-02", "--state-dir", self.run_state)
        self.assert_refused(late, 1, "no run is known to have gone on at 2026-01-02T00:00:00Z")
        self.assert_refused(run("report", "--since", "soon", "--state-dir", self.run_state), 2, "soon")


class Words(CommandLine):
    """What the shell completes and the man page lists is what the program takes."""

    def completed(self, *words):
        script = run("completion", "bash").stdout
        line = " ".join(f"'{word}'" for word in ("sniperforge", *words))
        asked = (f"{script}\nCOMP_WORDS=({line}); COMP_CWORD={len(words)}; _sniperforge; "
                 'printf "%s\\n" "${COMPREPLY[@]}"')
        told = subprocess.run(["bash", "--norc", "-c", asked], capture_output=True, text=True, check=True)
        self.assertEqual(told.stderr, "")
        return told.stdout.split()

    def test_bash_completes_commands_options_and_choices(self):
        self.assertEqual(self.completed("expl"), ["explain"])
        self.assertEqual([word for word in self.completed("export", "") if word[0] != "-"], ["csv", "json"])
        self.assertEqual(self.completed("run", "--mo"), ["--mode"])
        self.assertEqual(self.completed("status", "--mode", ""), ["sim", "paper", "live"])
        self.assertEqual(self.completed("test", "main"), ["mainnet-real-trading"])
        self.assertIn("--state-dir", self.completed("export", "csv", "--"))

    def test_every_command_of_the_help_is_in_all_of_them(self):
        names = re.findall(r"^  ([a-z-]+) ", run("--help").stdout.split("Subcommands:")[1], re.M)
        self.assertIn("explain", names)
        page = run("man-page").stdout
        for name in names:
            self.assertEqual(self.completed(name), [name])
            self.assertIn(f"'{name}:", run("completion", "zsh").stdout)
            self.assertIn(f" -a {name} -d ", run("completion", "fish").stdout)
            self.assertIn(".SS \"" + name.replace("-", "\\-") + '"', page)

    def test_the_man_page_is_without_a_warning(self):
        if shutil.which("man") is None:
            self.skipTest("there is no man")
        told = subprocess.run(["man", "--warnings", "-l", "-"], input=run("man-page").stdout, text=True,
                              capture_output=True, env={**os.environ, "LC_ALL": "C.UTF-8", "MANPAGER": "cat"})
        self.assertEqual((told.returncode, told.stderr), (0, ""))

    def test_colours_are_for_terminals_unless_they_are_asked_for(self):
        for arguments, environment, is_colored in (
                ((), {}, False), (("--color", "always"), {"NO_COLOR": "1"}, True),
                (("--color", "never"), {}, False)):
            told = run("status", "--state-dir", self.state, *arguments, **environment)
            self.assertEqual("\x1b[31m" in told.stderr, is_colored, told.stderr)
        self.assertEqual(run("status", "--color", "pink").returncode, 2)


class Watch(CommandLine):
    def test_a_look_is_a_line_until_it_is_ended_or_the_daemon_is(self):
        daemon = subprocess.Popen([BINARY, "run", "--seed", "5", "--state-dir", self.state],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(daemon.wait)
        self.addCleanup(daemon.kill)
        while run("status", "--state-dir", self.state).returncode != 0:
            self.assertIsNone(daemon.poll())
        watches = [subprocess.Popen([BINARY, "status", "--watch", *seconds, "--state-dir", self.state],
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                   for seconds in ((), ("1",))]
        for watch in watches:
            self.addCleanup(watch.stdout.close)
            self.addCleanup(watch.stderr.close)
            self.addCleanup(watch.kill)
            for _ in range(2):
                line = watch.stdout.readline()
                self.assertNotIn("\x1b", line)
                self.assertIn("state", json.loads(line))
        watches[0].send_signal(signal.SIGINT)
        self.assertEqual(watches[0].wait(), 0)
        screen = self.screen()
        self.assertTrue(screen.startswith("\x1b[?1049h\x1b[H") and screen.endswith("\x1b[?1049l"), screen)
        self.assertIn("realized", screen)
        daemon.kill()
        self.assertEqual(watches[1].wait(), 3)
        self.assertIn("no daemon answers", watches[1].stderr.read())

    def screen(self):
        """What a terminal gets up to Ctrl-C."""
        ours, theirs = os.openpty()
        watch = subprocess.Popen([BINARY, "status", "--watch", "--state-dir", self.state], stdout=theirs,
                                 stderr=theirs, env={**os.environ, "TERM": "xterm"})
        os.close(theirs)
        shown = b""
        while b"ends it" not in shown:
            shown += os.read(ours, 65536)
        watch.send_signal(signal.SIGINT)
        self.assertEqual(watch.wait(), 0)
        try:
            while part := os.read(ours, 65536):
                shown += part
        except OSError:
            pass  # The other end is closed.
        os.close(ours)
        return shown.decode()


del Records  # It has no test of its own.

if __name__ == "__main__":
    unittest.main()
