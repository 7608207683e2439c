# SPDX-License-Identifier: MIT
"""`drill` as a script meets it: the keys of its report, exit codes, and one seed twice."""

import json
import pathlib
import subprocess
import unittest

from command_line import BINARY, CommandLine, run


class Drill(CommandLine):
    def drill(self, *arguments, code=0):
        result = run("drill", "--json", "--state-dir", self.state, *arguments)
        self.assertEqual(result.returncode, code, result.stderr)
        return json.loads(result.stdout)

    def test_report_has_the_contract_keys(self):
        report = self.drill("--seeds", "2", "--seed", "7", "--scenario", "crashes")
        for key in "seeds scenarios faults_injected violations certificate".split():
            self.assertIn(key, report)
        self.assertEqual(report["seeds"], 2)
        self.assertEqual(report["scenarios"]["crashes"], {"runs": 2, "violations": 0})
        self.assertEqual(report["violations"], [])
        self.assertGreater(sum(report["faults_injected"].values()), 1)
        for key in "build_id config_sha256 created passed".split():
            self.assertIn(key, report["certificate"])

    def test_the_same_seed_is_the_same_run_to_the_journal(self):
        alone = self.drill("--seeds", "1", "--seed", "4711")
        again = self.drill("--seeds", "1", "--seed", "4711")
        other = self.drill("--seeds", "1", "--seed", "4722")  # Of the same scenario.
        self.assertEqual(alone["journal_sha256"], again["journal_sha256"])
        self.assertEqual(alone["faults_injected"], again["faults_injected"])
        self.assertNotEqual(alone["journal_sha256"], other["journal_sha256"])

    def test_few_seeds_write_no_certificate_and_say_that_they_did_not(self):
        report = self.drill("--seeds", "1")
        self.assertFalse(report["certificate"]["passed"])
        # Listed, and no reason to fail.
        missing = report["certificate"]["faults_missing"]
        self.assertIn("power_loss", missing)
        self.assertEqual([kind for kind in missing if report["faults_injected"].get(kind)], [])
        self.assertFalse(report["certificate_written"])
        self.assertFalse((pathlib.Path(self.state) / "readiness.json").exists())

    def test_a_key_in_another_process_is_named_as_not_drilled(self):
        config = pathlib.Path(self.state) / "process.yaml"
        config.parent.mkdir(exist_ok=True)
        config.write_text("signer:\n  process: true\n", encoding="utf-8")
        certificate = self.drill("--seeds", "1", "--config", str(config))["certificate"]
        self.assertIn("signer.process", certificate["settings_not_drilled"])
        self.assertIn("signer.process is on", certificate["faults_not_drilled"]["key_process_end"])
        certificate = self.drill("--seeds", "1")["certificate"]
        self.assertNotIn("signer.process", certificate["settings_not_drilled"])
        self.assertNotIn("key_process_end", certificate["faults_not_drilled"])

    def test_a_drill_that_dies_leaves_no_earlier_certificate(self):
        certificate = pathlib.Path(self.state) / "readiness.json"
        certificate.parent.mkdir(exist_ok=True)
        certificate.write_text("of an earlier drill", encoding="utf-8")
        self.drill("--seeds", "1")
        self.assertTrue(certificate.exists(), "too short to certify, so it takes nothing back")
        process = subprocess.Popen([BINARY, "drill", "--seeds", "200", "--state-dir", self.state],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while certificate.exists():
                self.assertIsNone(process.poll(), "it ended and the certificate is still there")
        finally:
            process.kill()
            process.wait()

    def test_unknown_scenarios_and_settings_that_cannot_be_read_are_usage_errors(self):
        self.assert_refused(run("drill", "--scenario", "quake"), 2, "--scenario \"quake\"", "nodes")
        self.assert_refused(run("drill", "--config", "/none.yaml"), 2, "/none.yaml")
        self.assertEqual(run("drill", "--seeds", "0").returncode, 2)
        # Long before the runs, which take minutes.
        result = run("drill", "--seeds", "200", "--state-dir", "/dev/null/state")
        self.assert_refused(result, 3, "/dev/null/state")


if __name__ == "__main__":
    unittest.main()
