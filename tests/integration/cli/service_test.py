# SPDX-License-Identifier: MIT
"""What a real daemon tells a service manager, which is a datagram socket of this test."""

import http.server
import json
import os
import signal
import socket
import subprocess
import threading
import time
import unittest

from command_line import BINARY, CommandLine, run

WATCHDOG_S = 3.0


class Service(CommandLine):
    def listen(self, name):
        """Abstract where it begins with a NUL."""
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(manager.close)
        manager.bind(name)
        return manager

    def start(self, address, settings="", *options, **variables):
        environment = {**os.environ, "NOTIFY_SOCKET": address, "WATCHDOG_USEC": str(int(WATCHDOG_S * 1e6)), **variables}
        log = open(os.path.join(self.directory.name, "log"), "w+")
        self.addCleanup(log.close)
        process = subprocess.Popen(
            [BINARY, "run", "--mode", "sim", "--config", self.file("settings.yaml", settings),
             "--state-dir", self.state, *options],
            stdout=subprocess.DEVNULL, stderr=log, env=environment)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def until(self, manager, line, seconds=120):
        """What was told, up to the datagram that begins with the line."""
        told = []
        manager.settimeout(seconds)
        while not told or not told[-1].startswith(line):
            try:
                told.append(manager.recv(4096).decode())
            except TimeoutError:
                self.fail(f"no {line} within {seconds} s behind {told}")
        return told

    def drain(self, manager):
        manager.setblocking(False)
        told = []
        while True:
            try:
                told.append(manager.recv(4096).decode())
            except BlockingIOError:
                return told

    def test_tells_that_it_runs_that_it_reads_its_settings_again_and_that_it_ends(self):
        path = os.path.join(self.directory.name, "notify")
        manager = self.listen(path)
        process = self.start(path, 'risk: {trade_max_usd: "100"}\n')
        told = self.until(manager, "READY=1")
        self.assertTrue(any(line.startswith("EXTEND_TIMEOUT_USEC=") for line in told), told)
        self.assertTrue(any(line.startswith("STATUS=sim: starting; ") for line in told), told)
        status = run("status", "--state-dir", self.state)
        self.assertIn("report", json.loads(status.stdout))
        self.until(manager, "STATUS=sim: trading; ")

        self.file("settings.yaml", 'risk: {trade_max_usd: "50"}\n')
        process.send_signal(signal.SIGHUP)
        begun = self.until(manager, "RELOADING=1\nMONOTONIC_USEC=")[-1]
        self.assertLess(abs(time.monotonic() - int(begun.rpartition("=")[2]) / 1e6), 60)
        self.until(manager, "READY=1")
        # One that is refused ends, too.
        self.file("settings.yaml", "risk: {trade_max_usd: none}\n")
        self.assertEqual(run("reload", "--state-dir", self.state).returncode, 2)
        self.until(manager, "RELOADING=1")
        self.until(manager, "READY=1")

        process.terminate()
        self.until(manager, "STOPPING=1")
        process.wait(timeout=180)
        self.assertEqual([line for line in self.drain(manager) if "READY" in line], [])
        # Where it stands is the manager's to show: the log does not repeat it every five seconds.
        with open(os.path.join(self.directory.name, "log")) as log:
            self.assertNotIn("realized", log.read())

    def test_a_process_that_stands_still_feeds_no_watchdog(self):
        name = f"sniperforge-service-test-{os.getpid()}"
        manager = self.listen("\0" + name)
        process = self.start("@" + name)
        self.until(manager, "READY=1")
        self.until(manager, "WATCHDOG=1")
        began = time.monotonic()
        for _ in range(3):
            self.until(manager, "WATCHDOG=1", WATCHDOG_S * 10)
        self.assertGreater(time.monotonic() - began, 2 * WATCHDOG_S / 3 * 0.9)
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
        self.drain(manager)
        manager.settimeout(WATCHDOG_S)
        with self.assertRaises(TimeoutError):
            manager.recv(4096)
        process.send_signal(signal.SIGCONT)
        self.until(manager, "WATCHDOG=1")

    def serve(self):
        process = subprocess.Popen(
            [BINARY, "sim", "serve", "--rpc-port", "0", "--jupiter-port", "0"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        for line in process.stdout:
            name, _, url = line.strip().partition(" ")
            if name == "JSON-RPC":
                return url.strip()
        self.fail("sim serve ended")

    def serve_another_chain(self):
        class Node(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                reply = json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": "1" * 31 + "2"}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, *arguments):
                pass

        node = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Node)
        self.addCleanup(node.server_close)
        self.addCleanup(node.shutdown)
        threading.Thread(target=node.serve_forever).start()
        return f"http://127.0.0.1:{node.server_port}"

    # What is not ready yet (3) is started again, what is refused is not.
    def test_books_of_another_chain_are_a_refusal(self):
        paper = ("run", "--mode", "paper", "--state-dir", self.state)
        first = run(*paper, "--cluster", self.serve(), "--duration", "3")
        self.assertEqual(first.returncode, 0, first.stderr)
        other = run(*paper, "--cluster", self.serve_another_chain())
        self.assert_refused(other, 4, "the state directory has the books of chain ")

    def test_feeds_no_watchdog_of_another_process(self):
        path = os.path.join(self.directory.name, "notify")
        manager = self.listen(path)
        process = self.start(path, "", WATCHDOG_PID=str(os.getpid()))
        self.until(manager, "STATUS=sim: trading; ")
        process.terminate()
        self.assertNotIn("WATCHDOG=1", self.until(manager, "STOPPING=1"))

    def test_a_start_that_fails_is_never_ready(self):
        path = os.path.join(self.directory.name, "notify")
        manager = self.listen(path)
        nobody = socket.socket()
        self.addCleanup(nobody.close)
        nobody.bind(("127.0.0.1", 0))  # And nobody listens.
        # Nobody reads meanwhile: without what feeds a watchdog there is room for all of it.
        process = self.start(path, "", "--cluster", f"http://127.0.0.1:{nobody.getsockname()[1]}",
                             WATCHDOG_PID=str(os.getpid()))
        self.assertEqual(process.wait(timeout=180), 3)
        told = self.drain(manager)
        self.assertNotIn("READY=1", told)
        self.assertEqual(told[-1], "STOPPING=1")


if __name__ == "__main__":
    unittest.main()
