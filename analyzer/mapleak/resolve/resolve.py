"""The whole program, resolved: every function's calls, map operations and value flows, with names and types.

What goes in is the linked program; what comes out holds no syntax and no types any more, only names,
offsets and classifications, and can be stored or sent between processes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from mapleak.collector import passing_objects
from mapleak.processes import FORKS, spread
from mapleak.program.link import link
from mapleak.program.units import Sources, Unit
from mapleak.resolve.dependencies import NOTHING
from mapleak.resolve.enums import Enums
from mapleak.resolve.finite import with_finite_results
from mapleak.resolve.model import FileInfo, InterfaceFacts, PackageFacts, ResolvedProgram, Variable
from mapleak.resolve.package import resolve_package
from mapleak.resolve.parts import FileKeys, encoded_parts, joined, latest
from mapleak.resolve.stores import with_stores_of_keys
from mapleak.source.locate import Locator
from mapleak.source.model import SourceFile
from mapleak.store import NO_STORE, Store
from mapleak.syntax.facts import FileFacts


def resolve(
    sources: Sources,
    listed: Sequence[Unit],
    locator: Locator,
    jobs: int = 1,
    keys: Sequence[bytes] = (),
    store: Store = NO_STORE,
    keys_of_files: Callable[[Unit], FileKeys | None] | None = None,
) -> ResolvedProgram:
    """Resolve the packages ``listed`` of a tree, in ``jobs`` processes.

    ``keys`` say under which key the facts of each package are kept in ``store``; NOTHING for those that are not.
    ``keys_of_files`` tells what those of each file depend on. The result is the same for any number of processes, and
    whatever the store knows already.
    """
    keys = keys or [NOTHING] * len(listed)
    kept = deque(store.get("package", key) if key else None for key in keys)
    missing = [index for index, data in enumerate(kept) if data is None]
    if missing:
        by_file = {i: of for i in missing if keys[i] and keys_of_files and (of := keys_of_files(listed[i]))}
        with passing_objects():  # what is linked is large, full of cycles, and not needed any more
            wanted = [_Wanted(listed[index], keys[index], by_file.get(index)) for index in missing]
            made = _resolved(wanted, sources, listed, locator, jobs, store)
        for index in missing:
            kept[index] = made.popleft()
    found: list[PackageFacts] = []
    for unit, key in zip(listed, keys, strict=True):
        data = kept.popleft() or store.get("package", key)  # let go of: decoded as well, it would take twice the memory
        if data is None:  # gone already, or damaged
            (data,) = _resolved([_Wanted(unit, NOTHING, None)], sources, listed, locator, 1, NO_STORE)
        found.append(joined(data))
    return assemble(sources, listed, found)


class _Wanted(NamedTuple):
    """A package to be resolved, what it is kept under, and what its files depend on."""

    unit: Unit
    key: bytes
    files: FileKeys | None


def _resolved(
    wanted: Sequence[_Wanted],
    sources: Sources,
    listed: Sequence[Unit],
    locator: Locator,
    jobs: int,
    store: Store,
) -> deque[bytes]:
    """The encoded facts of each package that is wanted, b"" where they are in ``store`` now.

    Those that depend only on what their key tells are: what is kept need not wait in memory for the last package.
    """
    # each process links what it resolves: what all had from the first they would soon have copies of
    program = link(sources, listed, locator, ())
    enums = Enums(program)

    def encoded(index: int) -> bytes:
        unit, key, files = wanted[index]
        known = latest(store, files.package) if files is not None else {}
        data = encoded_parts(resolve_package(program.package_of_unit(unit), enums, files, known))
        if not key or program.entangled or not store.put("package", key, data):
            return data
        if files is not None:
            store.put("latest", files.package, key)
        return b""

    # the largest first, so that no process is left alone with one at the end
    lines = [sum(sources.headers[file.path].lines for file in package.unit.files) for package in wanted]
    order = sorted(range(len(wanted)), key=lambda index: -lines[index])
    # a linked program cannot be sent to a process that starts anew
    outcomes = dict(zip(order, spread(encoded, order, jobs if FORKS else 1), strict=True))
    return deque(outcomes[index] for index in range(len(wanted)))


def assemble(sources: Sources, listed: Sequence[Unit], resolved: Sequence[PackageFacts]) -> ResolvedProgram:
    """The program that the packages make (``resolved`` in their order). Deterministic: everything in fixed order."""
    tree, facts = sources.tree, sources.headers
    incomplete = frozenset(skip.path.rpartition("/")[0] for skip in tree.skips if skip.path.endswith(".go"))
    incomplete |= {file.rpartition("/")[0] for package in resolved for file, _ in package.failures}
    files = {
        source.path: _file_info(source, unit.path, facts[source.path], incomplete)
        for unit in listed
        for source in unit.files
    }
    interfaces: dict[str, InterfaceFacts] = {}
    for package_facts in resolved:
        for interface in package_facts.interfaces:
            interfaces.setdefault(interface.key, interface)
    functions = with_finite_results(with_stores_of_keys(chain.from_iterable(p.functions for p in resolved)))
    functions.sort(key=lambda f: (f.name, f.file, f.pos))
    return ResolvedProgram(
        files=files,
        functions=tuple(functions),
        variables=_by_node(p.variables for p in resolved),
        types=tuple(sorted((t for p in resolved for t in p.types), key=lambda t: t.name)),
        interfaces=dict(sorted(interfaces.items())),
        main_packages=tuple(sorted({unit.path for unit in listed if unit.name == "main"})),
        imports=_imports(listed, files, facts),
        holders=tuple(sorted({held for p in resolved for held in p.holders})),
        containers=_by_node(p.containers for p in resolved),
        wrapped=_by_node(p.wrapped for p in resolved),
        failures=tuple(why for package in resolved for _, why in package.failures),
    )


def _by_node(variables: Iterable[tuple[Variable, ...]]) -> tuple[Variable, ...]:
    return tuple(sorted(chain.from_iterable(variables), key=lambda v: (v.node, v.file, v.pos)))


def _imports(
    listed: Sequence[Unit], files: Mapping[str, FileInfo], facts: Mapping[str, FileFacts]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for unit in listed:
        paths = found.setdefault(unit.path, set())
        for file in unit.files:
            if not files[file.path].is_test:
                paths.update(i.path for i in facts[file.path].imports)
    return {path: tuple(sorted(found[path])) for path in sorted(found)}


def _file_info(source: SourceFile, package: str, facts: FileFacts, incomplete: frozenset[str]) -> FileInfo:
    parts = [c for c in (source.file_constraint, facts.constraint) if c]
    constraint = " && ".join(f"({c})" if len(parts) > 1 else c for c in parts)
    return FileInfo(
        path=source.path,
        package=package,
        lines=facts.lines,
        line_starts=facts.line_starts,
        is_test=source.is_test,
        generated=facts.generated,
        constraint=constraint,
        has_issues=bool(facts.issues) or source.package_dir in incomplete,
        reported=source.reported,
    )
