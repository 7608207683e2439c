# SPDX-License-Identifier: MIT
"""Compares our messages with those that @solana/kit and @solana/web3.js build for the same
instructions: bytes.js writes the cases, the program of bytes_test.cpp builds them again."""

import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "npm"))
import peers

SEED = "20260915"

peers.require()
with tempfile.TemporaryDirectory() as directory:
    cases = pathlib.Path(directory) / "cases.json"
    with cases.open("w") as output:
        subprocess.run(["node", HERE / "bytes.js", SEED], env=peers.environment(), stdout=output, check=True,
                       timeout=300)
    program = subprocess.run([os.environ["SNIPERFORGE_TEST_PROGRAM"], *sys.argv[1:]],
                             env={**os.environ, "SNIPERFORGE_PEER_CASES": str(cases)}, check=False)
sys.exit(program.returncode)
