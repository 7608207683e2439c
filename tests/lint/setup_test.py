#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""scripts/setup asks, chooses and installs as it says. dpkg, apt, id and sudo are played by scripts in PATH."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
SETUP = REPOSITORY / "scripts" / "setup"

# $state holds: installed, available (after an update: offered), one package per line, with versions;
# uid; calls, which collects what was run.
STUBS = {
    "dpkg-query": """
format=$3 package=$4
version=$(awk -v p="$package" '$1 == p {print $2}' "$state/installed")
[ -n "$version" ] || exit 1
case $format in *Status*) printf installed ;; *) printf %s "$version" ;; esac""",
    "apt-cache": """
version=$(awk -v p="$2" '$1 == p {print $2}' "$state/available")
[ -n "$version" ] || exit 0
printf '%s:\\n  Installed: (none)\\n  Candidate: %s\\n  Version table:\\n' "$2" "$version"
# More than a pipe holds, as where many sources are listed: whoever stops reading ends this one.
exec awk 'BEGIN { for (i = 0; i < 5000; i++) print "        500 a source" }'""",
    "apt-get": """
echo "apt-get $*" >>"$state/calls"
case " $* " in
    *' update '*) [ ! -f "$state/offered" ] || cp "$state/offered" "$state/available" ;;
    *' install '*) exit "$(cat "$state/install_code" 2>/dev/null || echo 0)" ;;
esac""",
    "id": 'cat "$state/uid"',
}


def package_names(*options: str) -> list[str]:
    listed = subprocess.run([SETUP, "--list", *options], capture_output=True, text=True, check=True)
    return listed.stdout.split()


class Setup(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.state = Path(directory.name)
        self.bin = self.state / "bin"
        self.bin.mkdir()
        for name, body in STUBS.items():
            self.stub(name, body)
        # Only what the script itself calls is reachable: no real sudo, apt or dpkg.
        for tool in ("bash", "sh", "env", "awk", "grep", "sed", "cat", "cp"):
            real = subprocess.run(["sh", "-c", f"command -v {tool}"], capture_output=True, text=True, check=True)
            (self.bin / tool).symlink_to(real.stdout.strip())
        (self.state / "uid").write_text("0")
        (self.state / "calls").write_text("")
        (self.state / "available").write_text("")
        self.installed = {name: "1" for name in package_names("--full") if "boost" not in name and not name.startswith("g++")}
        self.installed |= {"g++": "4:12.2.0-3", "libboost1.81-dev": "1.81.0"}

    def stub(self, name: str, body: str) -> None:
        file = self.bin / name
        file.write_text(f"#!/bin/sh\nstate={self.state}\n{body}\n")
        file.chmod(0o755)

    def run_setup(self, *options: str) -> subprocess.CompletedProcess:
        (self.state / "installed").write_text("".join(f"{n} {v}\n" for n, v in self.installed.items()))
        return subprocess.run([SETUP, *options], env={"PATH": str(self.bin)}, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)

    def calls(self) -> list[str]:
        return (self.state / "calls").read_text().splitlines()

    def installs(self) -> str:
        """The packages of the one install call."""
        (line,) = [call for call in self.calls() if " install " in call]
        return line.split("--no-install-recommends ")[1]

    def test_touches_nothing_when_nothing_is_missing(self):
        result = self.run_setup("--full")
        self.assertEqual((result.returncode, result.stderr), (0, "setup: nothing to install\n"))
        self.assertEqual(self.calls(), [])

    def test_updates_and_installs_exactly_what_is_missing(self):
        del self.installed["libsodium-dev"], self.installed["ninja-build"], self.installed["libgtest-dev"]
        self.assertEqual(self.run_setup().returncode, 0)
        self.assertEqual([" update" in call for call in self.calls()], [True, False])
        self.assertEqual(self.installs(), "ninja-build libsodium-dev")

    def test_adds_the_test_packages_only_when_asked(self):
        del self.installed["libgtest-dev"], self.installed["clang-19"]
        self.assertEqual(self.run_setup().stderr, "setup: nothing to install\n")
        self.run_setup("--tests")
        self.assertEqual(self.installs(), "libgtest-dev")

    def test_prints_the_line_to_type_without_root_and_exits_3(self):
        (self.state / "uid").write_text("1000")
        del self.installed["libsodium-dev"], self.installed["ninja-build"]
        result = self.run_setup()
        self.assertEqual(result.returncode, 3)
        self.assertEqual(result.stderr.splitlines()[-1], "setup: apt-get update && apt-get install -y "
                         "--no-install-recommends ninja-build libsodium-dev")
        self.assertEqual(self.calls(), [])

    def test_uses_sudo_where_it_asks_for_no_password(self):
        (self.state / "uid").write_text("1000")
        self.stub("sudo", 'echo "sudo $1" >>"$state/calls"; [ "$1" != -n ] || shift; exec "$@"')
        self.stub("true", "exit 0")
        del self.installed["ninja-build"]
        self.assertEqual(self.run_setup().returncode, 0)
        self.assertEqual([call for call in self.calls() if call.startswith("sudo")], ["sudo -n", "sudo env", "sudo env"])
        self.assertEqual(self.installs(), "ninja-build")

    def test_takes_the_newest_boost_on_offer_once_the_lists_are_there(self):
        del self.installed["libboost1.81-dev"]
        for offered, chosen in (({"libboost1.74-dev": "1.74", "libboost1.81-dev": "1.81"}, "libboost1.81-dev"),
                                ({"libboost1.83-dev": "1.83", "libboost1.88-dev": "1.88"}, "libboost1.83-dev"),
                                ({"libboost1.74-dev": "1.74"}, "libboost1.74-dev")):
            with self.subTest(chosen):
                (self.state / "calls").write_text("")
                (self.state / "available").write_text("")
                (self.state / "offered").write_text("".join(f"{n} {v}\n" for n, v in offered.items()))
                self.run_setup()
                self.assertEqual(self.installs(), chosen)

    def test_keeps_an_older_boost_that_is_installed(self):
        del self.installed["libboost1.81-dev"]
        self.installed["libboost1.74-dev"] = "1.74.0"
        (self.state / "available").write_text("libboost1.83-dev 1.83.0\n")
        self.assertEqual(self.run_setup().stderr, "setup: nothing to install\n")

    def test_adds_a_newer_compiler_where_the_default_is_too_old_for_cpp23(self):
        self.installed["g++"] = "4:11.2.0-1ubuntu1"
        (self.state / "available").write_text("g++-12 12.3.0\n")
        self.run_setup()
        self.assertEqual(self.installs(), "g++-12")
        self.installed["g++-12"] = "12.3.0"
        self.assertEqual(self.run_setup().stderr, "setup: nothing to install\n")

    def test_fails_when_apt_does_and_says_how_to_go_on(self):
        (self.state / "install_code").write_text("100")
        del self.installed["ninja-build"]
        result = self.run_setup()
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr.splitlines()[-1],
                         "setup: apt-get install failed, see above. After mending it, run scripts/setup again.")

    def test_says_what_to_do_on_a_system_without_apt(self):
        (self.bin / "apt-get").unlink()
        result = self.run_setup()
        self.assertEqual(result.returncode, 3)
        self.assertIn("docs/dependencies.md", result.stderr)

    def test_refuses_options_it_does_not_know(self):
        self.assertEqual(self.run_setup("--fast").returncode, 2)


if __name__ == "__main__":
    unittest.main()
