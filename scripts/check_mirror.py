#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Lists public headers with a source file and no test of their own.

    scripts/check_mirror.py [--root DIR] [--strict]

tests/unit/<module>/<name>_test.cpp mirrors include/sniperforge/<module>/<name>.hpp, so that a reader
finds one from the other. A report: exit 1 only with --strict.
"""

import argparse
import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import tree


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=tree.REPOSITORY)
    parser.add_argument("--strict", action="store_true")
    arguments = parser.parse_args()
    paths = set(tree.files(arguments.root))
    tested = missing = 0
    for path in sorted(paths):
        match = re.fullmatch(r"include/sniperforge/(\w+)/(.+)\.hpp", path)
        if not match or f"src/{match[1]}/{match[2]}.cpp" not in paths:
            continue
        test = f"tests/unit/{match[1]}/{match[2]}_test.cpp"
        if test in paths:
            tested += 1
        else:
            missing += 1
            print(f"{path}: has no {test}")
    print(f"check_mirror: {tested} headers with their test, {missing} without")
    return 1 if arguments.strict and missing else 0


if __name__ == "__main__":
    sys.exit(main())
