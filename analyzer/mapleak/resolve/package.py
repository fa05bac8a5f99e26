"""One package, resolved: what it says depends on its files and on the outlines of what it imports, on nothing else."""

from __future__ import annotations

from mapleak.program.packages import Package
from mapleak.resolve.declarations import VariableCensus, holders, type_facts
from mapleak.resolve.enums import Enums
from mapleak.resolve.functions import Counters, FunctionResolver
from mapleak.resolve.model import FunctionFacts, InterfaceFacts, KeyFact, PackageFacts
from mapleak.resolve.origins import Origin
from mapleak.resolve.recorder import Context
from mapleak.syntax import ast


def resolve_package(package: Package, enums: Enums) -> PackageFacts:
    """Resolve everything in a linked package, in the order of its files and declarations."""
    interfaces: dict[str, InterfaceFacts] = {}
    key_cache: dict[Origin, KeyFact] = {}
    functions: list[FunctionFacts] = []
    failures: list[tuple[str, str]] = []
    census = VariableCensus(package, enums)
    census.add_package()
    counters = Counters()
    for file in package.files:
        context = Context(package.path, file.path, enums, interfaces, key_cache)
        resolver = FunctionResolver(file, context, counters, census)
        resolver.initialiser()
        for function in file.code.functions:
            failure = _understood(resolver, function)
            if failure:
                failures.append((file.path, f"{file.path}: {function.name} was left out: {failure}"))
        functions += resolver.facts
    return PackageFacts(
        functions=tuple(functions),
        variables=tuple(census.found),
        types=tuple(type_facts(package)),
        interfaces=tuple(interfaces.values()),
        holders=tuple(holders(package)),
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
