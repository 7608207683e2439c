#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Looks for what must never be committed: keys, tokens, and the traces of one machine.

    scripts/check_secrets.py [--root DIR]     exit 1 when something is found

A 64-byte base58 string is either a transaction signature, which is public, or a key pair. Outside
tests/ both are findings. Inside tests/, where recorded signatures are normal, each is decoded and
reported only if its second half is the ed25519 public key of its first: then it can sign.

A line that needs an exception ends with "secrets-ok: <reason>".
"""

import argparse
import hashlib
import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import tree
from tree import Finding

ESCAPE = re.compile(r"\bsecrets-ok:[ \t]*\S.{7,}")

NUMBERS = re.compile(r"[\[{]\s*(?:\d{1,3}\s*,\s*){63}\d{1,3}\s*,?\s*[\]}]")
BASE58_64 = re.compile(r"(?<![0-9A-Za-z+/=_])[1-9A-HJ-NP-Za-km-z]{86,88}(?![0-9A-Za-z+/=_])")

PATTERNS = (
    (re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----"),
     "a private key in PEM form: generate it where it is used"),
    (re.compile(r"(?<!\w)\d{8,10}:[A-Za-z0-9_-]{35}(?!\w)"),
     "looks like a Telegram bot token: name an environment variable instead"),
    (re.compile(r"\bapi[-_]?key=(?=[\w-]*\d)[0-9A-Za-z-]{16,}"),
     "an API key in an address: name an environment variable instead"),
    (re.compile(r"\b(?:registry\.(?:npmjs|yarnpkg)\.\w+|pypi\.org|files\.pythonhosted\.org|"
                r"(?:deb|security|snapshot)\.debian\.org|(?:archive|security)\.ubuntu\.com|"
                r"(?:proxy|sum)\.golang\.org|(?:static|index)\.crates\.io|[\w-]+\.pkg\.dev|[\w-]+\.jfrog\.io)\b"),
     "the host of a package registry: which mirror is used belongs to the machine"),
    (re.compile(r"(?<![\w.~$}>/-])/(?:home|Users)/(?!\$|<)[\w.-]+/|(?<![\w.~$}>/-])/roo[t]/"),
     "a path of one machine: make it relative, or name it by a variable"),
)

_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_BASE_Y = 4 * pow(5, -1, _P) % _P


def _recover_x(y: int) -> int:
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    return x if x % 2 == 0 else _P - x


def _add(a: tuple, b: tuple) -> tuple:
    """Extended coordinates, RFC 8032 section 5.1.4."""
    s = (a[1] - a[0]) * (b[1] - b[0]) % _P
    t = (a[1] + a[0]) * (b[1] + b[0]) % _P
    u = 2 * a[3] * b[3] * _D % _P
    v = 2 * a[2] * b[2] % _P
    e, f, g, h = t - s, v - u, v + u, t + s
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def public_key(seed: bytes) -> bytes:
    """The ed25519 public key of a 32-byte seed. Not in constant time: for finding leaked keys only."""
    scalar = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little")
    scalar = (scalar & ((1 << 254) - 8)) | (1 << 254)
    base_x = _recover_x(_BASE_Y)
    power = (base_x, _BASE_Y, 1, base_x * _BASE_Y % _P)
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = _add(total, power)
        power = _add(power, power)
        scalar >>= 1
    inverse = pow(total[2], -1, _P)
    x, y = total[0] * inverse % _P, total[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def is_key_pair(data: bytes) -> bool:
    return len(data) == 64 and public_key(data[:32]) == data[32:]


def base58_bytes(text: str) -> bytes:
    """Decoded, or empty when it is not 64 bytes."""
    value = 0
    for character in text:
        value = value * 58 + "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".index(character)
    return value.to_bytes(64, "big") if value.bit_length() <= 512 else b""


def check_keys(path: str, text: str, found) -> None:
    in_tests = path.startswith("tests/")
    for match in NUMBERS.finditer(text):
        values = [int(number) for number in re.findall(r"\d+", match.group())]
        if max(values) > 255:
            continue
        if is_key_pair(bytes(values)):
            found(match.start(), "64 numbers that are a key pair: whoever reads this can spend its funds")
        elif not in_tests and match.group().startswith("["):
            found(match.start(), "a list of 64 bytes, the form of a key file: keep such files out of the tree")
    for match in BASE58_64.finditer(text):
        data = base58_bytes(match.group())
        if not data:
            continue
        if is_key_pair(data):
            found(match.start(), "a key pair in base58: whoever reads this can spend its funds")
        elif not in_tests:
            found(match.start(), "64 bytes in base58, the form of a key pair (or a signature, which belongs in tests/)")


def check_file(path: str, text: str, machine: list[str], findings: list[Finding]) -> None:
    lines = text.split("\n")

    def found(offset: int, what: str) -> None:
        line = tree.line_of(text, offset)
        if not ESCAPE.search(lines[line - 1]):
            findings.append(Finding(path, line, what))

    check_keys(path, text, found)
    for pattern, what in PATTERNS:
        for match in pattern.finditer(text):
            found(match.start(), what)
    for place in machine:
        for match in re.finditer(rf"(?<![\w.]){re.escape(place)}(?![\w-])", text):
            found(match.start(), "the path of this checkout: make it relative")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=tree.REPOSITORY)
    root = parser.parse_args().root.resolve()
    # This checkout, and the recorded data beside it.
    machine = [str(root), str(root.parent / "shared")]
    findings: list[Finding] = []
    count = 0
    for path in tree.files(root):
        try:
            text = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # Binary: images and fuzz corpora.
        count += 1
        check_file(path, text, machine, findings)
    return tree.report("check_secrets", findings, f"{count} text files")


if __name__ == "__main__":
    sys.exit(main())
