#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every metric that the example alerts, the dashboard and the documentation name is told by the daemon,
and promtool takes the examples."""

import json
import re
import shutil
import subprocess
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ALERTS = ROOT / "packaging/prometheus/alerts.yml"
DASHBOARD = ROOT / "packaging/grafana/sniperforge.json"
SOURCES = sorted((ROOT / "src/app").glob("metrics*.cpp"))
NAME = r"\bsniperforge_[a-z0-9_]+\b"


def told(sources):
    """Names of families, with what a histogram's samples add to them."""
    names = set(re.findall(r'"(sniperforge_[a-z0-9_]+)"', sources))
    for histogram in re.findall(r'histogram\(\s*"(sniperforge_[a-z0-9_]+)"', sources):
        names |= {histogram + suffix for suffix in ("_bucket", "_sum", "_count")}
    return names


def queries(dashboard):
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]
    for variable in dashboard["templating"]["list"]:
        yield variable["name"], variable["query"]


class Metrics(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.told = told("\n".join(path.read_text() for path in SOURCES))

    def test_finds_the_names(self):
        self.assertGreater(len(self.told), 90)
        self.assertEqual(told('gauge(out, "sniperforge_a_x", "h"); out.histogram("sniperforge_b_seconds",'),
                         {"sniperforge_a_x", "sniperforge_b_seconds", "sniperforge_b_seconds_bucket",
                          "sniperforge_b_seconds_sum", "sniperforge_b_seconds_count"})

    def test_alerts_name_only_what_is_told(self):
        names = re.findall(NAME, ALERTS.read_text())
        self.assertGreater(len(names), 15)
        self.assertEqual(set(names) - self.told, set())

    def test_the_dashboard_names_only_what_is_told(self):
        dashboard = json.loads(DASHBOARD.read_text())
        names = {name for _, query in queries(dashboard) for name in re.findall(NAME, query)}
        self.assertGreater(len(names), 30)
        self.assertEqual(names - self.told, set())
        ids = [panel["id"] for panel in dashboard["panels"]]
        self.assertEqual(len(ids), len(set(ids)))

    def test_the_documentation_names_only_what_is_told(self):
        for path in sorted((ROOT / "docs").glob("*.md")):
            for name in re.findall(r"`(sniperforge_[a-z0-9_]+)", path.read_text()):
                self.assertIn(name, self.told, path)

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not there: apt install prometheus")
    def test_promtool_takes_the_examples(self):
        for arguments in (("check", "rules", "alerts.yml"),
                          ("check", "config", "--syntax-only", "prometheus.yml")):
            result = subprocess.run(["promtool", *arguments], cwd=ALERTS.parent, capture_output=True, text=True,
                                    check=False)
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)


if __name__ == "__main__":
    unittest.main()
