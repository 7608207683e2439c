#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every strategy on every recording, as Markdown: docs/strategies.md has what it printed.

Each recording is played by `backtest --json`. What a SOL was worth comes from the first of these that
has it, and is assumed otherwise:
  candles/binance_spot_SOLUSDT_5m.csv.gz, candles/bybit_perp_SOLUSDT_5m.csv.gz, 150 USD
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

STRATEGIES = ("arbitrage", "sniper", "momentum")
BENCHMARKS = ("blind", "random_entry", "hold")
SOL_BARS = ("candles/binance_spot_SOLUSDT_5m.csv.gz", "candles/bybit_perp_SOLUSDT_5m.csv.gz")
SOL_USD_ASSUMED = "150"
LAMPORTS_PER_SOL = 1e9
PACKED = (".csv.gz", ".jsonl.gz", ".jsonl.zst")


def play(program, data, path, settings):
    """(report, price of SOL) or (None, why not)."""
    prices = [str(data / bars) for bars in SOL_BARS if (data / bars).exists()]
    for price in [*prices, SOL_USD_ASSUMED]:
        command = [program, "backtest", "--data", str(path), "--sol-price", price, *settings]
        run = subprocess.run(
            [*command, "--json"], capture_output=True, text=True, check=False
        )
        if run.returncode == 0:
            report = json.loads(run.stdout)
            if report["strategies"]:  # Else no bar of it is priced by these.
                return report, price
        elif "what a SOL was worth at its begin" not in run.stderr:
            break
    last = run.stderr.strip().splitlines()
    why = last[-1] if last else f"exit code {run.returncode}"
    return None, why.removeprefix("error: ").removeprefix(path.name + ": ")


def interval(low_high, scale, digits):
    if low_high is None:
        return ""
    return " [" + ", ".join(f"{scale * bound:.{digits}f}" for bound in low_high) + "]"


def figure(value, scale=1.0, digits=1, bounds="ci95"):
    """A value with its interval; a dash where the data has none."""
    if value.get("value") is None:
        return "-"
    return f"{scale * value['value']:.{digits}f}{interval(value.get(bounds), scale, digits)}"


def beside(benchmark):
    """The mean of a rule without skill, and of how many trades."""
    if benchmark is None:
        return "-"
    return f"{figure(benchmark['evidence']['net_bps'])} ({benchmark['evidence']['trades']})"


def row(name, price, strategy):
    evidence = strategy["evidence"]
    drawdown = evidence["drawdown_lamports"].get("value")
    trades, attempts = evidence["trades"], evidence["attempts"]
    count = str(trades) if trades == attempts else f"{trades} of {attempts} attempts"
    cells = [
        name + ("" if price != SOL_USD_ASSUMED else " (a)"),
        count + (" (h)" if evidence["cluster"] == "hour" else ""),
        figure(evidence["win_rate"], 100, 1, "wilson95"),
        figure(evidence["net_bps"]),
        figure(evidence["sharpe_annual"]),
        "-" if drawdown is None else f"{drawdown / LAMPORTS_PER_SOL:.3f}",
        *(beside(strategy["benchmarks"][rule]) for rule in BENCHMARKS),
    ]
    return "| " + " | ".join(cells) + " |"


def short(path):
    return path.name.split(".")[0]


def listed(paths, played):
    """The names, and of a directory that is there as a whole that one's."""
    parts = []
    for directory in sorted({path.parent for path in paths}):
        names = [short(path) for path in paths if path.parent == directory]
        whole = sum(1 for path in played if path.parent == directory)
        is_whole = len(names) == whole > 1
        parts += [f"all {whole} of `{directory.name}/`"] if is_whole else names
    return ", ".join(parts)


def results(program, data, files, settings):
    """Prints a table for each strategy, and the recordings that nothing can be played of."""
    rows = {strategy: [] for strategy in STRATEGIES}
    idle = {strategy: [] for strategy in STRATEGIES}
    played, refused = [], []
    for path in files:
        print(f"results_table: {path.relative_to(data)}", file=sys.stderr)
        report, price = play(program, data, path, settings)
        if report is None:
            refused.append(f"`{path.relative_to(data)}`: {price}")
            continue
        played.append(path)
        for strategy in report["strategies"]:
            kind = strategy["name"].split(" ")[0]
            if kind not in rows:
                continue  # The portfolio's row.
            if strategy["evidence"]["attempts"] == 0:
                idle[kind].append(path)
            else:
                rows[kind].append(row(short(path), price, strategy))
    for strategy in STRATEGIES:
        if not rows[strategy] and not idle[strategy]:
            continue  # Off in the settings.
        print(f"\n**{strategy.capitalize()}**\n")
        if rows[strategy]:
            print("| recording | trades | won, % | mean net, bps | Sharpe a year | largest drawdown, SOL "
                  "| blind, bps (trades) | random, bps (trades) | hold, bps (trades) |")
            print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
            print("\n".join(rows[strategy]) + "\n")
        if idle[strategy]:
            print(f"No trades on {len(idle[strategy])}: {listed(idle[strategy], played)}.")
    if refused:
        print(f"\n**Refused**: {len(refused)}\n")
        print("\n".join(f"- {reason}" for reason in refused))


def main():
    words = argparse.ArgumentParser(description=__doc__,
                                    formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--config", metavar="SETTINGS", help="default: the defaults")
    words.add_argument("program", metavar="SNIPERFORGE")
    words.add_argument("data", metavar="MARKETDATA", type=pathlib.Path,
                       help="a directory of recordings (docs/recorded-data.md)")
    words.add_argument("files", metavar="FILE", nargs="*",
                       help="below MARKETDATA; default: all")
    words = words.parse_args()
    data = words.data
    settings = ["--config", words.config] if words.config else []
    if settings:  # Else each recording would be refused for them.
        checked = subprocess.run([words.program, "config", "check", words.config],
                                 capture_output=True, text=True, check=False)
        if checked.returncode != 0:
            sys.exit(f"results_table: {checked.stderr.strip() or checked.stdout.strip()}")
    named = [data / name for name in words.files]
    missing = [str(path) for path in named if not path.is_file()]
    files = named or sorted(path for path in data.rglob("*") if path.name.endswith(PACKED))
    if missing or not files:
        sys.exit(f"results_table: no recording: {', '.join(missing) or data}")
    # Without a trials file: the table is about the settings as they are.
    with tempfile.TemporaryDirectory() as state:
        os.environ["XDG_STATE_HOME"] = state
        results(words.program, data, files, settings)


if __name__ == "__main__":
    main()
