# SPDX-License-Identifier: MIT
"""What the lints share: the files of the tree, C++ without its comments, and findings with an exit code."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
_SKIPPED_DIRECTORIES = {".git", "build", "node_modules", "__pycache__"}


@dataclass(frozen=True, order=True)
class Finding:
    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


def files(root: Path) -> list[str]:
    """Paths below root, sorted: what git tracks or would add; without git, every file."""
    if (root / ".git").exists():
        try:
            listed = subprocess.run(
                ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                check=True, capture_output=True).stdout.decode().split("\0")
            return sorted(path for path in set(listed) if path and (root / path).is_file())
        except (OSError, subprocess.CalledProcessError):
            pass  # No git here, or a clone that belongs to someone else.
    found = []
    for directory, subdirectories, names in os.walk(root):
        subdirectories[:] = [name for name in subdirectories if name not in _SKIPPED_DIRECTORIES]
        found += [(Path(directory) / name).relative_to(root).as_posix() for name in names]
    return sorted(found)


def is_cpp(path: str) -> bool:
    return path.endswith((".cpp", ".hpp"))


# A raw string, a comment, a string or a character literal; a quote between digits separates them.
_TOKENS = re.compile(
    r'(?P<raw>\bu?8?R"(?P<tag>[^()\\\s]{0,16})\(.*?\)(?P=tag)")'
    r"|(?P<comment>//[^\n]*|/\*.*?\*/)"
    r'|(?P<string>"(?:\\.|[^"\\\n])*")'
    r"|(?P<digits>(?<=[0-9A-Fa-f])'(?=[0-9A-Fa-f]))"
    r"|(?P<character>'(?:\\.|[^'\\\n])*')",
    re.DOTALL)


def code_only(text: str) -> str:
    """The text with comments and the contents of literals blanked; lines keep their numbers.

    Include paths stay: they are what the layer lint reads.
    """
    def blank(match: re.Match) -> str:
        token = match.group()
        if match.lastgroup == "digits":
            return token
        if match.lastgroup == "string":
            line_start = text.rfind("\n", 0, match.start()) + 1
            if re.match(r"\s*#\s*include\s*$", text[line_start:match.start()]):
                return token
            return '""'
        return re.sub(r"[^\n]", " ", token)

    return _TOKENS.sub(blank, text)


def line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def report(name: str, findings: list[Finding], checked: str) -> int:
    """Prints findings and a closing line; returns the exit code."""
    for finding in sorted(findings):
        print(finding)
    print(f"{name}: {checked}, {len(findings)} findings")
    return 1 if findings else 0


def usage_error(name: str, text: str) -> None:
    print(f"{name}: {text}", file=sys.stderr)
    sys.exit(2)
