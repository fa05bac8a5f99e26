"""What sync.Once guards, and for whom it runs once.

``var initOnce sync.Once; initOnce.Do(load)`` runs ``load`` once in the process. ``c.closeOnce.Do(c.release)`` runs
it once for each c: as often as such objects are made. So a guarded function counts as running once only

* when the Once is a package variable (or in the package variable's anonymous struct, or a field of a type that only
  start-up code makes, or in a value that a package initialiser makes with sync.OnceFunc and its kind), or
* for the maps of the very object that the Once is a field of: each of them is filled, or dropped, once.

The call graph takes everything behind a Once for code that runs once. What is only behind a Once of the second
kind is therefore listed here, with the functions it calls, so that it is not taken for start-up code, nor for code
that only importers could let run again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from mapleak.callgraph.model import CallGraph
from mapleak.maps.aliases import AliasGraph
from mapleak.maps.nodes import Nodes, container_of
from mapleak.resolve.model import CallFact, FunctionFacts, ResolvedProgram

PROCESS = ""
"""Scope of a function that runs once in the process."""

PER_CALL = "?"
"""Scope of a function that runs once for each call of the function that makes it."""

_ONCE = "(*sync.Once).Do"
_ONCE_VALUES = frozenset({"sync.OnceFunc", "sync.OnceValue", "sync.OnceValues"})


class Guarded(msgspec.Struct, frozen=True):
    """For each function that only a Once lets run, for whom it runs once: PROCESS, PER_CALL, or the type whose
    objects hold the Once. ``again``: functions that the call graph takes for code which only importers could let run
    again, and which something calls that runs once for each of many objects."""

    scopes: Mapping[str, str]
    again: frozenset[str] = frozenset()

    def once_for(self, functions: Iterator[str], owner: str) -> bool:
        """Whether the first of ``functions`` that is guarded runs once for the maps of ``owner``."""
        for function in functions:
            scope = self.scopes.get(function)
            if scope is not None:
                return scope == PROCESS or (scope != PER_CALL and scope == owner)
        return False


def find_guarded(resolved: ResolvedProgram, graph: CallGraph, nodes: Nodes, aliases: AliasGraph) -> Guarded:
    """Looks for functions handed to sync.Once and its kind. A function that is guarded in several ways runs as
    often as the loosest of them lets it."""
    packages = frozenset(info.package for info in resolved.files.values())
    types = frozenset(fact.name for fact in resolved.types) - _made_at_startup(resolved, graph)
    scopes: dict[str, str] = {}
    for function in resolved.functions:
        for call in function.calls:
            scope = _scope(function, call, nodes, packages, types)
            if scope is None:
                continue
            for guarded in aliases.functions(call.args[0] if call.args else ""):
                scopes[guarded] = _looser(scopes.get(guarded), scope)
    _add_callees(scopes, graph)
    return Guarded(scopes, _called_again(scopes, graph))


def _scope(
    function: FunctionFacts, call: CallFact, nodes: Nodes, packages: frozenset[str], types: frozenset[str]
) -> str | None:
    """For whom a call lets its argument run once, None when it is no such call."""
    if call.mode != "static":
        return None
    if call.callee in _ONCE_VALUES:
        return PROCESS if function.name == f"{function.package}.init" else PER_CALL
    if call.callee != _ONCE:
        return None
    once = container_of(call.receiver)
    if not once or nodes.function(once):
        return PER_CALL
    holder = once.rpartition(".")[0]
    return holder if holder in types else PROCESS if _package_level(holder, packages) else PER_CALL


def _package_level(holder: str, packages: frozenset[str]) -> bool:
    """Whether a package or something declared at its level (a variable, a type made once) holds a Once."""
    return holder in packages or holder.rpartition(".")[0] in packages


def _made_at_startup(resolved: ResolvedProgram, graph: CallGraph) -> frozenset[str]:
    """The types that are made, but only by start-up code, tests aside."""
    once: set[str] = set()
    again: set[str] = set()
    for function in resolved.functions:
        info = resolved.files.get(function.file)
        if function.name in graph.reachable and not (info is not None and info.is_test):
            (once if function.name in graph.startup_only else again).update(function.made)
    return frozenset(once - again)


def _looser(known: str | None, scope: str) -> str:
    if known is None or known in (scope, PROCESS):
        return scope
    return known if scope == PROCESS else PER_CALL


def _add_callees(scopes: dict[str, str], graph: CallGraph) -> None:
    """Gives what guarded functions call the same scope, as far as the call graph takes it for start-up code."""
    queue = sorted(name for name, scope in scopes.items() if scope != PROCESS)
    for name in queue:
        for edge in graph.callees.get(name, ()):
            if edge.callee in graph.startup_only and edge.callee not in scopes:
                scopes[edge.callee] = scopes[name]
                queue.append(edge.callee)


def _called_again(scopes: Mapping[str, str], graph: CallGraph) -> frozenset[str]:
    """What guarded functions lead to of the code that only importers are believed to let run again."""
    queue = sorted(name for name, scope in scopes.items() if scope != PROCESS)
    found: set[str] = set()
    for name in queue:
        for edge in graph.callees.get(name, ()):
            callee = edge.callee
            if callee not in found and (callee in graph.startup_here or callee in graph.assumed):
                found.add(callee)
                queue.append(callee)
    return frozenset(found)
