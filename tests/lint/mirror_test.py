#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_mirror.py names the test that a header should have."""

import unittest

from small_tree import LintTest


class Mirror(LintTest):
    lint = "check_mirror.py"

    def setUp(self) -> None:
        super().setUp()
        for path in ("include/sniperforge/core/hex.hpp", "src/core/hex.cpp", "tests/unit/core/hex_test.cpp",
                     "include/sniperforge/core/key.hpp",  # Header only.
                     "include/sniperforge/dex/orca/tick.hpp", "src/dex/orca/tick.cpp"):
            self.write(path, "")

    def test_reports_headers_with_a_source_and_no_test(self):
        result = self.run_lint()
        self.assertEqual(result.stdout, "include/sniperforge/dex/orca/tick.hpp: has no tests/unit/dex/orca/tick_test.cpp\n"
                         "check_mirror: 1 headers with their test, 1 without\n")
        self.assertEqual(result.returncode, 0)

    def test_fails_only_when_it_is_told_to_be_strict(self):
        self.assertEqual(self.run_lint("--strict").returncode, 1)
        self.write("tests/unit/dex/orca/tick_test.cpp", "")
        self.assertEqual(self.run_lint("--strict").returncode, 0)


if __name__ == "__main__":
    unittest.main()
