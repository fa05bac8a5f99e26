"""Measures what mapleak reads of Go code against the type checker.

Runs the Go program in ``go/census`` (the truth) and ``mapleak maps`` and ``mapleak callgraph`` (ours) on the
same directory and compares maps, operations and calls, both ways. Only files that the go command compiles on
this machine count: mapleak reads the others too, and the type checker cannot say anything about them.

    python tests/census.py DIRECTORY [PATTERN…] [--show N]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from census_input import Call, Listed, Operation, Ours, Truth, package_of, read_ours, read_truth

Location = tuple[str, int, int]

# Forms that stand for what happens behind a call, and one that never changes which keys there are.
NOT_COUNTED = frozenset({"call", "decode", "sync.Map.CompareAndSwap"})


@dataclass
class Score:
    """One row of the table. ``missed`` and ``wrong`` hold one line of text for each difference."""

    what: str
    truth: int = 0
    found: int = 0
    listed: int = 0
    right: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)

    @property
    def recall(self) -> float:
        return 100.0 * self.found / self.truth if self.truth else 100.0

    @property
    def precision(self) -> float:
        return 100.0 * self.right / self.listed if self.listed else 100.0

    def expect(self, found: bool, text: str) -> None:
        self.truth += 1
        if found:
            self.found += 1
        else:
            self.missed.append(text)

    def judge(self, right: bool, text: str) -> None:
        self.listed += 1
        if right:
            self.right += 1
        else:
            self.wrong.append(text)


def compare(truth: Truth, ours: Ours) -> list[Score]:
    """All rows: maps, operations on them, operations on their elements, functions, calls."""
    return [
        compare_maps(truth, ours),
        compare_operations(truth, ours),
        compare_elements(truth, ours),
        compare_functions(truth, ours),
        compare_calls(truth, ours),
    ]


def compare_maps(truth: Truth, ours: Ours) -> Score:
    """Package variables and fields, by name and place of declaration.

    Fields of struct types that nothing with a name holds (``func(struct{ m map[K]V })``) have no name to
    compare and are not judged.
    """
    score = Score("maps")
    places: dict[Location, set[str]] = defaultdict(set)
    names: dict[str, set[str]] = defaultdict(set)
    for listed in _named(ours):
        places[listed.place()].add(listed.name)
        names[listed.name].add(listed.file)
    for wanted in truth.maps:
        if not wanted.name:
            score.notes["field of a struct type without a name"] += 1
            continue
        here = places.get(wanted.place(), set())
        found = wanted.name in here
        if not here and names.get(wanted.name, set()) - truth.files:
            found = True  # one map with several declarations, ours shows that of another platform
            score.notes["declared in a file that is not compiled here"] += 1
        instead = f" (listed there: {', '.join(sorted(here))})" if here else ""
        score.expect(found, f"{wanted.where()}: {wanted.name} {wanted.type}{instead}")
    expected = {wanted.place(): wanted.name for wanted in truth.maps}
    for listed in _named(ours):
        name = expected.get(listed.place())
        if listed.file not in truth.files or name == "":
            continue
        if name is None and listed.container not in {"map", "sync.Map"}:
            score.notes["holder of a wrapper"] += 1
            continue
        instead = f" (it is {name})" if name else ""
        score.judge(name == listed.name, f"{listed.where()}: {listed.name} {listed.container}{instead}")
    return score


def _named(ours: Ours) -> Iterator[Listed]:
    return (listed for listed in ours.maps if listed.kind in {"var", "field"})


def compare_operations(truth: Truth, ours: Ours) -> Score:
    """Inserts and removes whose expression names a map variable or field, by line, form and name.

    What is listed under a map that the expression may be an alias of (``via``) is not judged, as long as
    there is such an operation at that place; nor is the replacement of a whole struct, with its maps.
    """
    score = Score("operations")
    maps = {wanted.name for wanted in truth.maps}
    direct = [operation for operation in truth.operations if operation.direct(truth) and operation.name in maps]
    listed_all = [operation for operation in _operations(truth, ours) if not operation.is_element]
    unmatched = Counter(operation.key() for operation in listed_all)
    for wanted in direct:
        score.expect(unmatched[wanted.key()] > 0, str(wanted))
        unmatched[wanted.key()] -= 1
    expected = Counter(operation.key() for operation in direct)
    anywhere = {operation.place_key() for operation in truth.operations}
    owners = {operation.place_key() for operation in truth.operations if operation.base == "owner"}
    for listed in sorted(listed_all, key=lambda operation: operation.via):
        if expected[listed.key()] > 0:
            expected[listed.key()] -= 1
            score.judge(True, "")
        elif listed.via and listed.place_key() in anywhere:
            score.notes["through an alias"] += 1
        elif listed.place_key() in owners:
            score.notes["replaced with its owner"] += 1
        elif ".struct@" in listed.name:
            score.notes["field of a struct type without a name"] += 1
        else:
            score.judge(False, str(listed))
    return score


def compare_elements(truth: Truth, ours: Ours) -> Score:
    """Operations on maps inside a variable or field (m[a][b] = v): listed at their line at all?"""
    score = Score("element operations")
    wanted_all = [op for op in truth.operations if op.named(truth) and op.level > 0]
    places = {op.place_key() for op in _operations(truth, ours)}
    for wanted in wanted_all:
        score.expect(wanted.place_key() in places, str(wanted))
    anywhere = {op.place_key() for op in truth.operations}
    for listed in _operations(truth, ours):
        if listed.is_element:
            score.judge(listed.place_key() in anywhere, str(listed))
    return score


def _operations(truth: Truth, ours: Ours) -> Iterator[Operation]:
    for listed in ours.maps:
        if listed.kind not in {"var", "field", "element"}:
            continue
        for operation in listed.operations:
            if operation.file in truth.files and operation.form not in NOT_COUNTED:
                yield operation


def compare_functions(truth: Truth, ours: Ours) -> Score:
    """Declared functions and function literals, by file and line and name without ordinals."""
    score = Score("functions")
    listed = {f.key() for f in ours.functions if f.file in truth.files}
    wanted = {f.key() for f in truth.functions}
    for key in sorted(wanted):
        score.expect(key in listed, _at(key))
    for key in sorted(listed):
        score.judge(key in wanted or key[2].endswith(".init"), _at(key))
    return score


def compare_calls(truth: Truth, ours: Ours) -> Score:
    """Static and method calls between functions of the packages, by caller, callee and line.

    The kinds ``go`` and ``defer`` do not say how the callee was found: where the type checker sees a
    dynamic call at the same place, such an edge is not judged.
    """
    score = Score("calls")
    wanted = {
        call.key(): call for call in truth.calls if call.kind == "static" and call.callee_package in truth.packages
    }
    dynamic = {call.site() for call in truth.calls if call.kind != "static"}
    statements = {(call.site(), call.how) for call in truth.calls}
    listed: dict[tuple[str, str, str, int], Call] = {}
    for call in ours.calls:
        if call.file in truth.files and call.kind in {"static", "go", "defer"}:
            listed[call.key()] = call
    known = {f.key()[2] for f in truth.functions}
    for key, call in sorted(wanted.items()):
        score.expect(key in listed, str(call))
    for key, call in sorted(listed.items()):
        if key[1] not in known and package_of(call.callee) not in truth.packages:
            score.notes["callee is not in the packages"] += 1
        elif call.kind != "static" and key not in wanted and call.site() in dynamic:
            score.notes["go or defer of a dynamic call"] += 1
        elif call.kind != "static" and (call.site(), call.kind) not in statements:
            score.notes["handed to a function that starts or defers it"] += 1
        else:
            score.judge(key in wanted, str(call))
    return score


def _at(key: tuple[str, int, str]) -> str:
    return f"{key[0]}:{key[1]}: {key[2]}"


def table(scores: Iterable[Score]) -> str:
    """The scores as text."""
    lines = [f"{'':20}{'type checker':>13}{'found':>9}{'recall':>9}{'listed':>9}{'right':>9}{'precision':>11}"]
    lines.extend(
        f"{s.what:20}{s.truth:>13}{s.found:>9}{s.recall:>8.2f}%{s.listed:>9}{s.right:>9}{s.precision:>10.2f}%"
        for s in scores
    )
    return "\n".join(lines)


def differences(score: Score, limit: int) -> Iterator[str]:
    """Up to ``limit`` missed and wrong entries of a row, with the counts."""
    for title, entries in (("missed", score.missed), ("wrong", score.wrong)):
        if entries:
            yield f"{score.what}: {len(entries)} {title}"
            yield from (f"  {text}" for text in entries[:limit])
    for note, count in sorted(score.notes.items()):
        yield f"{score.what}: {count} not judged: {note}"


def measure(
    directory: Path, patterns: tuple[str, ...] = (), *, binary: Path | None = None
) -> tuple[list[Score], Truth]:
    """Runs both sides on a directory and compares. Without patterns: all modules below it."""
    truth = read_truth(directory, patterns, binary)
    return compare(truth, read_ours(directory)), truth


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Compares mapleak's maps and calls with the type checker's.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("patterns", nargs="*", help="package patterns (default: every package of every module)")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print up to N differences of each kind")
    parser.add_argument("--least", type=float, default=0.0, metavar="PERCENT", help="exit 1 below this share")
    options = parser.parse_intermixed_args(arguments)
    directory: Path = options.directory.resolve()
    start = time.perf_counter()
    truth = read_truth(directory, tuple(options.patterns), None)
    middle = time.perf_counter()
    ours = read_ours(directory)
    end = time.perf_counter()
    scores = compare(truth, ours)
    print(f"{len(truth.packages)} packages, {len(truth.files)} files")
    print(f"type checker {middle - start:.1f} s, mapleak {end - middle:.1f} s")
    for package, message in sorted(truth.broken.items()):
        print(f"left out, does not check: {package}: {message}")
    print(table(scores))
    for score in scores:
        for line in differences(score, options.show) if options.show else ():
            print(line)
    return int(any(min(s.recall, s.precision) < options.least for s in scores))


if __name__ == "__main__":
    sys.exit(main())
