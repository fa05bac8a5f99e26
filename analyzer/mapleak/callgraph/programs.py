"""Which programs of the tree serve, and which come to an end by themselves.

A compiler, a linter, a generator, a migration: ``main`` works something off and returns. However its loops look,
whatever its maps hold is gone when it is done. A program *serves* when, from its ``main`` or an initialiser,

* something listens: a server of the standard library, a function of a framework that may go on for ever; or
* its own thread (what it calls, and the goroutines it waits for) comes to a loop without a way out, to a loop that
  ticks (see ``serving``), or is there until a signal comes (see ``heeding``).

A command that a command-line library is handed is a run of its own: of ``tool serve`` and ``tool convert`` only the
first serves. Programs contain the packages they import and no others, however far a call through an interface may
seem to lead.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from mapleak.callgraph.bindings import interface_method
from mapleak.callgraph.handed import PROGRAM
from mapleak.callgraph.heeding import heeding
from mapleak.callgraph.model import Edge, Root
from mapleak.callgraph.serving import LISTENING, NOT_THE_PROGRAM, TAKES_ONE, TICKERS, listens
from mapleak.callgraph.vague import is_standard
from mapleak.resolve.model import FunctionFacts

Functions = Mapping[str, tuple[FunctionFacts, ...]]
Callees = Mapping[str, tuple[str, ...]]

_WAITED_FOR = frozenset({"Go", "TryGo"})
"""Methods of wait groups and error groups: whoever starts goroutines with them waits for those."""


class Programs(msgspec.Struct, frozen=True):
    """The programs of the tree: its main packages, what each package imports, the functions that are commands."""

    mains: tuple[str, ...]
    imports: Mapping[str, tuple[str, ...]]
    commands: frozenset[str]


class Ways(msgspec.Struct, frozen=True):
    """Where a function leads: everything that may run because it does; what surely runs as often as it does; what
    its own thread runs."""

    anywhere: Callees
    surely: Callees
    on_thread: Callees


class Runs(msgspec.Struct, frozen=True):
    """For each function the runs it may be part of, as bits; ``serving`` are the bits of those that serve."""

    of: Mapping[str, int]
    serving: int
    unseen: bool  # something listens, and no run is seen to reach it

    def ends(self, function: str) -> bool:
        """Whether every run that a function is part of comes to an end by itself."""
        bits = self.of.get(function, 0)
        return bits != 0 and not bits & self.serving


def find_runs(
    programs: Programs,
    functions: Functions,
    ways: Ways,
    roots: Mapping[str, Root],
    registered: Iterable[Root],
    reachable: frozenset[str],
    tests: frozenset[str],
) -> Runs:
    """Tell the runs of all programs apart. ``registered`` are the roots that no function registers."""
    linked = {main: linked_packages((main,), programs.imports) for main in programs.mains}
    masks, seeds = _masks(programs, functions, linked)

    part_of = {name: 0 if name in tests else masks.get(variants[0].package, 0) for name, variants in functions.items()}
    at_start = [name for name, root in roots.items() if root.kind == "init"] + [r.function for r in registered]
    for name in at_start:
        seeds[name] = seeds.get(name, 0) | (part_of[name] & masks[PROGRAM])
    part_of.update((command, 0) for command in programs.commands if command in functions)
    parents = {name: variants[0].parent for name, variants in functions.items() if variants[0].parent}
    of = _spread(seeds, ways.anywhere, part_of, parents)
    part_of = {name: bits & of.get(name, 0) for name, bits in part_of.items()}
    own = _packages(functions) | programs.imports.keys()  # a package of nothing but interfaces has no functions
    listening = set(_listening(functions, reachable - tests, frozenset(programs.mains), own))
    serving = 0
    heard = _spread(seeds, ways.surely, part_of)
    for name in listening:
        serving |= heard.get(name, 0)
    on_own_thread = _spread(seeds, ways.on_thread, part_of)
    serving |= heeding(functions, ways.on_thread, on_own_thread)
    for name, bits in on_own_thread.items():
        if bits & ~serving and _goes_on(functions[name]) and not _is_library(functions[name][0].package, own):
            serving |= bits
    unseen = any(not of.get(name, 0) for name in listening)
    return Runs(of, serving, unseen)


def linked_packages(packages: Iterable[str], imports: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Return packages and all that they import, at any depth: what a program that imports them contains."""
    linked = set(packages)
    pending = list(linked)
    while pending:
        for path in imports.get(pending.pop(), ()):
            if path not in linked:
                linked.add(path)
                pending.append(path)
    return frozenset(linked)


def outside_programs(programs: Programs, functions: Functions, linked: frozenset[str]) -> frozenset[str]:
    """Return the functions of packages that neither a program of the tree contains nor ``linked``, the packages of
    programs elsewhere. What tests are made of is left: their own packages, and helpers in internal folders."""
    contained = linked | linked_packages(programs.mains, programs.imports)
    return frozenset(name for name, variants in functions.items() if variants[0].package not in contained)


def _masks(
    programs: Programs, functions: Functions, linked: Mapping[str, frozenset[str]]
) -> tuple[dict[str, int], dict[str, int]]:
    """Bits of the runs that contain each package (under ``PROGRAM`` those of all main functions), and of the
    function that each run begins with."""
    masks: dict[str, int] = {PROGRAM: 0}
    seeds: dict[str, int] = {}
    bit = 1
    containing: dict[str, list[str]] = {}
    for main, packages in linked.items():
        start = f"{main}.main"
        seeds[start] = bit
        masks[PROGRAM] |= bit
        for package in packages:
            masks[package] = masks.get(package, 0) | bit
            containing.setdefault(package, []).append(main)
        bit <<= 1
    for command in sorted(programs.commands & functions.keys()):
        seeds[command] = seeds.get(command, 0) | bit
        for main in containing.get(functions[command][0].package, ()):
            for package in linked[main]:
                masks[package] |= bit
        bit <<= 1
    return masks, {name: bits for name, bits in seeds.items() if name in functions}


def _spread(
    seeds: Mapping[str, int], callees: Callees, part_of: Mapping[str, int], writers: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Hand the runs on from function to function, each to those that are a part of it; commands take part in no run
    but their own. A function literal (``writers`` are the functions around them) runs where its writer does: no other
    run has one, whatever a call of a function value may mean."""
    found: dict[str, int] = {}
    pending: dict[str, int] = dict(seeds)
    queue = deque(pending)
    written = _literals(writers or {})
    called: dict[str, int] = {}  # literals by the runs in which something may call them

    runs = found.get

    def hand(callee: str, bits: int) -> None:
        if callee in pending:
            pending[callee] |= bits
        else:
            pending[callee] = bits
            queue.append(callee)

    while queue:
        name = queue.popleft()
        known = runs(name, 0)
        new = pending.pop(name) & ~known
        if not new:
            continue
        found[name] = known | new
        for literal in written.get(name, ()):
            if bits := called.get(literal, 0) & new & ~runs(literal, 0):
                hand(literal, bits)
        for callee in callees.get(name, ()):
            bits = new & part_of[callee]
            if writers and (writer := writers.get(callee)):
                called[callee] = called.get(callee, 0) | bits
                bits &= runs(writer, 0)
            if bits and (bits := bits & ~runs(callee, 0)):
                hand(callee, bits)
    return found


def _literals(writers: Mapping[str, str]) -> dict[str, list[str]]:
    """The function literals written in each function."""
    found: dict[str, list[str]] = defaultdict(list)
    for literal, writer in writers.items():
        found[writer].append(literal)
    return found


def _packages(functions: Functions) -> frozenset[str]:
    return frozenset(variants[0].package for variants in functions.values())


def _is_library(package: str, own: frozenset[str]) -> bool:
    """Whether a package is the standard library's: its loops (a system call tried again, the collector's workers)
    end with what they are for, however they look."""
    return is_standard(package, own) and not package.startswith("cmd/")


def _listening(functions: Functions, names: Iterable[str], mains: frozenset[str], own: frozenset[str]) -> Iterator[str]:
    known: dict[tuple[str, bool], bool] = {}
    looped: frozenset[str] | None = None  # what is called in loops, by its name
    for name in names:
        commands = functions[name][0].package in mains
        for callee, in_loop in _called(functions[name]):
            key = (callee, commands)
            if not in_loop and TAKES_ONE.fullmatch(callee.rpartition(".")[2]):
                looped = _looped(functions) if looped is None else looped
                if name not in looped:
                    continue
            if key not in known:
                known[key] = callee not in functions and listens(callee, _is_known(callee, own), in_command=commands)
            if known[key] or callee in LISTENING:
                yield name
                break


def _called(variants: tuple[FunctionFacts, ...]) -> Iterator[tuple[str, bool]]:
    """Yield the functions, and the methods of interfaces, that a function calls, and whether it does so in a loop."""
    for function in variants:
        for call in function.calls:
            if call.mode == "static":
                yield call.callee, call.loop_depth > 0
            elif call.mode == "interface":
                yield interface_method(call.callee, call.method), call.loop_depth > 0


def _looped(functions: Functions) -> frozenset[str]:
    return frozenset(
        call.callee for variants in functions.values() for f in variants for call in f.calls if call.loop_depth
    )


def _is_known(callee: str, own: frozenset[str]) -> bool:
    """Whether a function belongs to a package of the tree or of the standard library."""
    folder, slash, last = callee.lstrip("(*").rpartition("/")
    path = f"{folder}{slash}{last.partition('.')[0]}"
    return path in own or is_standard(path, own)


def _goes_on(variants: tuple[FunctionFacts, ...]) -> bool:
    """Whether a function that the program's own thread runs keeps it from ending."""
    for function in variants:
        if function.ending.kind == "endless":
            return True
        called = {call.callee for call in function.calls}
        if function.ending.kind == "stoppable" and function.halt and called & TICKERS:
            return True
    return False


def on_thread(functions: Functions, edges: Iterable[Edge]) -> Iterator[str]:
    """Yield the callees of calls whose caller goes on only after them: goroutines only when they are waited for."""
    waited: dict[str, dict[tuple[str, int], bool]] = {}
    for edge in edges:
        if edge.kind == "go":
            if edge.caller not in waited:
                waited[edge.caller] = _waited_for(functions[edge.caller])
            if not waited[edge.caller].get((edge.file, edge.end)):
                continue
        yield edge.callee


def _waited_for(variants: tuple[FunctionFacts, ...]) -> dict[tuple[str, int], bool]:
    """The places where a function starts goroutines, and whether it waits for them there."""
    found: dict[tuple[str, int], bool] = {}
    for function in variants:
        for start in function.gos:
            found.setdefault((function.file, function.calls[start.call].end), start.waited != "")
        for call in function.calls:
            if call.how != "go":
                found.setdefault((function.file, call.end), call.callee.rpartition(".")[2] in _WAITED_FOR)
    return found


def holds_a_program(mains: Iterable[str], packages: Iterable[str]) -> bool:
    """Whether a tree is there for a program: it has one that is no helper, and no library stands at its root.

    Heuristic ``library-at-the-root``: the package that bears the module's own name is what a library's users import;
    beside it there may be commands and examples. A program's repository holds packages that only it imports. The
    standard library has no root, and is a library.
    """
    own = sorted(packages)
    named = set(mains)
    if "runtime" in own:
        return False
    if all(is_helper(main) for main in named):
        return False
    root = next((p for p in own if all(q == p or q.startswith(f"{p}/") for q in own if not q.endswith("]"))), "")
    return not root or root in named


def is_helper(main: str) -> bool:
    """Whether a main package is a helper of the repository's own; ``cmd/bench`` is a program that bears a name."""
    folders = main.split("/cmd/", maxsplit=1)[0].split("/")
    return main.endswith("]") or not NOT_THE_PROGRAM.isdisjoint(folders)
