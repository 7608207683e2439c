# SPDX-License-Identifier: MIT
"""Runs the program of this directory against the real runtime: starts the node, waits for its port,
runs every test, ends the node. Arguments go to the program (--gtest_filter=...)."""

import os
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "npm"))
import peers

peers.require()
with peers.node(HERE / "server.js") as node:
    port = node.wait_for(r"^listening (\d+)$")[1]
    program = subprocess.run([os.environ["SNIPERFORGE_TEST_PROGRAM"], *sys.argv[1:]],
                             env={**os.environ, "SNIPERFORGE_REAL_RUNTIME_PORT": port}, check=False)
sys.exit(program.returncode)
