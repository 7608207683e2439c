#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bans from src/ and include/ what would make a decision depend on more than its input.

    scripts/check_determinism.py [--root DIR]     exit 1 when something is found

Clocks, chance and sleeping belong to the few files of ALLOWED. Iterating over a hash container is
banned everywhere, since its order differs between libraries and could be seen in a decision, a
journal or a report. So are coroutines, for another reason: g++ 12 double-frees on common forms of
co_await.

A line that needs an exception ends with "// determinism-ok: <reason>", or has that comment alone on
the line before. An exception without a reason, or one that no longer excuses anything, is a finding.
"""

import argparse
import fnmatch
import re
import sys
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import tree
from tree import Finding

ESCAPE = "determinism-ok"

CLOCK = "reads a clock"
CHANCE = "rolls dice outside core/rng.hpp"
THREAD = "sleeps or asks about its thread"
ZONE = "depends on the time zone of the machine"
ORDER = "iterates over a hash container"
COROUTINE = "uses a coroutine"

INSTEAD = {
    CLOCK: "stages are told the time, so take MonoTime or WallTime as an argument",
    CHANCE: "take a seeded Rng",
    THREAD: "schedule it on the Reactor",
    ZONE: "use UTC",
    ORDER: "its order differs between machines, so keep a sorted container or sort first",
    COROUTINE: "g++ 12 double-frees on co_await, so use callbacks",
}


@dataclass(frozen=True)
class Rule:
    kind: str
    pattern: re.Pattern


def _rule(kind: str, pattern: str) -> Rule:
    return Rule(kind, re.compile(pattern))


# `(?<![\w.>:])` keeps methods and qualified names of ours apart from the C functions.
RULES = (
    # A call; "MonoTime VirtualReactor::now() const {" defines a method.
    _rule(CLOCK, r"\b(?:\w+::)*\w+::now\s*\(\s*\)(?!\s*(?:const|noexcept|override|\{))"),
    _rule(CLOCK, r"(?:\bstd::|(?<!\w)::|(?<![\w.>:]))time\s*\(\s*(?:nullptr|NULL|0|&)"),
    _rule(CLOCK, r"\b(?:clock_gettime|gettimeofday|timespec_get|ftime|_*rdtscp?|__builtin_ia32_rdtscp?)\s*\("),
    _rule(CLOCK, r"\bstd::clock\s*\("),
    _rule(CHANCE, r"(?:\bstd::|(?<!\w)::|(?<![\w.>:]))(?:s?rand|[dlm]rand48|arc4random\w*)\s*\("),
    _rule(CHANCE, r"\bstd::(?:random_device|mt19937(?:_64)?|minstd_rand0?|default_random_engine|knuth_b|random_shuffle)\b"),
    _rule(CHANCE, r"#\s*include\s*<random>"),
    _rule(CHANCE, r"\b(?:getrandom|getentropy|randombytes_?\w*|RAND_(?:priv_)?bytes)\s*\("),
    _rule(THREAD, r"\bstd::this_thread\b"),
    _rule(THREAD, r"(?:(?<!\w)::|(?<![\w.>:]))(?:sleep|usleep|nanosleep|clock_nanosleep)\s*\("),
    _rule(ZONE, r"\b(?:localtime(?:_r)?|mktime|tzset)\s*\("),
    _rule(COROUTINE, r"\bco_(?:await|return|yield)\b"),
)


@dataclass(frozen=True)
class Allowance:
    pattern: str
    kinds: tuple[str, ...]
    reason: str


ALLOWED = (
    Allowance("src/net/asio_*", (CLOCK, THREAD), "the real Reactor is where time comes from"),
    Allowance("src/telemetry/*sink*", (CLOCK, THREAD), "log lines carry the time at which they were written"),
    Allowance("src/app/*", (CLOCK, CHANCE, THREAD, ZONE), "the composition root picks the clock and the seed"),
    Allowance("src/ops/*", (CLOCK, THREAD), "serves the operator on a thread of its own, decides nothing"),
    Allowance("src/solana/keypair*.cpp", (CHANCE,), "a new key comes from the kernel"),
)

_HASH = re.compile(r"\bunordered_(?:flat_|node_)?(?:multi)?(?:map|set)\s*<")


def _skip_template(text: str, begin: int) -> int:
    """The offset after the '>' that closes the '<' before begin."""
    depth = 1
    at = begin
    while at < len(text) and depth > 0:
        depth += {"<": 1, ">": -1, ";": -depth}.get(text[at], 0)
        at += 1
    return at


def hash_container_names(text: str) -> set[str]:
    """Variables (and parameters, members) that this text declares as hash containers."""
    names: set[str] = set()
    aliases: set[str] = set()
    for match in _HASH.finditer(text):
        end = _skip_template(text, match.end())
        alias = re.search(r"\busing\s+(\w+)\s*=\s*(?:\w+::)*$", text[:match.start()])
        if alias:
            aliases.add(alias.group(1))
            continue
        name = re.match(r"\s*(?:const\b\s*)?[&*]?\s*(\w+)\s*(?:[;={,)]|\bSF_)", text[end:])
        if name:
            names.add(name.group(1))
    for alias in aliases:
        for match in re.finditer(rf"\b{alias}\b\s*(?:const\b\s*)?[&*]?\s*(\w+)\s*[;={{,)]", text):
            names.add(match.group(1))
    return names


def iterations(text: str, names: set[str]):
    """(offset, name) of each range-for and each begin() over one of the names."""
    for match in re.finditer(r"\bfor\s*\(", text):
        depth, at = 1, match.end()
        while at < len(text) and depth > 0:
            depth += {"(": 1, ")": -1}.get(text[at], 0)
            at += 1
        header = text[match.end():at - 1]
        if ";" in re.sub(r"^[^:]*;", "", header, count=1):
            continue  # A classic for; begin() below still finds it.
        parts = re.split(r"(?<!:):(?!:)", header)
        ranged = re.search(r"(\w+)\s*$", parts[-1]) if len(parts) > 1 else None
        if ranged and ranged.group(1) in names:
            yield match.start(), ranged.group(1)
    for match in re.finditer(r"\b(\w+)\s*(?:\.|->)\s*c?begin\s*\(", text):
        if match.group(1) in names:
            yield match.start(), match.group(1)


def allowed_kinds(path: str) -> set[str]:
    return {kind for entry in ALLOWED if fnmatch.fnmatch(path, entry.pattern) for kind in entry.kinds}


def header_texts(root: Path, path: str, texts: dict[str, str]) -> list[str]:
    """The header(s) of a source file: public, and beside it."""
    source = Path(path)
    candidates = [source.with_suffix(".hpp").as_posix()]
    if source.parts[0] == "src":
        candidates.append(Path("include/sniperforge", *source.parts[1:]).with_suffix(".hpp").as_posix())
    return [texts[c] for c in candidates if c in texts and c != path]


def read_escapes(raw: str, path: str, findings: list[Finding]) -> dict[int, int]:
    """Excused line -> line of its escape."""
    escapes: dict[int, int] = {}
    for number, line in enumerate(raw.split("\n"), start=1):
        match = re.search(rf"//\s*{ESCAPE}\b:?[ \t]*(.*)$", line)
        if not match:
            continue
        if len(match.group(1).strip()) < 8:
            findings.append(Finding(path, number, f'an exception needs its reason: "// {ESCAPE}: <reason>"'))
        alone = line.strip().startswith("//")
        escapes[number + 1 if alone else number] = number
    return escapes


def check_file(path: str, raw: str, text: str, headers: list[str], findings: list[Finding]) -> None:
    allowed = allowed_kinds(path)
    escapes = read_escapes(raw, path, findings)
    used: set[int] = set()
    seen: set[tuple[int, str]] = set()

    def found(offset: int, kind: str, what: str) -> None:
        line = tree.line_of(text, offset)
        if line in escapes:
            used.add(line)
        elif kind not in allowed and (line, kind) not in seen:
            seen.add((line, kind))
            findings.append(Finding(path, line, f"{kind} ({what}): {INSTEAD[kind]}, or end the line with "
                                    f'"// {ESCAPE}: <reason>"'))

    for rule in RULES:
        for match in rule.pattern.finditer(text):
            found(match.start(), rule.kind, " ".join(match.group().split()).rstrip("() "))
    names = hash_container_names(text).union(*(hash_container_names(header) for header in headers))
    for offset, name in iterations(text, names):
        found(offset, ORDER, name)
    for line, escape_line in escapes.items():
        if line not in used:
            findings.append(Finding(path, escape_line, f"{ESCAPE} excuses nothing here: remove it"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=tree.REPOSITORY)
    root = parser.parse_args().root
    raws = {path: (root / path).read_text() for path in tree.files(root)
            if tree.is_cpp(path) and path.startswith(("include/", "src/"))}
    if not raws:
        tree.usage_error("check_determinism", f"{root} has no C++ files in include/ or src/")
    texts = {path: tree.code_only(raw) for path, raw in raws.items()}
    findings: list[Finding] = []
    for path, raw in raws.items():
        check_file(path, raw, texts[path], header_texts(root, path, texts), findings)
    return tree.report("check_determinism", findings, f"{len(raws)} files")


if __name__ == "__main__":
    sys.exit(main())
