# SPDX-License-Identifier: MIT
"""Real peers for the integration tests: Node.js and the npm packages of package.json, test-only.

A test that needs them calls require() first. Without them it ends as skipped, with a message; under
SNIPERFORGE_REQUIRE_PEERS=1 (.ci/run) it fails with the same message.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading

SKIPPED = 77  # CTest's SKIP_RETURN_CODE.
NODE_MIN = (20, 18)

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent.parent
# scripts/npm_packages installs there: outside of the source tree, one copy for every preset.
PACKAGES = SOURCE / "build" / "npm"


def missing():
    """What keeps the peers from running, as a sentence for people; None when nothing does."""
    node = shutil.which("node")
    wanted = ".".join(map(str, NODE_MIN))
    if node is None:
        return f"node is not installed: version {wanted} or newer is needed"
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    numbers = re.fullmatch(r"v(\d+)\.(\d+)\..*", version)
    if numbers is None or (int(numbers[1]), int(numbers[2])) < NODE_MIN:
        return f"node is {version or 'not working'}: version {wanted} or newer is needed"
    installed = PACKAGES / "installed-lock.json"
    if not installed.is_file() or installed.read_bytes() != (HERE / "package-lock.json").read_bytes():
        return "the npm packages of tests/integration/npm are not installed: run scripts/npm_packages"
    return None


def require():
    reason = missing()
    if reason is None:
        return
    if os.environ.get("SNIPERFORGE_REQUIRE_PEERS") == "1":
        sys.exit(f"failed: the real peers are required here (SNIPERFORGE_REQUIRE_PEERS=1), but {reason}")
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def environment():
    return {**os.environ, "NODE_PATH": str(PACKAGES / "node_modules")}


class Process:
    """A program that says on standard output when it is ready. Its standard input is held open, so a
    program that ends when that closes cannot outlive this one; leaving the block ends it by its id."""

    def __init__(self, command, **options):
        self.command = [str(part) for part in command]
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def wait_for(self, pattern, timeout=120):
        """The match of the first line that has `pattern`."""
        watchdog = threading.Timer(timeout, self.process.kill)
        watchdog.start()
        try:
            for line in self.process.stdout:
                if found := re.search(pattern, line):
                    return found
        finally:
            watchdog.cancel()
        raise RuntimeError(f"{self.command[0]} ended or was silent for {timeout} s without a line like {pattern!r}")


def node(script, *arguments):
    return Process(["node", script, *arguments], env=environment())
