#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every file and every name that docs/adding-a-venue.md says is there, and every test that
docs/degradation.md cites."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs/adding-a-venue.md"
# What the newcomer is to name, in files and in identifiers.
VENUE = "<venue>"
PLACES = ("", "include/sniperforge/dex", "src/dex", "tests/unit/dex", "tests/integration/cli")


def quoted(text):
    without_code = re.sub(r"```.*?```", "", text, flags=re.S)
    return re.findall(r"`([^`]+)`", without_code)


def is_there(name, sources):
    pattern = name.replace(VENUE, "*")
    if "/" in name or re.search(r"\.(cpp|hpp|py|md|txt)$", name):
        return any(list(ROOT.glob(f"{place}/{pattern}".lstrip("/"))) for place in PLACES)
    if any(list(ROOT.glob(f"{place}/{pattern}.cpp".lstrip("/"))) for place in PLACES):
        return True
    if VENUE in name:
        return bool(re.search(rf"\b{name.replace(VENUE, '[a-z0-9_]+')}\b", sources))
    words = re.findall(r"[A-Za-z_]\w+", name)
    return all(re.search(rf"\b{word}\b", sources) for word in words)


class AddingAVenue(unittest.TestCase):
    def test_names_only_what_exists(self):
        sources = "\n".join(path.read_text() for folder in ("include", "src", "tests/unit/dex")
                            for path in sorted((ROOT / folder).rglob("*.[ch]pp")))
        names = quoted(DOCUMENT.read_text())
        self.assertGreater(len(names), 50)
        for name in names:
            self.assertTrue(is_there(name, sources), f"`{name}` is nowhere")

    def test_what_is_not_there_is_found_out(self):
        self.assertTrue(is_there("src/dex/describe.cpp", ""))
        self.assertFalse(is_there("src/dex/describes.cpp", ""))
        self.assertTrue(is_there("decode_<venue>_pool", "decode_cpmm_pool("))
        self.assertFalse(is_there("decoded_<venue>_pool", "decode_cpmm_pool("))
        self.assertTrue(is_there("PoolBook::is_torn", "struct PoolBook { bool is_torn(); }"))
        self.assertFalse(is_there("PoolBook::is_torn", "struct PoolBook {}"))


DEGRADATION = ROOT / "docs/degradation.md"


def rows_of(text):
    """The cells of the table whose last column cites tests."""
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")]
             for line in text.splitlines() if line.startswith("|")]
    begin = next(i for i, row in enumerate(cells) if row[-1] == "shown by")
    rows = []
    for row in cells[begin + 2:]:
        if len(row) != len(cells[begin]):
            break
        rows.append(row)
    return rows


def tests_of(sources):
    return {f"{suite}.{name}"
            for suite, name in re.findall(r"\bTEST(?:_[FP])?\(\s*(\w+),\s*(\w+)\s*\)", sources)}


class Degradation(unittest.TestCase):
    def test_cites_files_and_tests_that_exist(self):
        known = tests_of("\n".join(path.read_text()
                                   for path in sorted((ROOT / "tests").rglob("*_test.cpp"))))
        rows = rows_of(DEGRADATION.read_text())
        self.assertGreater(len(rows), 20)
        for row in rows:
            self.assertNotIn("", row, f"{row[0]}: an empty cell")
            where, shown = quoted(row[-2]), quoted(row[-1])
            self.assertTrue(where and shown, f"{row[0]}: no file or no test")
            for path in where:
                self.assertTrue((ROOT / path).is_file(), f"{row[0]}: no file {path}")
            for name in shown:
                self.assertTrue(name in known, f"{row[0]}: no test {name}")

    def test_what_is_not_there_is_found_out(self):
        text = "| a | shown by |\n|---|---|\n| x | `A.B` |\n\n| one | two | three |\n"
        self.assertEqual(rows_of(text), [["x", "`A.B`"]])
        self.assertEqual(tests_of("TEST_F(A, B) {\nTEST(C,\n     D)"), {"A.B", "C.D"})


if __name__ == "__main__":
    unittest.main()
