# SPDX-License-Identifier: MIT
"""A temporary tree for a lint to run on, and what the lint prints about it."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent


class LintTest(unittest.TestCase):
    """Writes files, runs scripts/<lint> on them and compares every line but the closing one."""

    lint = ""
    maxDiff = None

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = Path(directory.name)

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def run_lint(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-B", str(REPOSITORY / "scripts" / self.lint), "--root", str(self.root), *arguments],
            capture_output=True, text=True, check=False)

    def expect(self, *messages: str) -> None:
        """The lint prints exactly these findings, and fails exactly when one is not a warning."""
        result = self.run_lint()
        self.assertEqual(result.stderr, "")
        self.assertEqual(result.stdout.splitlines()[:-1], list(messages))
        is_failure = any(": warning: " not in message for message in messages)
        self.assertEqual(result.returncode, 1 if is_failure else 0)
