# SPDX-License-Identifier: MIT
"""The admin server of a real daemon: what it tells, to whom, and what Prometheus makes of it."""

import json
import os
import pathlib
import re
import shutil
import socket
import stat
import subprocess
import sys
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

from command_line import BINARY, CommandLine, run

DEADLINE_S = 300
PROMETHEUS_CONFIG = """
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - job_name: sniperforge
    authorization: {{credentials_file: {token}}}
    static_configs: [{{targets: ["{target}"]}}]
"""


def fetch(url, **headers):
    """Status and body."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


class Admin(CommandLine):
    def start(self):
        settings = self.file("settings.yaml", 'ops: {listen: "127.0.0.1:0"}\n')
        process = subprocess.Popen(
            [BINARY, "run", "--mode", "sim", "--seed", "7", "--config", settings, "--state-dir", self.state],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.process = process
        self.log = []
        reader = threading.Thread(target=lambda: self.log.extend(process.stderr))
        reader.start()
        self.addCleanup(process.stderr.close)
        self.addCleanup(reader.join)
        self.addCleanup(process.kill)
        self.url = self.until(lambda: self.status().get("admin_url"))
        self.token_file = os.path.join(self.state, "ops.token")
        self.token = pathlib.Path(self.token_file).read_text().strip()

    def status(self):
        answer = run("status", "--state-dir", self.state)
        return json.loads(answer.stdout) if answer.returncode == 0 else {}

    def until(self, attempt):
        deadline = time.monotonic() + DEADLINE_S
        while True:
            result = attempt()
            if result:
                return result
            self.assertIsNone(self.process.poll(), self.log)
            self.assertLess(time.monotonic(), deadline, "in vain")

    def page(self, name):
        return fetch(self.url + name, Authorization=f"Bearer {self.token}")

    def stop(self):
        self.assertEqual(run("stop", "--state-dir", self.state).returncode, 0)
        self.assertEqual(self.process.wait(timeout=DEADLINE_S), 0, self.log)

    def test_tells_who_shows_the_token_and_nobody_else(self):
        self.start()
        self.assertRegex(self.url, r"^http://127\.0\.0\.1:[1-9][0-9]*$")
        self.assertEqual(stat.S_IMODE(os.stat(self.token_file).st_mode), 0o600)
        self.assertRegex(self.token, r"^[0-9a-f]{64}$")

        self.assertEqual(fetch(self.url + "/healthz"), (200, "ok\n"))
        self.until(lambda: self.page("/readyz") == (200, "ready\n"))
        self.assertEqual(fetch(self.url + "/readyz"), (200, ""))
        self.assertEqual(fetch(self.url + "/metrics")[0], 401)
        self.assertEqual(fetch(self.url + "/status")[0], 401)
        code, told = self.page("/status")
        self.assertEqual((code, json.loads(told).keys()), (200, self.status().keys()))
        self.assertEqual(fetch(self.url + "/metrics", Authorization="Bearer x")[0], 401)
        self.assertEqual(fetch(self.url + "/metrics", Authorization=f"Bearer {self.token}",
                               Origin="https://evil.example")[0], 403)
        self.assertEqual(fetch(self.url + "/metrics", Authorization=f"Bearer {self.token}",
                               Host="evil.example")[0], 421)
        self.check_metrics()
        self.check_pause()
        self.stop()
        self.assertEqual([line for line in self.log if self.token in line], [])
        self.assertTrue([line for line in self.log if self.url in line and self.token_file in line], self.log)

    def check_metrics(self):
        def landed():
            code, text = self.page("/metrics")
            self.assertEqual(code, 200)
            sent = re.search(r'^sniperforge_engine_tick_to_send_seconds_count\{path="own"\} ([1-9]\d*)$', text, re.M)
            return sent and text

        text = self.until(landed)
        told = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
        number = {name: float(value) for name, value in told.items()}
        self.assertGreater(number["sniperforge_detect_pools_watched"], 0)
        self.assertGreater(number["sniperforge_process_resident_bytes"], 1e6)
        self.assertEqual(number['sniperforge_engine_trading_state{state="ACTIVE"}'], 1)
        self.assertEqual(number["sniperforge_portfolio_ledger_mismatch_lamports"], 0)
        self.assertLess(number["sniperforge_ops_replica_age_seconds"], 5)
        self.assertGreater(number["sniperforge_portfolio_wallet_lamports"], 0)
        self.assertTrue(any(name.startswith("sniperforge_rpc_request_sent_total{") and value > 0
                            for name, value in number.items()))
        each = number["sniperforge_ops_replica_publishing_seconds_total"] / number["sniperforge_ops_replica_published_total"]
        print(f"\n{number['sniperforge_ops_replica_published_total']:.0f} replicas took {each * 1e6:.1f} us of the "
              f"loop each; /metrics is {len(text)} bytes", file=sys.stderr)
        self.check_with_promtool(text)

    def check_with_promtool(self, text):
        if not shutil.which("promtool"):
            print("promtool is not there (apt install prometheus): its check is left out", file=sys.stderr)
            return
        checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
        self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""))

    def check_pause(self):
        self.assertEqual(run("pause", "--state-dir", self.state).returncode, 0)
        code, text = self.until(lambda: self.page("/readyz")[0] == 503 and self.page("/readyz"))
        self.assertEqual(code, 503)
        self.assertEqual(text, "not ready\nstate: REDUCING\ncause: pause: trading is paused\n")
        self.assertEqual(fetch(self.url + "/readyz"), (503, ""))
        self.assertEqual(fetch(self.url + "/healthz"), (200, "ok\n"))

    @unittest.skipUnless(shutil.which("prometheus"), "prometheus is not there: apt install prometheus")
    def test_a_prometheus_scrapes_it_and_answers_queries(self):
        self.start()
        target = self.url.removeprefix("http://")
        config = self.file("prometheus.yml", PROMETHEUS_CONFIG.format(token=self.token_file, target=target))
        process = subprocess.Popen(
            ["prometheus", f"--config.file={config}", "--web.listen-address=127.0.0.1:0", "--log.format=json",
             f"--storage.tsdb.path={os.path.join(self.directory.name, 'tsdb')}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        port = None
        for line in process.stderr:
            found = re.search(r'"address":"127\.0\.0\.1:(\d+)"', line)
            if found and int(found[1]):
                port = found[1]
                break
        self.assertIsNotNone(port)
        drained = threading.Thread(target=process.stderr.read)
        drained.start()
        self.addCleanup(drained.join)
        self.addCleanup(process.kill)

        def query(expression):
            url = f"http://127.0.0.1:{port}/api/v1/query?" + urllib.parse.urlencode({"query": expression})
            code, text = fetch(url)
            if code != 200:
                return None  # It is still starting.
            return [float(each["value"][1]) for each in json.loads(text)["data"]["result"]]

        self.assertEqual(self.until(lambda: query('up{job="sniperforge"} == 1')), [1.0])
        scanned = self.until(lambda: query("rate(sniperforge_detect_update_scanned_total[10s]) > 0"))
        self.assertEqual(len(scanned), 1)
        quantile = self.until(lambda: query(
            'histogram_quantile(0.99, sum by (le) (sniperforge_engine_tick_to_send_seconds_bucket{path="own"})) > 0'))
        self.assertLess(quantile[0], 10.0)
        self.stop()

    def test_refuses_to_begin_where_others_could_reach_it(self):
        path = self.file("open.yaml", 'ops:\n  listen: "0.0.0.0:9301"\n')
        result = run("run", "--mode", "sim", "--config", path, "--state-dir", self.state)
        self.assert_refused(result, 2, "open.yaml:2: ops.listen: ", "write 127.0.0.1:9301")

    def test_refuses_to_begin_with_a_token_that_others_read(self):
        token = self.file("token", "0123456789abcdef0123456789abcdef\n")
        os.chmod(token, 0o644)
        path = self.file("settings.yaml", f'ops: {{listen: "127.0.0.1:0", token_file: "{token}"}}\n')
        result = run("run", "--mode", "sim", "--config", path, "--state-dir", self.state)
        self.assert_refused(result, 2, "ops.token_file: ", f"chmod 600 {token}")

    def test_an_address_that_is_taken_is_not_ready_as_it_may_pass(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = "127.0.0.1:%d" % taken.getsockname()[1]
            path = self.file("settings.yaml", f'ops: {{listen: "{address}"}}\n')
            result = run("run", "--mode", "sim", "--config", path, "--state-dir", self.state)
        self.assert_refused(result, 3, f"ops.listen {address}: ", "choose another port")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
