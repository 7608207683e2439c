#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A missing or too old package is named with what to install, and the three lists of packages agree.

The lists: cmake/Dependencies.cmake finds them, scripts/setup installs them, docs/dependencies.md
explains them.
"""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent

# Dependencies.cmake alone: without the modules a run takes a fraction of a second.
PROJECT = f"""\
cmake_minimum_required(VERSION 3.22)
project(dependencies LANGUAGES CXX)
set(SF_TESTS ON)
set(SF_BENCHES ON)
include("{REPOSITORY}/cmake/Dependencies.cmake")
"""

# CMake's name, floor, Debian package, purpose.
PACKAGES = re.findall(r'^sf_(?:find|require)\(([\w-]+)(?: "\$\{\w+\}" "\$\{\w+\}")? ([\d.]+) ([\w.-]+) "([^"]+)"\)',
                      (REPOSITORY / "cmake/Dependencies.cmake").read_text(), re.MULTILINE)

PKG_CONFIG = ("libsodium", "libzstd")


class Dependencies(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.directory.cleanup)
        cls.root = Path(cls.directory.name)
        (cls.root / "CMakeLists.txt").write_text(PROJECT)
        # Configured once with everything there; each test then starts from this cache.
        code, output = cls.configure()
        if code != 0:
            raise AssertionError(f"Dependencies.cmake fails with every package installed:\n{output}")

    @classmethod
    def configure(cls, *options: str, **environment: str) -> tuple[int, str]:
        result = subprocess.run(["cmake", "-G", "Ninja", "-S", str(cls.root), "-B", str(cls.root / "build"), "-Wno-dev",
                                 *options],
                                env={**os.environ, **environment}, capture_output=True, text=True, check=False)
        return result.returncode, result.stdout + result.stderr

    def fresh(self) -> None:
        (self.root / "build/CMakeCache.txt").unlink(missing_ok=True)

    def expect_refusal(self, headline: str, debian_package: str, code: int, output: str) -> None:
        self.assertNotEqual(code, 0)
        self.assertIn(headline, " ".join(output.split()))
        # Indented lines come through unwrapped: they can be copied.
        self.assertIn(f"apt install {debian_package}\n", output)
        self.assertIn("./scripts/setup --tests\n", output)

    def test_reads_its_own_list(self):
        self.assertEqual([name for name, *_ in PACKAGES],
                         ["PkgConfig", "Boost", "OpenSSL", "simdjson", "fmt", "spdlog", "yaml-cpp", "CLI11", "SQLite3",
                          "ZLIB", "libsodium", "libzstd"])

    def test_names_each_missing_package_and_how_to_get_it(self):
        for name, floor, debian_package, purpose in PACKAGES + [("GTest", "1.11", "libgtest-dev", "tests"),
                                                               ("benchmark", "1.6", "libbenchmark-dev", "benches")]:
            with self.subTest(name):
                self.fresh()
                if name in PKG_CONFIG:  # It has no such switch.
                    code, output = self.configure(PKG_CONFIG_LIBDIR=self.pkg_config_without(name))
                else:
                    code, output = self.configure(f"-DCMAKE_DISABLE_FIND_PACKAGE_{name}=ON")
                self.expect_refusal(f"{debian_package} is missing ({name} >= {floor}: {purpose}).", debian_package,
                                    code, output)

    def pkg_config_without(self, missing: str) -> str:
        """A directory with what pkg-config says of the other packages that are found through it."""
        directory = self.root / f"without-{missing}"
        directory.mkdir(exist_ok=True)
        for name in PKG_CONFIG:
            found = subprocess.run(["pkg-config", "--variable=pcfiledir", name], capture_output=True, text=True,
                                   check=True).stdout.strip()
            if name != missing:
                shutil.copy(Path(found) / f"{name}.pc", directory)
        return str(directory)

    def fake_simdjson(self, version: str) -> str:
        """A package whose version file accepts its own major.minor only, as simdjson's does."""
        directory = self.root / f"simdjson-{version}"
        directory.mkdir(exist_ok=True)
        (directory / "simdjson-config.cmake").write_text("add_library(simdjson::simdjson INTERFACE IMPORTED)\n")
        (directory / "simdjson-config-version.cmake").write_text(f"""\
set(PACKAGE_VERSION "{version}")
if(PACKAGE_FIND_VERSION AND NOT "{version}" MATCHES "^${{PACKAGE_FIND_VERSION_MAJOR}}\\\\.${{PACKAGE_FIND_VERSION_MINOR}}")
  set(PACKAGE_VERSION_COMPATIBLE FALSE)
else()
  set(PACKAGE_VERSION_COMPATIBLE TRUE)
endif()
""")
        return f"-Dsimdjson_DIR={directory}"

    def test_accepts_every_simdjson_from_the_floor_up(self):
        for version in ("1.0.0", "1.0.2", "2.0.1", "3.0.1", "3.6.4", "3.12.3"):
            with self.subTest(version):
                self.fresh()
                code, output = self.configure(self.fake_simdjson(version))
                self.assertEqual(code, 0, output)

    def test_refuses_a_version_below_the_floor_with_both_numbers(self):
        self.fresh()
        code, output = self.configure(self.fake_simdjson("0.9.6"))
        self.expect_refusal("simdjson 0.9.6 is too old (libsimdjson-dev): JSON needs >= 1.0.", "libsimdjson-dev", code,
                            output)

    def test_setup_installs_what_is_looked_for_and_the_page_explains_what_is_installed(self):
        listed = subprocess.run([REPOSITORY / "scripts/setup", "--list", "--full"], capture_output=True, text=True,
                                check=True).stdout.split()
        listed = [re.sub(r"^libboost1\.\d+-dev$", "libboost1.81-dev", re.sub(r"^g\+\+-\d+$", "g++", name)) for name in listed]
        for _, _, debian_package, _ in PACKAGES:
            self.assertIn(debian_package, listed)
        page = (REPOSITORY / "docs/dependencies.md").read_text()
        explained = re.findall(r"^\| `([^`]+)`", page, re.MULTILINE)
        self.assertEqual(sorted(explained), sorted(listed))
        for _, floor, debian_package, _ in PACKAGES:
            self.assertRegex(page, rf"(?m)^\| `{re.escape(debian_package)}` \| [^|]*\b{re.escape(floor)} \|")


if __name__ == "__main__":
    unittest.main()
