#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks every #include against the module graph that cmake/Modules.cmake declares.

    scripts/check_layers.py [--root DIR]     check; exit 1 when something is wrong
    scripts/check_layers.py --graph          print the graph as docs/architecture.md shows it
    scripts/check_layers.py --write-graph    put it there

What it enforces, with the reasons, is in docs/architecture.md. A declared edge that no file uses, and
a private header of a module that may be used, are warnings: they widen the graph, but break nothing.
"""

import argparse
import fnmatch
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import tree
from tree import Finding

MODULES_FILE = "cmake/Modules.cmake"
ARCHITECTURE_FILE = "docs/architecture.md"
GRAPH_BEGIN = "<!-- graph: scripts/check_layers.py --graph -->"
GRAPH_END = "<!-- end of graph -->"


@dataclass(frozen=True)
class Package:
    """A package that stays behind its modules' door."""
    name: str
    includes: tuple[str, ...]  # Prefixes of what stands between < and >.
    targets: tuple[str, ...]  # CMake targets, as PACKAGES of sf_module() names them.
    modules: tuple[str, ...]
    reason: str
    files: tuple[str, ...] = ()  # Single files (globs) of other modules that may include it.


PACKAGES = (
    Package("Boost.Asio and Beast", ("boost/asio", "boost/beast"), ("sf_asio",), ("net", "ops", "app"),
            "everything else speaks through net's Reactor, which a simulation can replace",
            ("src/sim/*server*",)),  # The cluster on loopback has an io_context of its own.
    Package("OpenSSL", ("openssl/",), (), ("net",), "TLS ends in net"),
    Package("simdjson", ("simdjson",), ("simdjson::simdjson",), ("rpc", "execute", "engine", "sim"),
            "JSON is parsed where it arrives and handed on as typed values",
            # Dumps in the form of `solana account --output json`, which only the command line reads; the
            # certificate; the journal, read with other eyes than engine's; what a daemon answers.
            ("src/app/decode*", "src/app/*dump*", "src/app/certificate*", "src/app/drill_records*",
             "src/app/reload_command*", "src/app/manual_command*", "src/app/order_story*", "src/app/json_members*",
             "src/app/status_screen*")),
    Package("libsodium", ("sodium",), ("PkgConfig::SODIUM",), ("solana", "signer"),
            "keys live in solana::Keypair and signatures are made in signer"),
    Package("yaml-cpp", ("yaml-cpp",), ("${SF_YAML_CPP}",), ("config",),
            "settings reach the rest as typed structs with their ranges checked"),
    Package("spdlog", ("spdlog",), ("spdlog::spdlog",), ("telemetry",),
            "the hot path pushes records, it does not format or write"),
    Package("SQLite", ("sqlite3",), ("SQLite::SQLite3",), ("analytics",),
            "the store is written by the recorder thread alone"),
    Package("CLI11", ("CLI/",), ("CLI11::CLI11",), ("app",), "arguments are read once, in app"),
    Package("zlib", ("zlib",), ("ZLIB::ZLIB",), ("sim", "dataset"), "only recorded data is compressed"),
    Package("zstd", ("zstd",), ("PkgConfig::ZSTD",), ("recording",), "recordings of runs have one format, and one reader"),
)

# Public headers show no package, so that a user of a header does not compile (or know) it.
PUBLIC_BOOST_HEADERS = ("include/sniperforge/core/spsc_ring.hpp",)

# Edges that go down and are wrong all the same: (from, to): why.
FORBIDDEN = {
    ("sim", "dex"): "sim executes swaps with its own implementation, so that one rounding bug cannot hide in both",
    ("sim", "signer"): "sim checks transactions with its own eyes",
    **{(stage, io): "this stage does no I/O; feed and execute do"
       for stage in ("detect", "strategy", "risk", "portfolio") for io in ("net", "rpc")},
}


@dataclass
class Module:
    name: str
    line: int
    layer: int
    uses: list[str]
    packages: list[str]
    used: set[str] = field(default_factory=set)
    private_uses: list[str] = field(default_factory=list)  # Private headers of modules it may use.
    files: int = 0


def read_modules(root: Path, findings: list[Finding]) -> dict[str, Module]:
    text = re.sub(r"#[^\n]*", lambda m: " " * len(m.group()), (root / MODULES_FILE).read_text())
    modules: dict[str, Module] = {}
    for match in re.finditer(r"\bsf_module\(\s*([^()]*)\)", text):
        line = tree.line_of(text, match.start())
        words = match.group(1).split()
        lists: dict[str, list[str]] = {"NAME": [], "LAYER": [], "USES": [], "PACKAGES": []}
        key = "NAME"
        for word in words:
            if word in ("LAYER", "USES", "PACKAGES"):
                key = word
            else:
                lists[key].append(word)
        if len(lists["NAME"]) != 1 or len(lists["LAYER"]) != 1 or not lists["LAYER"][0].isdigit():
            findings.append(Finding(MODULES_FILE, line, f"cannot read sf_module({' '.join(words)}): "
                                    "write NAME LAYER n [USES module...] [PACKAGES target...]"))
            continue
        name = lists["NAME"][0]
        if name in modules:
            findings.append(Finding(MODULES_FILE, line, f"{name} is declared twice"))
        modules[name] = Module(name, line, int(lists["LAYER"][0]), lists["USES"], lists["PACKAGES"])
    return modules


def check_graph(modules: dict[str, Module], findings: list[Finding]) -> None:
    targets = {target: package for package in PACKAGES for target in package.targets}
    for module in modules.values():
        def wrong(text: str, line: int = module.line) -> None:
            findings.append(Finding(MODULES_FILE, line, text))

        for name in module.uses:
            used = modules.get(name)
            if used is None:
                wrong(f"{module.name} uses {name}, which is not a module")
            elif used.layer >= module.layer:
                wrong(f"{module.name} (layer {module.layer}) may not use {name} (layer {used.layer}): "
                      "USES go to lower layers only")
            elif (module.name, name) in FORBIDDEN:
                wrong(f"{module.name} may not use {name}: {FORBIDDEN[module.name, name]}")
        for target in module.packages:
            package = targets.get(target)
            if package and module.name not in package.modules and not any(
                    pattern.startswith(f"src/{module.name}/") for pattern in package.files):
                wrong(f"{module.name} may not declare {target}: {package.name} stays in "
                      f"{', '.join(package.modules)} ({package.reason})")


def module_of(path: str) -> str | None:
    match = re.match(r"(?:include/sniperforge|src)/([^/]+)/", path)
    return match.group(1) if match else None


def check_quoted(path: str, module: Module, target: str, modules: dict[str, Module]) -> str | None:
    """What is wrong with #include "target" in a file of this module; None when nothing is."""
    is_public = path.startswith("include/")
    parts = target.split("/")
    if ".." in parts:
        return f'write "{target}" from include/ or src/, without ".."'
    through_public = parts[0] == "sniperforge"
    if through_public and len(parts) < 3:
        return f'"{target}" names no module: public headers are in include/sniperforge/<module>/'
    name = parts[1] if through_public else parts[0]
    if not through_public and (len(parts) == 1 or name not in modules):
        if is_public:
            return f'"{target}": a public header includes public headers only, as "sniperforge/<module>/..."'
        return None  # Beside its source.
    if name not in modules:
        return f'"{target}": {name} is not a module of {MODULES_FILE}'
    if is_public and not through_public:
        return f'"{target}" is private to {name}: a public header may not include it'
    if name == module.name:
        return None
    module.used.add(name)
    if (module.name, name) in FORBIDDEN:
        return f"{module.name} may not include {name}: {FORBIDDEN[module.name, name]}"
    if name not in module.uses:
        return (f"{module.name} (layer {module.layer}) may not include {name} (layer {modules[name].layer}): "
                f"declare it in {MODULES_FILE} or move the code")
    if not through_public:
        module.private_uses.append(f'"{target}" in {path}')
    return None


def check_package(path: str, module: Module, target: str) -> str | None:
    """What is wrong with #include <target> in a file of this module; None when nothing is."""
    for package in PACKAGES:
        if not target.startswith(package.includes):
            continue
        if module.name not in package.modules and not any(fnmatch.fnmatch(path, p) for p in package.files):
            return (f"{module.name} may not include {package.name} (<{target}>), which stays in "
                    f"{', '.join(package.modules)}: {package.reason}")
        if path.startswith("include/"):
            return f"<{target}> in a public header: keep {package.name} in the sources of {module.name}"
        return None
    if target.startswith("boost/") and path.startswith("include/") and path not in PUBLIC_BOOST_HEADERS:
        return f"<{target}> in a public header: only {', '.join(PUBLIC_BOOST_HEADERS)} may include Boost"
    return None


def check_includes(root: Path, modules: dict[str, Module], findings: list[Finding]) -> int:
    count = 0
    for path in tree.files(root):
        if not tree.is_cpp(path) or not path.startswith(("include/", "src/")):
            continue
        count += 1
        name = module_of(path)
        if name not in modules:
            findings.append(Finding(path, 1, f"belongs to no module of {MODULES_FILE}: declare it with "
                                    "sf_module() or move the file"))
            continue
        module = modules[name]
        module.files += 1
        text = tree.code_only((root / path).read_text())
        for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)', text, re.MULTILINE):
            quoted, angled = match.groups()
            if quoted is None and angled.startswith("sniperforge/"):
                quoted = angled
            wrong = (check_package(path, module, angled or quoted) or
                     (check_quoted(path, module, quoted, modules) if quoted else None))
            if wrong:
                findings.append(Finding(path, tree.line_of(text, match.start()), wrong))
    return count


def warn(modules: dict[str, Module]) -> None:
    for module in modules.values():
        for use in module.private_uses:
            print(f"{MODULES_FILE}:{module.line}: warning: {module.name} includes a private header of "
                  f"another module, {use}: move what it needs to a public one")
        unused = [name for name in module.uses if name in modules and name not in module.used]
        if module.files and unused:
            print(f"{MODULES_FILE}:{module.line}: warning: {module.name} includes nothing of "
                  f"{', '.join(unused)}: drop it from USES")


def graph(modules: dict[str, Module]) -> str:
    lines = ["| layer | module | uses | packages |", "|---|---|---|---|"]
    names = {target: package.name for package in PACKAGES for target in package.targets}
    for module in sorted(modules.values(), key=lambda m: (-m.layer, m.line)):
        packages = ", ".join(names.get(target, target) for target in module.packages)
        lines.append(f"| {module.layer} | {module.name} | {' '.join(module.uses)} | {packages} |")
    return "\n".join(lines)


def check_documented(root: Path, modules: dict[str, Module], findings: list[Finding]) -> None:
    """The table in the architecture page is the graph, not a memory of it."""
    path = root / ARCHITECTURE_FILE
    if not path.is_file():
        return
    text = path.read_text()
    begin = text.find(GRAPH_BEGIN)
    end = text.find(GRAPH_END)
    if begin < 0 or end < begin:
        findings.append(Finding(ARCHITECTURE_FILE, 1, f"has no module table between '{GRAPH_BEGIN}' and '{GRAPH_END}'"))
    elif text[begin + len(GRAPH_BEGIN):end].strip() != graph(modules):
        findings.append(Finding(ARCHITECTURE_FILE, tree.line_of(text, begin),
                                f"the module table is not that of {MODULES_FILE}: replace it with the "
                                "output of scripts/check_layers.py --graph (--write-graph does it)"))


def write_documented(root: Path, modules: dict[str, Module]) -> int:
    path = root / ARCHITECTURE_FILE
    text = path.read_text() if path.is_file() else ""
    begin, end = text.find(GRAPH_BEGIN), text.find(GRAPH_END)
    if begin < 0 or end < begin:
        tree.usage_error("check_layers", f"{ARCHITECTURE_FILE} has no '{GRAPH_BEGIN}' and '{GRAPH_END}' to write between")
    path.write_text(f"{text[:begin]}{GRAPH_BEGIN}\n{graph(modules)}\n{text[end:]}")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=tree.REPOSITORY)
    parser.add_argument("--graph", action="store_true")
    parser.add_argument("--write-graph", action="store_true")
    arguments = parser.parse_args()
    if not (arguments.root / MODULES_FILE).is_file():
        tree.usage_error("check_layers", f"{arguments.root} has no {MODULES_FILE}")

    findings: list[Finding] = []
    modules = read_modules(arguments.root, findings)
    if not modules:
        findings.append(Finding(MODULES_FILE, 1, "declares no modules"))
    if arguments.graph:
        print(graph(modules))
        return 0
    if arguments.write_graph:
        return write_documented(arguments.root, modules)
    check_graph(modules, findings)
    count = check_includes(arguments.root, modules, findings)
    check_documented(arguments.root, modules, findings)
    warn(modules)
    return tree.report("check_layers", findings, f"{len(modules)} modules, {count} files")


if __name__ == "__main__":
    sys.exit(main())
