#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Puts each error of tests/mutations/*.toml into the source, alone, and expects tests or the drill to fail.

    scripts/check_mutations.py [--preset dev] [--only TEXT]
    scripts/check_mutations.py --fit

Needs a configured build directory (cmake --preset dev), but for --fit, which builds nothing and only
looks whether the lists still fit the source. Every file is put back as it was, also on an interrupt.
Exit code 1 when a mutation survived or could not be put in or built.
"""

import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

try:
    import tomllib
except ModuleNotFoundError:  # Python before 3.11: ctest counts 77 as skipped.
    print("check_mutations: needs Python 3.11 or newer for its lists", file=sys.stderr)
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = "test_sim_main_job"


def edits_of(mutation):
    """Most errors are one edit; where two places guard alike, the error is in both (`also`)."""
    return [mutation, *mutation.get("also", [])]


def misfit(text, mutation):
    """Why the error cannot be put into the text: the list does not fit the source any more."""
    after = mutation.get("after", "")
    if after and text.count(after) != 1:
        return f"`after` occurs {text.count(after)} times, must once"
    count = text[text.find(after) :].count(mutation["from"])
    return f"`from` occurs {count} times, must once" if count != 1 else ""


def mutated(text, mutation):
    """The text with the error in it."""
    at = text.find(mutation["from"], text.find(mutation.get("after", "")))
    return text[:at] + mutation["to"] + text[at + len(mutation["from"]) :]


def check_fit(root, mutations):
    """Prints what does not fit; whether all does."""
    misfits = set()
    for mutation in mutations:
        for edit in edits_of(mutation):
            path = root / edit["file"]
            reason = misfit(path.read_text(encoding="utf-8"), edit) if path.is_file() else "there is no such file"
            if reason:
                misfits.add(mutation["name"])
                print(f"{edit['file']}: {mutation['name']}: {reason}")
    print(f"check_mutations: {len(mutations) - len(misfits)} of {len(mutations)} fit")
    return not misfits


def build(directory, program=PROGRAM):
    return subprocess.run(
        ["cmake", "--build", directory, "--target", program],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        check=False,
    ).returncode


def run_tests(directory, tests):
    """The tests that failed; their count is at least one when the program ended badly."""
    done = subprocess.run(
        [directory / "tests" / PROGRAM, f"--gtest_filter={tests}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env={**os.environ, "GTEST_COLOR": "no"},
    )
    failed = {
        line.split()[3].rstrip(",")
        for line in done.stdout.splitlines()
        if line.startswith("[  FAILED  ]") and "." in line
    }
    return failed if done.returncode else set()


def run_drill(directory, scenario, seeds):
    """The first violation of each run that the drill reports."""
    with tempfile.TemporaryDirectory() as state:
        done = subprocess.run(
            [directory / "sniperforge", "drill", "--json", "--scenario", scenario]
            + ["--seeds", str(seeds), "--state-dir", state],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
        )
    report = json.loads(done.stdout)
    return set(report["violations"][:1]) if done.returncode else set()


def fails(mutation, directory):
    """What shows the mutation; nothing when it survived."""
    if "drill" in mutation:
        return run_drill(directory, mutation["drill"], mutation["seeds"])
    return run_tests(directory, mutation["tests"])


def program_of(mutation):
    return "sniperforge" if "drill" in mutation else PROGRAM


def judge(mutation, directory):
    originals = {}
    try:
        for edit in edits_of(mutation):
            path = ROOT / edit["file"]
            text = path.read_text(encoding="utf-8")
            originals.setdefault(path, text)
            path.write_text(mutated(text, edit), encoding="utf-8")
        if build(directory, program_of(mutation)) != 0:
            return "does not build", False
        failed = fails(mutation, directory)
    finally:
        for path, text in originals.items():
            path.write_text(text, encoding="utf-8")
    return ("caught by " + ", ".join(sorted(failed)), True) if failed else ("SURVIVED", False)


def main():
    # Whoever ends us gets the files back: judge() puts them there on its way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default="dev")
    parser.add_argument("--only", default="", help="of the mutations whose name has this in it")
    parser.add_argument("--fit", action="store_true", help="only look whether the lists fit the source")
    parser.add_argument("--root", type=pathlib.Path, default=ROOT, help="of the tree for --fit (default: this one)")
    arguments = parser.parse_args()
    directory = ROOT / "build" / arguments.preset
    lists = sorted((arguments.root / "tests" / "mutations").glob("*.toml"))
    mutations = [m for each in lists for m in tomllib.loads(each.read_text(encoding="utf-8"))["mutation"]]
    chosen = [m for m in mutations if arguments.only in m["name"]]
    if not chosen:
        sys.exit(f"check_mutations: no mutation of {len(mutations)} has {arguments.only!r} in its name")
    is_fitting = check_fit(arguments.root, chosen)
    if arguments.fit or not is_fitting:
        return 0 if is_fitting else 1
    programs = sorted({program_of(m) for m in chosen})
    for program in programs:
        if build(directory, program) != 0:
            sys.exit(f"check_mutations: {program} does not build as it is")
    tests = ":".join(sorted({m["tests"] for m in chosen if "tests" in m}))
    drills = {(m["drill"], m["seeds"]) for m in chosen if "drill" in m}
    failed = run_tests(directory, tests) if tests else set()
    failed |= {each for drill in sorted(drills) for each in run_drill(directory, *drill)}
    if failed:
        sys.exit(f"check_mutations: fails without any mutation: {', '.join(sorted(failed))}")
    caught = 0
    for mutation in chosen:
        verdict, is_caught = judge(mutation, directory)
        caught += is_caught
        print(f"{mutation['name']}: {verdict}", flush=True)
    for program in programs:
        build(directory, program)
    print(f"check_mutations: {caught} of {len(chosen)} caught")
    return 0 if caught == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
