# SPDX-License-Identifier: MIT
"""The dashboard in Chromium, of a daemon that runs in the simulation. --screenshots DIRECTORY leaves pictures
there."""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "npm"))
import peers

TIMEOUT_S = 1200

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--screenshots", type=pathlib.Path)
arguments = parser.parse_args()

peers.require()
browser = os.environ.get("SNIPERFORGE_CHROMIUM") or shutil.which("chromium")
if browser is None:
    reason = "chromium is not installed: apt install chromium, or name a browser in SNIPERFORGE_CHROMIUM"
    if os.environ.get("SNIPERFORGE_REQUIRE_PEERS") == "1":
        sys.exit(f"failed: the real peers are required here (SNIPERFORGE_REQUIRE_PEERS=1), but {reason}")
    print(f"skipped: {reason}")
    sys.exit(peers.SKIPPED)

with tempfile.TemporaryDirectory() as directory:
    command = ["node", HERE / "browser_test.js", directory]
    if arguments.screenshots:
        arguments.screenshots.mkdir(parents=True, exist_ok=True)
        command.append(arguments.screenshots.resolve())
    environment = {**peers.environment(), "SNIPERFORGE_CHROMIUM": browser}
    sys.exit(subprocess.run(command, env=environment, check=False, timeout=TIMEOUT_S).returncode)
