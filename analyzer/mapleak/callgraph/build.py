"""Builds the call graph of a resolved program.

    resolved facts → static calls, calls sorted → types made, interface callees → function values followed
    → functions handed to the outside → roots → what is reached, how often, from where

Pure and deterministic. What is not known: code reached only through reflection, assembly, ``//go:linkname``
or cgo exports; calls made by code outside the tree, beyond what ``knowledge`` says of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from operator import attrgetter

import msgspec

from mapleak.callgraph.bindings import followed_results
from mapleak.callgraph.dynamic import Resolution, resolve_dynamic
from mapleak.callgraph.handed import (
    PROGRAM,
    CalledBack,
    Handed,
    called_back,
    handed_in_calls,
    handed_in_fields,
    is_outside_interface,
    takers_of,
)
from mapleak.callgraph.handed_out import handed_out
from mapleak.callgraph.hierarchy import Hierarchy, makers, types_by_name, with_parts
from mapleak.callgraph.implemented import library_methods
from mapleak.callgraph.knowledge import ONCE_CALLERS, ONCE_CALLERS_WITHIN, Handling, is_handler_shaped
from mapleak.callgraph.model import CallGraph, Edge, Root
from mapleak.callgraph.passed import find_passed
from mapleak.callgraph.programs import Programs, linked_packages, outside_programs
from mapleak.callgraph.reach import find_reach
from mapleak.callgraph.roots import find_roots, importable_packages, test_functions, unwired_handlers
from mapleak.callgraph.served import served_objects
from mapleak.callgraph.serving import COMMAND_FIELDS
from mapleak.callgraph.static import Calls, index_functions, sort_calls
from mapleak.callgraph.successors import Relations
from mapleak.callgraph.values import LIMIT
from mapleak.resolve.model import FunctionFacts, ResolvedProgram


class _Outside(msgspec.Struct):
    """What the outside does with the tree's functions, collected: see :class:`Relations`."""

    edges: list[Edge] = msgspec.field(default_factory=list)
    mentions: dict[str, dict[tuple[str, bool], None]] = msgspec.field(default_factory=dict)
    registrations: dict[str, dict[Root, None]] = msgspec.field(default_factory=dict)
    once: set[tuple[str, str]] = msgspec.field(default_factory=set)
    commands: set[str] = msgspec.field(default_factory=set)
    later: set[str] = msgspec.field(default_factory=set)  # functions that somebody known calls later
    unclear: set[str] = msgspec.field(default_factory=set)  # functions of which nobody knows what becomes of them

    def mention(self, by: str, function: str, as_often: bool = True) -> None:
        """Let ``function`` run when ``by`` does; the program's start has no function, so that is a root."""
        if by == PROGRAM:
            self.register(by, Root(function, "callback", "kept in a package variable", False))
        else:
            self.mentions.setdefault(by, {})[(function, as_often)] = None

    def register(self, by: str, root: Root) -> None:
        """Let ``root`` be one once ``by`` runs."""
        self.registrations.setdefault(by, {})[root] = None

    def hand(self, handed: Handed) -> None:
        """Note what becomes of a function that was handed over."""
        if COMMAND_FIELDS.fullmatch(handed.place):
            self.commands.add(handed.function)
        if handed.handling is Handling.KEEPS:
            how = "handed to" if handed.site else "stored in"
            self.register(handed.by, Root(handed.function, "callback", f"{how} {handed.place}", True, awaited=True))
        elif handed.site is not None and handed.handling in (Handling.CALLS, Handling.STARTS, Handling.ONCE):
            call, file = handed.site.call, handed.site.function.file
            kind = "go" if handed.handling is Handling.STARTS else "value"
            self.edges.append(
                Edge(handed.by, handed.function, kind, "value", file, call.pos, call.end, call.loop_depth)
            )
            if handed.handling is Handling.ONCE:
                self.once.add((handed.by, handed.function))
        else:
            (self.unclear if handed.handling is None else self.later).add(handed.function)
            self.mention(handed.by, handed.function, handed.handling is not Handling.ONCE_LATER)

    def call_back(self, methods: Iterable[CalledBack]) -> None:
        """Note the methods that code outside calls through an interface."""
        for method in methods:
            if method.repeats:
                reason = f"called through {method.interface}"
                self.register(method.by, Root(method.function, "callback", reason, True, awaited=True))
            else:
                self.mention(method.by, method.function)

    def serve(self, roots: Iterable[tuple[str, Root]]) -> None:
        """Note the methods that a library calls of objects which come to it, each with who makes or gives one."""
        for by, root in roots:
            self.register(by, root)


def build(resolved: ResolvedProgram, limit: int = LIMIT) -> CallGraph:
    """Return the call graph of ``resolved``. Raises nothing; ``limit`` is for tests of the limit itself."""
    functions = index_functions(resolved.functions)
    types = types_by_name(resolved.types)
    results = followed_results(resolved)
    calls = sort_calls(functions, results)
    importable = importable_packages(resolved, functions)
    made_by = makers(functions, types)
    open_types = {name for name, group in types.items() if group[0].exported and group[0].package in importable}
    made = with_parts(types, sorted(open_types | made_by.keys()))
    hierarchy = Hierarchy(types, made, resolved.interfaces)
    resolution = resolve_dynamic(resolved, functions, calls, results, hierarchy, limit)
    takers = takers_of(functions, resolution.meant)
    outside = _outside(takers, functions, calls, resolution)
    outside.call_back(called_back(functions, types, made_by, _packages(functions)))
    callees = _by_caller(calls.edges, resolution.edges, outside.edges)
    edges = tuple(chain.from_iterable(callees.values()))
    callers = _by_callee(edges)
    _mark_once(edges, resolution.once, outside)
    tests = test_functions(resolved, functions)
    outside.serve(served_objects(functions, types, callers, resolved.files, tests))
    outside.serve(library_methods(functions, types, made_by, callers, takers.keys(), open_types, resolved.files))
    linked = linked_packages(importable, resolved.imports)
    programs = Programs(resolved.main_packages, resolved.imports, frozenset(outside.commands))
    relations = Relations(
        functions,
        callees,
        callers,
        {by: tuple(sorted(named)) for by, named in outside.mentions.items()},
        {by: tuple(roots) for by, roots in outside.registrations.items()},
        frozenset(outside.once),
        tests,
        linked,
        programs,
        outside_programs(programs, functions, linked) - tests,
        find_passed(functions, calls, resolution),
    )
    behind = handed_out(functions, types, made_by, callers, resolved, importable)
    roots = {root.function: root for root in behind} | find_roots(resolved, functions, importable)
    reach = find_reach(relations, roots, unwired_handlers(functions, _users(callers, relations.mentions), tests))
    return CallGraph(
        functions=functions,
        edges=edges,
        callees=callees,
        callers=callers,
        roots=reach.roots,
        reachable=reach.reachable,
        startup_only=reach.startup_only,
        entry=reach.entry,
        before=reach.before,
        flows=tuple(resolution.values.flows),
        startup_here=reach.startup_here,
        assumed=reach.assumed,
        ending=reach.ending,
        ending_here=reach.ending_here,
        unwired=reach.unwired,
        takers=takers,
        complete=resolution.complete,
        later=frozenset(outside.later - outside.unclear - outside.commands),
    )


def _packages(functions: Mapping[str, tuple[FunctionFacts, ...]]) -> frozenset[str]:
    return frozenset(variants[0].package for variants in functions.values())


def _outside(
    takers: Mapping[str, tuple[str, ...]],
    functions: Mapping[str, tuple[FunctionFacts, ...]],
    calls: Calls,
    resolution: Resolution,
) -> _Outside:
    """Collect the functions handed to the outside, and those whose value is not followed to any call.

    A handler (``handler-shape``) whose value is not followed is one all the same: what a middleware makes of it is an
    http.Handler, behind which no function is seen.
    """
    outside = _Outside()
    followed = {edge.callee for edge in resolution.edges if edge.mode == "value"}
    packages = _packages(functions)
    elsewhere = (group for (key, _), group in calls.interface.items() if is_outside_interface(key, packages))
    open_calls = chain(resolution.lost, chain.from_iterable(elsewhere))
    sites = [*calls.outward, *(site for site in open_calls if any(site.call.args))]
    for handed in (
        *handed_in_calls(functions, resolution.values, resolution.meant, sites),
        *handed_in_fields(functions, resolution.values, resolution.meant, takers, packages),
    ):
        followed.add(handed.function)
        outside.hand(handed)
    called = {edge.callee for edge in calls.edges}
    for name, by in sorted(takers.items()):
        closure_called_on_the_spot = bool(functions[name][0].parent) and name in called
        if name not in followed and not closure_called_on_the_spot:
            handles = is_handler_shaped(functions[name][0].signature)
            for taker in by:
                if handles:
                    outside.register(taker, Root(name, "callback", "it handles requests, where its value goes", True))
                else:
                    outside.mention(taker, name)
    return outside


def _mark_once(edges: Iterable[Edge], wrapped: frozenset[str], outside: _Outside) -> None:
    """Package sync itself calls what it was handed once: its code does not say so in a way that is followed."""
    for edge in edges:
        if edge.mode == "value":
            by_sync = edge.caller in ONCE_CALLERS or edge.caller.startswith(ONCE_CALLERS_WITHIN)
            if by_sync or edge.callee in wrapped:
                outside.once.add((edge.caller, edge.callee))


def _by_caller(*groups: Iterable[Edge]) -> dict[str, tuple[Edge, ...]]:
    """Group edges by caller, callers by name, the edges of each in the order of the source."""
    in_source = attrgetter("file", "pos", "callee", "kind")
    grouped: dict[str, list[Edge]] = {}
    for edge in chain.from_iterable(groups):
        grouped.setdefault(edge.caller, []).append(edge)
    return {
        name: tuple(sorted(edges, key=in_source) if len(edges := grouped[name]) > 1 else edges)
        for name in sorted(grouped)
    }


def _by_callee(edges: Iterable[Edge]) -> dict[str, tuple[Edge, ...]]:
    grouped: dict[str, list[Edge]] = {}
    for edge in edges:
        grouped.setdefault(edge.callee, []).append(edge)
    return {name: tuple(group) for name, group in grouped.items()}


def _users(
    callers: Mapping[str, tuple[Edge, ...]], mentions: Mapping[str, tuple[tuple[str, bool], ...]]
) -> Callable[[str], set[str]]:
    """Answers which functions call or name a function."""
    naming: dict[str, list[str]] = {}
    for by, named in mentions.items():
        for name, _ in named:
            naming.setdefault(name, []).append(by)

    def users(name: str) -> set[str]:
        return {*naming.get(name, ()), *(edge.caller for edge in callers.get(name, ()))}

    return users
