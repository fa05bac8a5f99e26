"""One package, resolved: what it says depends on its files and on the outlines of what it imports, on nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from mapleak.program.packages import File, Package
from mapleak.resolve.declarations import VariableCensus, holders, type_facts
from mapleak.resolve.enums import Enums
from mapleak.resolve.functions import Counters, FunctionResolver
from mapleak.resolve.model import InterfaceFacts, KeyFact, PackageFacts
from mapleak.resolve.origins import Origin
from mapleak.resolve.parts import FileKeys, FilePart, encoded_facts, names_of
from mapleak.resolve.recorder import Context
from mapleak.syntax import ast


def resolve_package(
    package: Package, enums: Enums, keys: FileKeys | None = None, known: Mapping[bytes, FilePart] | None = None
) -> tuple[FilePart, ...]:
    """Resolve everything in a linked package, in the order of its files and declarations.

    Of files that depend only on what ``keys`` say, the parts that are ``known`` are taken as they are.
    """
    cache: dict[Origin, KeyFact] = {}
    counters = Counters(f"{package.path}.init")
    parts: list[FilePart] = []
    for file in package.files:
        key = keys.of(file.path, counters.inits, counters.initialising) if keys is not None else b""
        part = known.get(key) if known and key else None
        if part is None or keys is None or part.meant != keys.meant(part.names):
            facts = resolve_file(file, enums, counters, cache)
            names = names_of(file.resolved)
            meant = keys.meant(names) if keys is not None else b""
            part = FilePart(key, names, meant, counters.inits, counters.initialising, encoded_facts(facts))
        counters.go_on_after(part.inits, part.literals)
        parts.append(part)
    return tuple(parts)


def resolve_file(file: File, enums: Enums, counters: Counters, cache: dict[Origin, KeyFact]) -> PackageFacts:
    """Resolve everything in a file of a linked package, in the order of its declarations."""
    package = file.package
    interfaces: dict[str, InterfaceFacts] = {}
    failures: list[tuple[str, str]] = []
    census = VariableCensus(package, enums)
    census.add_file(file)
    resolver = FunctionResolver(file, Context(package.path, file.path, enums, interfaces, cache), counters, census)
    resolver.initialiser()
    for function in file.code.functions:
        failure = _understood(resolver, function)
        if failure:
            failures.append((file.path, f"{file.path}: {function.name} was left out: {failure}"))
    return PackageFacts(
        functions=tuple(resolver.facts),
        variables=tuple(census.found),
        types=tuple(type_facts(file)),
        interfaces=tuple(interfaces.values()),
        holders=tuple(holders(file)),
        containers=tuple(census.containers),
        wrapped=tuple(census.wrapped),
        failures=tuple(failures),
    )


def _understood(resolver: FunctionResolver, function: ast.FuncDecl) -> str:
    """Resolve a function; what went wrong when it could not be, "" otherwise.

    A mistake of ours about one function must not cost the findings in all others.
    """
    before = len(resolver.facts)
    try:
        resolver.function(function)
    except Exception as error:
        del resolver.facts[before:]
        return f"an error in mapleak ({type(error).__name__}: {error})"
    return ""
