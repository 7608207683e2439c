#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every file and every name that docs/adding-a-venue.md says is there."""

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


if __name__ == "__main__":
    unittest.main()
