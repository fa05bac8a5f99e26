"""What a function calls through its own parameters, told apart by who passes it.

``func safely(work func()) { defer recover(); work() }`` is called by the start of a program and by a handler of
requests. Its call of ``work`` may mean what either of them passes, but what the start passes does not therefore run
at each request. How often it runs, and from which root, follows from where it is passed: from each call of the helper
that names it, or, when a helper hands on a parameter of its own, from the calls of that one (``by-passer``). What is
called or handed on in a loop is the loop's.

Only where that is certain: the parameter is never assigned, the helper calls it itself or in a literal that it calls
or starts on the spot (what it keeps or returns runs when others say so), and all that it may be comes by calls that
name the helper.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from msgspec.structs import replace

from mapleak.callgraph.bindings import bind, shape_of
from mapleak.callgraph.dynamic import Resolution
from mapleak.callgraph.knowledge import ONCE_CALLERS, ONCE_CALLERS_WITHIN
from mapleak.callgraph.static import Calls, Site
from mapleak.resolve.model import FunctionFacts

_Functions = Mapping[str, tuple[FunctionFacts, ...]]

_LITERALS_WITHIN = 4
"""How many helpers deep a function is passed on within literals."""


class Passed(msgspec.Struct, frozen=True, order=True):
    """A function that is passed by the call that ends there, and called.

    ``on_thread``: before that call returns; ``looped``: the call is in a loop.
    """

    function: str
    file: str
    end: int
    on_thread: bool
    looped: bool


class ByPasser(msgspec.Struct, frozen=True):
    """The functions that each function passes, and the calls (caller, callee) through parameters they stand for."""

    passed: Mapping[str, tuple[Passed, ...]]
    calls: frozenset[tuple[str, str]]


class _Parameter(msgspec.Struct, frozen=True):
    """A parameter by the function that has it and the node of its place in the list."""

    function: str
    place: str


class _Passers(msgspec.Struct):
    """The working state of :func:`find_passed`."""

    resolution: Resolution
    variables: Mapping[str, _Parameter]  # of parameters that nothing is assigned to, by their node
    sites: Mapping[str, list[tuple[Site, str]]]  # calls by place of a parameter, with what they pass there
    on_the_spot: Mapping[str, tuple[str, bool]]
    known: dict[str, frozenset[tuple[str, Passed]]] = msgspec.field(default_factory=dict)

    def of(self, parameter: _Parameter) -> frozenset[tuple[str, Passed]]:
        """Who passes what to a parameter, by the functions that do not merely hand it on."""
        known = self.known.get(parameter.place)
        if known is None:
            known = self.known[parameter.place] = frozenset(self._find(parameter.place))
        return known

    def _find(self, place: str) -> Iterator[tuple[str, Passed]]:
        reached = {(place, True): None}  # with whether it is all on one thread
        pending = list(reached)
        for place, on_thread in pending:
            for site, source in self.sites.get(place, ()):
                waits = on_thread and site.call.how != "go"
                held, starts = self.held(source, site.function.name)
                if held is None or site.call.loop_depth:
                    yield from self._passed(site, source, waits)
                    continue
                further = (held.place, waits and not starts)
                if further not in reached:
                    reached[further] = None
                    pending.append(further)

    def _passed(self, site: Site, source: str, waits: bool) -> Iterator[tuple[str, Passed]]:
        looped = site.call.loop_depth > 0
        for name in self.resolution.values.functions(source):
            for function in self.resolution.meant(name):
                yield site.function.name, Passed(function, site.function.file, site.call.end, waits, looped)

    def held(self, node: str, function: str) -> tuple[_Parameter | None, bool]:
        """The parameter that a node is, in its function or a literal run there, and whether that is started there."""
        parameter = self.variables.get(node)
        if parameter is None:
            return None, False
        starts = False
        while function != parameter.function:
            if function not in self.on_the_spot:
                return None, False
            function, started = self.on_the_spot[function]
            starts = starts or started
        return parameter, starts


def find_passed(functions: _Functions, calls: Calls, resolution: Resolution) -> ByPasser:
    """Tell what is called through parameters apart by who passes it."""
    variables, sites = _bound_by_name(functions, calls, resolution, _variables(functions, resolution))
    run_there = _on_the_spot(functions, calls)
    for _ in range(_LITERALS_WITHIN):
        passers = _Passers(resolution, variables, sites, run_there)
        found = _told_apart(calls, passers)
        more = _run_by_helpers(functions, resolution, found, run_there)
        if not more:
            break
        run_there |= more
    return found


def _told_apart(calls: Calls, passers: _Passers) -> ByPasser:
    """One round of it, with the literals that are known to be run where they stand."""
    resolution = passers.resolution
    passed: dict[str, set[Passed]] = {}
    told_apart: set[tuple[str, str]] = set()
    others: set[tuple[str, str]] = set()
    for node, called in calls.value.items():
        for site in called:
            caller = site.function.name
            parameter, starts = passers.held(node, caller)
            meant = {(caller, f) for name in resolution.values.functions(node) for f in resolution.meant(name)}
            if parameter is None or caller in ONCE_CALLERS or caller.startswith(ONCE_CALLERS_WITHIN):
                others |= meant
                continue
            told_apart |= meant
            waits = site.call.how != "go" and not starts
            for by, what in passers.of(parameter):
                passed.setdefault(by, set()).add(replace(what, on_thread=what.on_thread and waits))
    return ByPasser({by: tuple(sorted(what)) for by, what in sorted(passed.items())}, frozenset(told_apart - others))


def _variables(functions: _Functions, resolution: Resolution) -> dict[str, _Parameter]:
    """The parameters, by node, that functions are passed to."""
    return {
        node: _Parameter(name, f"{name}$p{position}")
        for name, variants in functions.items()
        for variant in variants
        for position, node in enumerate(variant.params)
        if node and resolution.values.functions(node)
    }


def _bound_by_name(
    functions: _Functions, calls: Calls, resolution: Resolution, variables: Mapping[str, _Parameter]
) -> tuple[dict[str, _Parameter], dict[str, list[tuple[Site, str]]]]:
    """Of the parameters those that nothing but calls by name gives a value, and those calls."""
    places = {parameter.place for parameter in variables.values()}
    owners = {parameter.function for parameter in variables.values()}
    sites: dict[str, list[tuple[Site, str]]] = {}
    for site in calls.bound:
        if site.call.callee not in owners:
            continue
        for target, source in bind(site, shape_of(functions[site.call.callee]), {}):
            if target in places:
                sites.setdefault(target, []).append((site, source))
    named = {(place, source) for place, found in sites.items() for _, source in found}
    unclear: set[str] = set()
    for flow in resolution.values.flows:
        parameter = variables.get(flow.target)
        if parameter is not None and flow.source != parameter.place:
            unclear.add(parameter.place)
        elif flow.target in places and (flow.target, flow.source) not in named:
            unclear.add(flow.target)
    return {node: p for node, p in variables.items() if p.place not in unclear}, sites


def _on_the_spot(functions: _Functions, calls: Calls) -> dict[str, tuple[str, bool]]:
    """The literals that the function around them calls where they stand, once, with it and whether it starts them."""
    return {
        edge.callee: (edge.caller, edge.kind == "go")
        for edge in calls.edges
        if functions[edge.callee][0].parent == edge.caller and not edge.loop_depth
    }


def _run_by_helpers(
    functions: _Functions, resolution: Resolution, found: ByPasser, known: Mapping[str, object]
) -> dict[str, tuple[str, bool]]:
    """The literals that only helpers call, to which only the function around them passes them: it runs them, too."""
    through_others = {edge.callee for edge in resolution.edges if (edge.caller, edge.callee) not in found.calls}
    passers: dict[str, set[str]] = {}
    started: set[str] = set()
    looped: set[str] = set()
    for by, passed in found.passed.items():
        for what in passed:
            passers.setdefault(what.function, set()).add(by)
            if not what.on_thread:
                started.add(what.function)
            if what.looped:
                looped.add(what.function)
    return {
        name: (functions[name][0].parent, name in started)
        for name, by in passers.items()
        if by == {functions[name][0].parent} and not (name in known or name in through_others or name in looped)
    }
