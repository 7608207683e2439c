# SPDX-License-Identifier: MIT
"""`pause`, `resume` and `flatten` of a real daemon against `sim serve` on loopback."""

import glob
import http.server
import json
import os
import re
import signal
import subprocess
import threading
import time
import unittest

from command_line import BINARY, CommandLine, run

# What is bought is held, and there is room for more: nothing but a person sells it.
HOLDING = """
risk: {positions_max: 4}
exits:
  take_profit_bps: 1000000
  stop_loss_bps: 10000
  trailing_arm_bps: 1000000
  time_limit_s: 86400
  feed_loss_exit_s: 0
  dev_sell_min_bps: 0
  holder_dump_min_bps: 0
"""
CAUSE = rb'\{"event":"cause","cause":"(\w+)","stands":(true|false)'
INTENT = rb'\{"intent":(\d+),"strategy":"\w+","kind":"(\w+)"'
GENESIS = "11111111111111111111111111111112"  # Of no chain that there is.
APPROVAL = rb'\{"intent":(\d+)(?:\}|,"size":|,"funder":)'


class Operator(CommandLine):
    def serve(self):
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
                return told["JSON-RPC"], f"jupiter:\n  url: {told[name]}\n"
        self.fail(f"sim serve ended: {told}")

    def start(self, url, settings):
        process = subprocess.Popen(
            [BINARY, "run", "--mode", "sim", "--seed", "7", "--cluster", url, "--json", "--config",
             self.file("settings.yaml", settings), "--state-dir", self.state],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        return process

    def until(self, process, is_met):
        """What status says once it is: when the market offers something, nobody knows."""
        deadline = time.monotonic() + 300
        while True:
            status = run("status", "--state-dir", self.state)
            told = json.loads(status.stdout) if status.returncode == 0 else {}
            if "standing" in told and is_met(told):
                return told
            self.assertIsNone(process.poll())
            self.assertLess(time.monotonic(), deadline, told.get("standing"))

    def order(self, *arguments, code=0):
        result = run(*arguments, "--state-dir", self.state, "--json")
        self.assertEqual(result.returncode, code, result.stderr + result.stdout)
        return json.loads(result.stdout)

    def approved_since(self, cause, stands):
        """Kinds of what the gate let through behind the newest record of that cause."""
        journal = b""
        for path in sorted(glob.glob(os.path.join(self.state, "journal-*.sfj"))):
            with open(path, "rb") as file:
                journal += file.read()
        kinds = {int(m[1]): m[2].decode() for m in re.finditer(INTENT, journal)}
        marks = [m.end() for m in re.finditer(CAUSE, journal)
                 if (m[1].decode(), m[2] == b"true") == (cause, stands)]
        self.assertTrue(marks, f"no record says that {cause} stands: {stands}")
        return [kinds[int(m[1])] for m in re.finditer(APPROVAL, journal[marks[-1]:])]

    def expect_nothing_bought_since(self, cause):
        bought = {"entry", "cycle"} & set(self.approved_since(cause, True))
        self.assertEqual(bought, set())

    def test_a_pause_outlives_a_kill_and_a_flattening_leaves_nothing(self):
        url, settings = self.serve()
        first = self.start(url, settings + HOLDING)
        self.until(first, lambda told: told["report"]["positions"]["open"] > 0)

        paused = self.order("pause", "--reason", "a look at the market")
        self.assertTrue(paused["is_changed"])
        self.assertEqual(paused["state"], "REDUCING")
        again = self.order("pause")
        self.assertFalse(again["is_changed"])
        self.assertEqual(again["standing"][0]["reason"], "a look at the market")
        denied = self.until(first, lambda told: told["report"]["denials"].get("ENGINE_HALTED", 0) > 5)
        self.assertEqual((denied["state"], denied["trading_state"]), ("paused", "REDUCING"))
        self.assertGreater(denied["report"]["positions"]["open"], 0)
        self.expect_nothing_bought_since("pause")
        first.send_signal(signal.SIGKILL)
        first.wait()

        second = self.start(url, settings + HOLDING)
        told = self.until(second, lambda told: told["state"] == "paused" and
                          told["report"]["denials"].get("ENGINE_HALTED", 0) > 5)
        self.assertEqual(told["standing"], paused["standing"])
        self.expect_nothing_bought_since("pause")

        resumed = self.order("resume")
        self.assertEqual((resumed["state"], resumed["standing"]), ("ACTIVE", []))
        self.assertEqual([(each["cause"], each["reason"]) for each in resumed["ended"]],
                         [("pause", "a look at the market")])
        self.until(second, lambda told: {"entry", "cycle"} & set(self.approved_since("pause", False)))

        self.check_flatten(second)

    def check_flatten(self, process):
        refused = run("flatten", "--state-dir", self.state)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("say with --yes", refused.stderr)
        flattened = self.order("flatten", "--yes")
        self.assertTrue(flattened["selling"])
        told = self.until(process, lambda told: told["report"]["positions"]["open"] == 0)
        self.assertEqual((told["state"], told["trading_state"]), ("flattening", "REDUCING"))
        self.expect_nothing_bought_since("flatten")
        self.assertIn("exit", self.approved_since("flatten", True))
        text = run("resume", "--state-dir", self.state)
        self.assertEqual(text.returncode, 0)
        head, ended, *rest = text.stdout.splitlines()
        self.assertEqual((head, rest), ("resume: REDUCING -> ACTIVE", []))
        self.assertIn("  ended: everything is being sold, since ", ended)
        self.assertEqual(run("stop", "--state-dir", self.state).returncode, 0)
        out, _ = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 0)
        self.assert_balanced(json.loads(out)["ledger"])

    def test_without_a_daemon_nobody_is_paused(self):
        for command in ("pause",), ("resume",), ("flatten", "--yes"):
            result = run(*command, "--state-dir", self.state)
            self.assert_refused(result, 3, "no daemon answers")
            self.assertEqual("rescue flatten" in result.stderr, command[0] == "flatten")
        long = run("pause", "--state-dir", self.state, "--reason", "x" * 201)
        self.assert_refused(long, 2, "--reason: the reason has 201 bytes, at most 200")

    def test_a_rescue_that_no_cluster_answers_gives_up_after_its_duration(self):
        done = threading.Event()

        class Hanging(http.server.BaseHTTPRequestHandler):
            """Says which chain it is of, and nothing else."""
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if request["method"] != "getGenesisHash":
                    done.wait()
                    return
                reply = json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": GENESIS})
                self.send_response(200)
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply.encode())

            def log_message(self, *arguments):
                pass

        node = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hanging)
        self.addCleanup(node.server_close)
        self.addCleanup(node.shutdown)
        self.addCleanup(done.set)
        threading.Thread(target=node.serve_forever).start()
        key = os.path.join(self.directory.name, "id.json")
        self.assertEqual(run("wallet", "new", "--plain", "--out", key).returncode, 0)
        port = node.server_port
        settings = self.file("settings.yaml", f"""
network:
  endpoints:
    - {{name: n, rpc_url: "http://127.0.0.1:{port}", pubsub_url: "ws://127.0.0.1:{port}"}}
wallet: {{keypair_file: "{key}"}}
""")
        result = run("rescue", "flatten", "--live-mode", "--config", settings, "--state-dir",
                     self.state, "--duration", "2")
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn("not ready within the 2 s that the run may take", result.stderr)


if __name__ == "__main__":
    unittest.main()
