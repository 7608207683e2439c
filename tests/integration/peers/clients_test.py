# SPDX-License-Identifier: MIT
"""Runs @solana/web3.js and @solana/kit, as the clients that people use, against `sniperforge sim serve`.
kit runs against the real runtime too: what its test expects of the simulated cluster is what a real
one does."""

import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "npm"))
import peers

TIMEOUT_S = 1200

peers.require()
with contextlib.ExitStack() as stack:
    # These clients send each transaction once.
    lossless = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory())) / "lossless"
    lossless.write_text("base: demo\ndrop_probability: 0\nlanding_miss_probability: 0\n")
    cluster = stack.enter_context(peers.Process(
        [os.environ["SNIPERFORGE_BINARY"], "sim", "serve", "--scenario", lossless, "--seed", "7", "--rpc-port", "0", "--jupiter-port", "0",
         "--duration", "1800"]))
    runtime = stack.enter_context(peers.node(HERE.parent / "real_runtime" / "server.js"))
    of_cluster = [cluster.wait_for(r"JSON-RPC (http://\S+)")[1], cluster.wait_for(r"PubSub +(ws://\S+)")[1]]
    port = runtime.wait_for(r"^listening (\d+)$")[1]
    of_runtime = [f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}"]
    # At the same time: they mostly wait for slots.
    clients = {
        f"{script} against {name}": subprocess.Popen(["node", HERE / script, *urls], env=peers.environment(), text=True,
                                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for script, name, urls in (("web3js_client.js", "the simulated cluster", of_cluster),
                                   ("kit_client.js", "the simulated cluster", of_cluster),
                                   ("kit_client.js", "the real runtime", of_runtime))
    }
    failed = False
    for name, client in clients.items():
        try:
            output, _ = client.communicate(timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            client.kill()
            output, _ = client.communicate()
        print(f"---- {name}: exit code {client.returncode}\n{output}")
        failed = failed or client.returncode != 0 or "\nok 1 " not in output or "\nnot ok" in output
sys.exit(failed)
