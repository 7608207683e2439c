#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_mutations.py --fit finds an error that cannot be put into the source any more."""

import sys
import unittest

from small_tree import LintTest

MUTATION = """[[mutation]]
name = "{}"
file = "src/core/a.cpp"
from = "{}"
to = "x"
tests = "A.B"
{}
"""


class Mutations(LintTest):
    lint = "check_mutations.py"

    def setUp(self) -> None:
        super().setUp()
        self.write("src/core/a.cpp", "one\ntwo\nrest\ntwo\n")

    def list(self, *mutations: str) -> None:
        self.write("tests/mutations/a.toml", "\n".join(mutations))

    def run_lint(self, *arguments: str):
        return super().run_lint("--fit", *arguments)

    def test_takes_what_occurs_exactly_once(self):
        self.list(MUTATION.format("n", "one", ""), MUTATION.format("n", "two", 'after = "rest"'))
        self.expect()

    def test_each_of_several_edits_must_fit(self):
        also = 'also = [{ file = "src/core/a.cpp", from = "%s", to = "y" }]'
        self.list(MUTATION.format("n", "one", also % "rest"))
        self.expect()
        self.list(MUTATION.format("n", "one", also % "rust"))
        self.expect("src/core/a.cpp: n: `from` occurs 0 times, must once")

    def test_a_name_that_none_has_is_no_check(self):
        self.list(MUTATION.format("n", "one", ""))
        result = self.run_lint("--only", "m")
        self.assertEqual(result.returncode, 1)
        self.assertIn("no mutation of 1 has 'm' in its name", result.stderr)

    def test_finds_what_occurs_never_or_twice_or_nowhere(self):
        self.list(MUTATION.format("never", "three", ""), MUTATION.format("twice", "two", ""),
                  MUTATION.format("behind nothing", "one", 'after = "rust"'),
                  MUTATION.format("behind two places", "two", 'after = "t"'),
                  MUTATION.format("in no file", "one", "").replace("a.cpp", "b.cpp"))
        self.expect("src/core/a.cpp: never: `from` occurs 0 times, must once",
                    "src/core/a.cpp: twice: `from` occurs 2 times, must once",
                    "src/core/a.cpp: behind nothing: `after` occurs 0 times, must once",
                    "src/core/a.cpp: behind two places: `after` occurs 3 times, must once",
                    "src/core/b.cpp: in no file: there is no such file")


if __name__ == "__main__":
    if sys.version_info < (3, 11):
        sys.exit(77)  # Nor has the lint its parser.
    unittest.main()
