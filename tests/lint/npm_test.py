#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The npm packages of the integration tests and of the dashboard are pinned, named by no host, and
explained."""

import json
import re
import unittest
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
NPM = REPOSITORY / "tests/integration/npm"


class Npm(unittest.TestCase):
    def setUp(self) -> None:
        self.wanted = json.loads((NPM / "package.json").read_text())["dependencies"]
        self.lock_text = (NPM / "package-lock.json").read_text()
        self.locked = json.loads(self.lock_text)["packages"]

    def test_versions_are_exact_and_locked(self):
        for name, version in self.wanted.items():
            self.assertRegex(version, r"^\d+\.\d+\.\d+$", name)
            self.assertEqual(self.locked[f"node_modules/{name}"]["version"], version)

    def test_the_lock_names_no_host_and_has_a_hash_for_each_package(self):
        self.assertEqual(re.findall(r"\w+://[^\"]*", self.lock_text), [])
        self.assertNotIn('"resolved"', self.lock_text)
        # Packages for platforms that CI does not run on may come without one.
        without = [path for path, package in self.locked.items() if path and "integrity" not in package]
        for path in without:
            self.assertRegex(path, r"^node_modules/litesvm-(darwin|linux-arm64|linux-x64-musl)")

    def test_the_page_explains_each_package_with_its_version(self):
        page = (REPOSITORY / "docs/dependencies.md").read_text()
        explained = dict(re.findall(r"(?m)^- `([^`]+)` (\d+\.\d+\.\d+):", page))
        self.assertEqual(explained, self.wanted)

    def test_what_the_dashboard_embeds_is_pinned_named_by_no_host_and_explained(self):
        folder = REPOSITORY / "dashboard/npm"
        wanted = json.loads((folder / "package.json").read_text())["dependencies"]
        lock_text = (folder / "package-lock.json").read_text()
        locked = json.loads(lock_text)["packages"]
        self.assertEqual(set(locked), {"", *(f"node_modules/{name}" for name in wanted)})
        for name, version in wanted.items():
            self.assertRegex(version, r"^\d+\.\d+\.\d+$", name)
            self.assertEqual(locked[f"node_modules/{name}"]["version"], version)
            self.assertIn("integrity", locked[f"node_modules/{name}"])
        self.assertNotIn("://", lock_text)
        page = (REPOSITORY / "docs/dependencies.md").read_text()
        self.assertEqual(dict(re.findall(r"(?m)^\* `([^`]+)` (\d+\.\d+\.\d+):", page)), wanted)
        cmake = (REPOSITORY / "cmake/Dashboard.cmake").read_text()
        self.assertIn(f"uplot {wanted['uplot']}", cmake)


if __name__ == "__main__":
    unittest.main()
