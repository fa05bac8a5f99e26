"""Measures the dynamic calls of our call graph against those of golang.org/x/tools.

Runs the Go program in ``go/calls`` and ``mapleak callgraph`` on the same directory. What variable type analysis
finds we should find, too; what we find should lie within class hierarchy analysis, which takes every type that has
the methods for possible. Only functions that both have are compared, each pair of caller and callee once.

    python tests/calls.py DIRECTORY [PATTERN…] [--show N]
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

Pair = tuple[str, str]
KINDS = ("interface", "value")
PROGRAM = Path(__file__).parent / "go" / "calls"


@dataclass
class Theirs:
    """Pairs of caller and callee by algorithm and kind, and where one of their calls is."""

    pairs: dict[tuple[str, str], set[Pair]] = field(default_factory=dict)
    places: dict[Pair, str] = field(default_factory=dict)


def read_theirs(directory: str, patterns: list[str]) -> Theirs:
    """Run the Go program; raises CalledProcessError when it fails."""
    command = ["go", "run", ".", str(Path(directory).resolve()), *patterns]
    output = subprocess.run(command, check=True, capture_output=True, text=True, cwd=PROGRAM).stdout
    theirs = Theirs({(algorithm, kind): set() for algorithm in ("cha", "vta") for kind in KINDS})
    for line in output.splitlines():
        fields = line.split("\t")
        if fields[0] == "package":
            continue
        algorithm, kind, caller, callee, place = fields
        theirs.pairs[algorithm, kind].add((caller, callee))
        theirs.places.setdefault((caller, callee), place)
    return theirs


def read_ours(directory: str) -> tuple[set[Pair], set[Pair], set[str]]:
    """Our pairs, those of them that are dynamic, and the functions we know."""
    command = [sys.executable, "-m", "mapleak", "callgraph", "--format", "json", directory]
    graph = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    pairs = {(call["caller"], call["callee"]) for call in graph["calls"]}
    dynamic = {(call["caller"], call["callee"]) for call in graph["calls"] if call["kind"] in KINDS}
    return pairs, dynamic, {function["name"] for function in graph["functions"]}


def report(theirs: Theirs, pairs: set[Pair], dynamic: set[Pair], functions: set[str], show: int) -> None:
    """Print the table, and a fixed sample of ``show`` differences of each kind."""
    sample = random.Random(1)
    for kind in KINDS:
        wanted = {pair for pair in theirs.pairs["vta", kind] if functions.issuperset(pair)}
        missed = sorted(wanted - pairs)
        print(f"vta {kind:9} {len(wanted):7} pairs, {_share(len(wanted) - len(missed), len(wanted))} found")
        for pair in sample.sample(missed, min(show, len(missed))):
            print(f"    missed: {pair[0]} -> {pair[1]} at {theirs.places[pair]}")
    possible = theirs.pairs["cha", "interface"] | theirs.pairs["cha", "value"]
    callers, callees = {caller for caller, _ in possible}, {callee for _, callee in possible}
    ours = {pair for pair in dynamic if pair[0] in callers and pair[1] in callees}
    outside = sorted(ours - possible)
    print(f"ours          {len(ours):7} pairs, {_share(len(ours) - len(outside), len(ours))} within cha")
    for pair in sample.sample(outside, min(show, len(outside))):
        print(f"    outside: {pair[0]} -> {pair[1]}")


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def main() -> None:
    """Compare one directory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory")
    parser.add_argument("patterns", nargs="*")
    parser.add_argument("--show", type=int, default=0, help="differences to list")
    arguments = parser.parse_args()
    theirs = read_theirs(arguments.directory, arguments.patterns or ["./..."])
    report(theirs, *read_ours(arguments.directory), arguments.show)


if __name__ == "__main__":
    main()
