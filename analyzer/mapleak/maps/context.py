"""Everything the parts of the map model look things up in, indexed once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import count

import msgspec

from mapleak.callgraph.knowledge import is_handler_shaped
from mapleak.callgraph.model import CallGraph, Edge
from mapleak.callgraph.sites import CallSites
from mapleak.maps.aliases import AliasGraph
from mapleak.maps.closed_world import find_programs, is_program
from mapleak.maps.holding.constructors import tell_constructors_apart
from mapleak.maps.holding.helpers import find_helpers
from mapleak.maps.holding.summaries import summarise
from mapleak.maps.holding.wrappers import Transparent, called_on, idle, outside_of, see_through, wrapper_methods
from mapleak.maps.nodes import Nodes, position_function
from mapleak.maps.once import PROCESS, Guarded, find_guarded
from mapleak.maps.places import Places
from mapleak.maps.support import find_support
from mapleak.maps.unfollowed import find_unfollowed
from mapleak.model import Certainty, Location
from mapleak.resolve.model import Ending, FunctionFacts, MapOp, ResolvedProgram, TypeFacts, Variable
from mapleak.source.constraints import matches

_LONGEST_WAY = 20
"""Calls from a root that anybody would want to read about."""


class Reach(msgspec.Struct, frozen=True):
    """Whether and how often a function runs. ``entry`` is a root that leads to it, "" when none does."""

    reachable: bool
    startup_only: bool
    entry: str


class Context(msgspec.Struct, frozen=True):
    """The resolved program and its call graph with the indexes of this stage."""

    resolved: ResolvedProgram
    graph: CallGraph
    nodes: Nodes
    aliases: AliasGraph
    places: Places
    variables: Mapping[str, Variable]
    types: Mapping[str, TypeFacts]
    packages: frozenset[str]
    guarded: Guarded
    unfollowed: frozenset[str]
    operations: Mapping[str, tuple[tuple[FunctionFacts, MapOp], ...]]  # by node, in order of the functions
    wrapped: Transparent
    in_helpers: frozenset[tuple[str, str, int]]  # operations that are listed where the helper is called
    visited: Mapping[str, tuple[tuple[str, frozenset[str]], ...]]  # callback of Range -> map, nodes of its key
    calls: CallSites
    supporting: frozenset[str]  # functions that only what the repository runs for itself uses (maps.support)
    programs: tuple[str, ...]  # main packages that their repositories are there for (maps.closed_world)
    objects: frozenset[tuple[str, str]]  # package variables with the named types that they hold, or point to
    _closures: dict[str, dict[tuple[str, int], tuple[str, ...]]] = msgspec.field(default_factory=dict)
    _reach: dict[str, Reach] = msgspec.field(default_factory=dict)  # what was asked so far
    _callers: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    _tests: frozenset[str] = frozenset()  # files; asked for a million times
    let_go: frozenset[str] = frozenset()  # fields that code outside the tests assigns nil to
    given_away: frozenset[str] = frozenset()  # types of which code outside is given objects, but by tests
    unknown: frozenset[str] = frozenset()  # last names in calls of which it is not known what they call
    linked: bool = False  # whether the programs are seen to import packages of the tree: without a go.mod they are not
    within: dict[tuple[object, ...], bool] = msgspec.field(default_factory=dict)  # see maps.filling.registration

    def __post_init__(self) -> None:
        tests = frozenset(path for path, info in self.resolved.files.items() if info.is_test)
        msgspec.structs.force_setattr(self, "_tests", tests)
        running = [function for function in self.resolved.functions if function.file not in tests]
        let_go = frozenset(node for function in running for node in function.let_go)
        given_away = frozenset(name for function in running for _, name in function.given)
        msgspec.structs.force_setattr(self, "let_go", let_go)
        msgspec.structs.force_setattr(self, "given_away", given_away)
        calls = (call for function in running for call in function.calls if call.mode == "unknown")
        unknown = frozenset(call.callee.rpartition(".")[2] for call in calls)
        msgspec.structs.force_setattr(self, "unknown", unknown)
        others = {path: self.packages - {path} for path in self.programs}
        linked = any(not others[path].isdisjoint(self.resolved.imports.get(path, ())) for path in self.programs)
        msgspec.structs.force_setattr(self, "linked", linked)

    def location(self, file: str, pos: int, end: int) -> Location:
        return self.places.location(file, pos, end)

    def is_test(self, file: str) -> bool:
        return file in self._tests

    def is_generated(self, file: str) -> bool:
        info = self.resolved.files.get(file)
        return info is not None and info.generated

    def is_reported(self, file: str) -> bool:
        info = self.resolved.files.get(file)
        return info is not None and info.reported

    def constraint(self, file: str) -> str:
        """What a file asks of a build beside Linux on amd64, where most servers run; "" for nothing."""
        info = self.resolved.files.get(file)
        return "" if info is None or holds_by_default(info.constraint) else info.constraint

    def runs_once(self, function: FunctionFacts, pos: int) -> bool:
        """Whether what stands at ``pos`` runs a fixed number of times: start-up code, outside its endless loop."""
        return self.reach(function.name).startup_only and not inside_endless_loop(function, pos)

    def guarded_once(self, function: FunctionFacts, pos: int, owner: str) -> bool:
        """Whether a sync.Once lets what stands at ``pos`` run once for the maps of ``owner`` ("" for none)."""
        return self.guarded.once_for(self._written_in(function.name), owner) and not inside_endless_loop(function, pos)

    def _written_in(self, function: str) -> Iterator[str]:
        """A function and, for a closure, the functions it is written in, inside out."""
        while function:
            yield function
            function = self.parent(function)

    def calls_once(self, edge: Edge) -> bool:
        """Whether a call happens a fixed number of times."""
        variants = [v for v in self.graph.functions.get(edge.caller, ()) if v.file == edge.file]
        return bool(variants) and all(self.runs_once(variant, edge.pos) for variant in variants)

    def reach(self, function: str) -> Reach:
        """How a function runs; a closure that nothing is seen to call runs when the function that makes it does."""
        known = self._reach.get(function)
        if known is None:
            known = self._reach[function] = self._find_reach(function)
        return known

    def production_callers(self, function: str) -> tuple[str, ...]:
        """The functions outside tests that call a function, sorted; a closure's is the function it is written in."""
        known = self._callers.get(function)
        if known is None:
            found = {edge.caller for edge in self.graph.callers.get(function, ())} or {self.parent(function)} - {""}
            known = self._callers[function] = tuple(sorted(c for c in found if not self._only_in_tests(c)))
        return known

    def _only_in_tests(self, function: str) -> bool:
        variants = self.graph.functions.get(function, ())
        return bool(variants) and all(self.is_test(variant.file) for variant in variants)

    def _find_reach(self, function: str) -> Reach:
        name = function
        while name not in self.graph.reachable:
            name = self.parent(name)
            if not name:
                return Reach(False, False, "")
        entry = self._entry(name)
        once = name == function and name in self.graph.startup_only and name not in self.unfollowed
        return Reach(True, once and self.guarded.scopes.get(name, PROCESS) == PROCESS, entry)

    def _entry(self, name: str) -> str:
        """A root that leads to a function; a handler that only code which runs once passes on is called by a server."""
        entry = self.graph.entry.get(name, "")
        root = self.graph.roots.get(entry)
        handles = any(is_handler_shaped(variant.signature) for variant in self.graph.functions.get(name, ()))
        return name if handles and root is not None and not root.repeats else entry

    def way(self, function: str) -> tuple[str, ...]:
        """The functions between the root that leads to a function and the function, in the order of the calls."""
        name, entry = function, self.reach(function).entry
        while name and name not in self.graph.reachable:
            name = self.parent(name)
        found: list[str] = []
        while name and name != entry and len(found) < _LONGEST_WAY:
            name = self.graph.before.get(name, "")
            found.append(name)
        return tuple(reversed(found[:-1])) if entry and name == entry else ()

    def startup_here(self, function: FunctionFacts, pos: int) -> bool:
        """Whether only importers could let what stands at ``pos`` run after start-up: this tree does not."""
        here = function.name in self.graph.startup_here and function.name not in self.unfollowed
        here = here and function.name not in self.guarded.again
        return here and not inside_endless_loop(function, pos)

    def ends_by_itself(self, function: str) -> Certainty | None:
        """How sure it is that only programs which come to an end by themselves run a function, None when others do."""
        name = function
        while name and name not in self.graph.reachable:
            name = self.parent(name)
        if name in self.graph.ending:
            return Certainty.LIKELY
        return Certainty.ASSUMED if name in self.graph.ending_here else None

    def assumed(self, function: FunctionFacts, pos: int) -> bool:
        """Whether what stands at ``pos`` runs again and again only if importers call the tree's API that often."""
        name = function.name
        while name and name not in self.graph.reachable:
            name = self.parent(name)
        assumed = name in self.graph.assumed and name not in self.guarded.again
        return assumed and not inside_endless_loop(function, pos)

    def used_within(self, entry: str) -> bool:
        """Heuristic ``part-of-a-program``: whether a program is in the tree, and other packages of it call an exported
        function, which is there for them and not for importers. Main packages may be demonstrations of a library. What
        is used as a value may be called by whoever has it."""
        variants, mains = self.graph.functions.get(entry, ()), self.resolved.main_packages
        if not variants or entry in self.graph.takers or not is_program(variants[0].package, self.programs):
            return False
        callers = (self.graph.functions.get(name, ()) for name in self.production_callers(entry))
        others = {found[0].package for found in callers if found} - {variants[0].package}
        return not others <= {*mains}

    def left_to_importers(self, entry: str, levels: int = 3) -> bool:
        """Heuristic ``left-to-importers``: whether a program is in the tree, and none of its code but tests, and others
        of which the same is true, calls or names an exported function: perhaps nobody does, a program's packages have
        few importers. But a library that is given an object may call its methods."""
        variants, root = self.graph.functions.get(entry, ()), self.graph.roots.get(entry)
        if not (self.linked and variants) or root is None or root.kind != "exported" or root.awaited:
            return False
        package = variants[0].package
        if variants[0].receiver_type in self.given_away or entry.rpartition(".")[2] in self.unknown:
            return False
        if package in self.resolved.main_packages or not is_program(package, self.programs):
            return False
        callers = self.production_callers(entry)
        if callers and not (levels and all(self.left_to_importers(by, levels - 1) for by in callers)):
            return False
        return all(self._only_in_tests(by) for by in self.graph.takers.get(entry, ()))

    def unwired(self, function: str) -> bool:
        """Whether nothing leads to a function but a handler of requests that no program is seen to use."""
        while function and function not in self.graph.reachable:
            function = self.parent(function)
        return function in self.graph.unwired

    def argument_position(self, node: str) -> str:
        """``F$p1`` of the parameter variable or position ``node``, "" when it is neither."""
        if position_function(node):
            return node
        owner = self.nodes.function(node)
        for variant in self.graph.functions.get(owner, ()):
            if node in variant.params:
                return f"{owner}$p{variant.params.index(node)}"
        return ""

    def parent(self, function: str) -> str:
        """The function a closure is written in, "" for every other function."""
        variants = self.graph.functions.get(function, ())
        return variants[0].parent if variants else ""

    def closures_at(self, function: FunctionFacts, pos: int) -> tuple[str, ...]:
        """The closure that ``function`` makes at ``pos``. Those of a function are numbered without gaps."""
        known = self._closures.get(function.name)
        if known is None:
            found: dict[tuple[str, int], dict[str, None]] = {}
            for number in count(1):
                variants = self.graph.functions.get(f"{function.name}${number}", ())
                if not variants:
                    break
                for variant in variants:
                    found.setdefault((variant.file, variant.pos), {})[variant.name] = None
            known = self._closures[function.name] = {place: tuple(sorted(names)) for place, names in found.items()}
        return known.get((function.file, pos), ())

    def closures_of(self, function: FunctionFacts) -> tuple[str, ...]:
        """The closures written in a function, but for those written in others of them."""
        self.closures_at(function, function.pos)
        return tuple(sorted({name for names in self._closures[function.name].values() for name in names}))

    def outermost(self, function: str) -> str:
        """The declared function that a closure is written in, or the function itself."""
        while parent := self.parent(function):
            function = parent
        return function

    def encloses(self, outer: str, inner: str) -> bool:
        """Whether ``inner`` is ``outer`` or a closure written in it, at any depth."""
        while inner and inner != outer:
            inner = self.parent(inner)
        return inner == outer


@lru_cache(maxsize=4096)
def holds_by_default(constraint: str) -> bool:
    """Whether a plain build for Linux has a file with this build constraint; of ``linux``, ``!js`` it does."""
    return not constraint or matches(constraint) is True


def inside_endless_loop(function: FunctionFacts, pos: int) -> bool:
    """Whether a position lies in a loop of a function that goes on until something stops it."""
    return any(loop.pos <= pos < loop.end for loop in endless_loops(function))


def endless_loops(function: FunctionFacts) -> Iterator[Ending]:
    """The loops of a function that go on until something stops them, and the wait that it never gets past."""
    for ending in (function.ending, *function.loops):
        if ending.kind in ("endless", "stoppable"):
            yield ending


def make_context(resolved: ResolvedProgram, graph: CallGraph) -> Context:
    """Indexes the program. Variables of functions and of the program share one table: node names are unique."""
    variables = {v.node: v for v in (*resolved.containers, *resolved.wrapped, *resolved.variables)}
    operations: dict[str, list[tuple[FunctionFacts, MapOp]]] = {}
    mentioned: set[str] = set()
    for function in resolved.functions:
        for variable in (*function.wrapped, *function.variables):
            variables.setdefault(variable.node, variable)
        for op in function.ops:
            operations.setdefault(op.node, []).append((function, op))
        mentioned.update(fact.node for fact in function.ranges)
    nodes = Nodes(variables, graph.functions)
    helpers = find_helpers(resolved, graph)
    for place in helpers.places:
        operations.setdefault(place[1].node, []).append(place)
    mentioned.update(operations)
    methods = wrapper_methods(resolved)
    mentioned.update(called_on(resolved, methods))
    aliases = AliasGraph(outside_of(graph.flows, methods), mentioned, nodes)
    serious = {node: _outside_tests(resolved, found) for node, found in operations.items()}
    made = tell_constructors_apart(resolved, graph, aliases)
    programs = find_programs(resolved)
    summaries = summarise(resolved, graph.functions, serious, aliases)
    wrapped = see_through(resolved, graph, summaries, made, nodes, programs)
    unused = idle(resolved, wrapped)
    variables = {node: v for node, v in variables.items() if v.container not in unused}
    for node, places in wrapped.operations.items():
        operations.setdefault(node, []).extend(places)
    guarded = find_guarded(resolved, graph, nodes, aliases)
    return Context(
        resolved,
        graph,
        nodes,
        aliases,
        Places(resolved.files),
        variables,
        {fact.name: fact for fact in resolved.types},
        frozenset(info.package for info in resolved.files.values()),
        guarded,
        find_unfollowed(graph, guarded.scopes),
        {node: tuple(found) for node, found in operations.items()},
        wrapped,
        helpers.inside,
        _visited(resolved, graph, aliases),
        CallSites(graph.functions),
        find_support(resolved, graph),
        programs,
        frozenset(resolved.holders),
    )


def _outside_tests(
    resolved: ResolvedProgram, places: Iterable[tuple[FunctionFacts, MapOp]]
) -> list[tuple[FunctionFacts, MapOp]]:
    return [place for place in places if not resolved.files[place[0].file].is_test]


def _visited(
    resolved: ResolvedProgram, graph: CallGraph, aliases: AliasGraph
) -> dict[str, tuple[tuple[str, frozenset[str]], ...]]:
    """What the first parameter of each function handed to sync.Map.Range is a key of."""
    found: dict[str, tuple[tuple[str, frozenset[str]], ...]] = {}
    for function in resolved.functions:
        for fact in function.ranges:
            for name in aliases.functions(fact.callback):
                params = graph.functions[name][0].params[:1] if name in graph.functions else ()
                found[name] = (*found.get(name, ()), (fact.node, frozenset({f"{name}$p0", *params})))
    return found
