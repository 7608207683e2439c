# SPDX-License-Identifier: MIT
"""The built binary, run from the outside."""

import os
import pathlib
import subprocess
import tempfile
import unittest

BINARY = os.environ["SNIPERFORGE_BINARY"]
SOURCE = pathlib.Path(os.environ["SNIPERFORGE_SOURCE"])
DATA = pathlib.Path(os.environ.get("SNIPERFORGE_DATA", SOURCE.parent / "shared"))
IS_DATA_REQUIRED = os.environ.get("SNIPERFORGE_REQUIRE_DATA") == "1"


def run(*arguments, timeout=120, **environment):
    # Nobody is at the terminal that the tests are started from.
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=timeout,
                          stdin=subprocess.DEVNULL, env={**os.environ, **environment})


def needs_data(test):
    if (DATA / "fixtures").is_dir() or IS_DATA_REQUIRED:
        return test
    return unittest.skip(f"no recorded data at {DATA}: set SNIPERFORGE_DATA")(test)


def normalised(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.state = os.path.join(self.directory.name, "state")

    def file(self, name, text):
        path = os.path.join(self.directory.name, name)
        pathlib.Path(path).write_text(text)
        return path

    def assert_balanced(self, ledger):
        """Equal to the chain, and it says of which blocks that was read."""
        self.assertEqual((ledger["mismatch_lamports"], ledger["mismatch_tokens"]), (0, 0))
        self.assertIn(ledger["reconciled_at"], ("confirmed", "finalized"))
        if ledger["reconciled_at"] == "finalized":
            self.assertEqual(ledger["fills_confirmed"], 0)

    def assert_refused(self, result, code, *texts):
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stdout, "")
        for text in texts:
            self.assertIn(text, result.stderr)
