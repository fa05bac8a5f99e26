"""Maps that two structs have because one was copied: changed through the copy, or kept alive by it.

A copy that a method or function makes of what it is given, changes and returns is harmless where every caller puts the
result in the place of what it passed (``opts = opts.With(k)``), or passes what nobody else has (``New().With(k)``, or
what it has made itself and does not mention again). What is copied out of something that a call has given, and that is
not used afterwards, is the copier's own where the called function makes it anew; where that is not known, it is not
known whether anybody else has it.

A copy that is kept (in a package variable, in a field of an object that lasts) keeps its maps when the original lets go
of them. That is what a snapshot is for; so it is reported only where nothing is seen to look into the map of any struct
but the receiver of a method, and nothing calls such a method on what keeps the copy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence

from mapleak.callgraph.model import Edge
from mapleak.maps.context import Context
from mapleak.maps.lives.living import Living
from mapleak.maps.lives.owners import Owners
from mapleak.maps.locks.guards import root
from mapleak.maps.model import Lifetime
from mapleak.maps.nodes import container_of
from mapleak.maps.sharing import KeptMap, SharedMap
from mapleak.resolve.model import FunctionFacts
from mapleak.resolve.sharing_facts import KeptCopy, SharedCopy

_CHANGES = frozenset(("insert", "update", "remove"))


def find_shared_maps(context: Context) -> tuple[SharedMap, ...]:
    """All of them, in source order, of each copy and map the first change."""
    found: dict[tuple[str, str, int, str], SharedMap] = {}
    for function in context.resolved.functions:
        for fact in sorted(function.copies, key=lambda fact: fact.change):
            if fact.got and _gives_anew(context, fact.got):
                continue
            if (not fact.method or _changes(context, fact)) and not _given_up(context, function, fact):
                key = (function.name, function.file, fact.pos, fact.node)
                found.setdefault(key, _shared_map(context, function, fact))
    return tuple(sorted(found.values(), key=lambda shared: (shared.location, shared.map, shared.copied)))


def find_kept_maps(context: Context, owners: Owners) -> tuple[KeptMap, ...]:
    """The maps that a kept copy of a struct still has when the original has let go of them, in source order: one of
    each copy, the first that the original lets go of, with the others."""
    facts = [
        (function, fact, living)
        for function in context.resolved.functions
        for fact in function.kept
        if (living := _lasting(context, owners, fact.place)) is not None
    ]
    uses = _uses(context, {fact.node for _, fact, _ in facts}) if facts else {}
    called = _called_on(context, {fact.place for _, fact, _ in facts}) if facts else frozenset()
    found: dict[tuple[str, str, int], list[tuple[FunctionFacts, KeptCopy, Living]]] = defaultdict(list)
    for function, fact, living in facts:
        if fact.place not in called and not _looked_into(function, fact, uses.get(fact.node, ())):
            found[function.name, function.file, fact.pos].append((function, fact, living))
    kept = [_kept_map(context, sorted(copy, key=lambda one: (one[1].reset, one[1].field))) for copy in found.values()]
    return tuple(sorted(kept, key=lambda kept: (kept.location, kept.map)))


def _uses(context: Context, nodes: Container[str]) -> dict[str, list[tuple[FunctionFacts, str]]]:
    """By map, the functions outside tests that read or change it, and how they write it."""
    found: dict[str, list[tuple[FunctionFacts, str]]] = defaultdict(list)
    for function in context.resolved.functions:
        if not context.is_test(function.file):
            reads = ((read.node, read.text) for read in function.reads)
            for node, text in (*reads, *((op.node, op.text) for op in function.ops if op.effect != "reset")):
                if node in nodes:
                    found[node].append((function, text))
    return found


def _called_on(context: Context, places: Container[str]) -> frozenset[str]:
    """The places on which, or on elements of which, methods are called."""
    receivers = {call.receiver for function in context.resolved.functions for call in function.calls}
    return frozenset(receiver for receiver in map(container_of, receivers) if receiver in places)


def _lasting(context: Context, owners: Owners, place: str) -> Living | None:
    """How long what keeps a copy lives, if that is as long as the process."""
    holder = place.rpartition(".")[0]
    living = Living(Lifetime.PROCESS, "a package variable") if holder in context.packages else owners.lifetime(holder)
    return living if living.lifetime is Lifetime.PROCESS else None


def _looked_into(keeper: FunctionFacts, fact: KeptCopy, uses: Iterable[tuple[FunctionFacts, str]]) -> bool:
    """Whether something reads or changes the map in another way than as the original has it: written as the keeper
    writes it (a package variable throughout the package), or, in a method of the type that holds the map, as a field
    of the receiver."""
    holder = fact.node.rpartition(".")[0]
    whole = f"{fact.source.lstrip('*(').rstrip(')')}.{fact.field}"
    original = _path(whole)
    inside = original.count(".") > 1 and original != _path(f"{fact.text}.{fact.field}")
    for function, text in uses:
        known = {function.receiver} if function.receiver_type == holder else set()
        known |= {root(fact.source.lstrip("*("))} if function.name == keeper.name else set()
        of_package = fact.of_package and function.package == keeper.package and function.receiver != root(text)
        if (inside and _path(text) == original) or (of_package and text == whole):
            continue
        if root(text) not in known or text.startswith(f"{fact.text}."):
            return True
    return False


def _path(text: str) -> str:
    """What is written behind the variable that an expression begins with: ``.cur.items`` of ``h.cur.items``."""
    return text[len(root(text)) :] if text.startswith(root(text)) else ""


def _kept_map(context: Context, copy: Sequence[tuple[FunctionFacts, KeptCopy, Living]]) -> KeptMap:
    function, fact, living = copy[0]
    variable = context.variables.get(fact.node)
    return KeptMap(
        map=fact.node,
        type=variable.type if variable is not None else "map",
        location=context.location(function.file, fact.pos, fact.end),
        reset=context.location(function.file, fact.reset, fact.reset_end),
        function=function.name,
        source=fact.source,
        field=fact.field,
        place=fact.text,
        lasting=living.reason,
        certainty=living.certainty,
        reachable=context.reach(function.name).reachable,
        in_test=context.is_test(function.file),
        generated=context.is_generated(function.file),
        supports=context.outermost(function.name) in context.supporting,
        others=tuple(other.field for _, other, _ in copy[1:]),
    )


def _changes(context: Context, fact: SharedCopy) -> bool:
    """Whether a method changes the map of its receiver, and does not replace it first."""
    for variant in context.graph.functions.get(fact.method, ()):
        ops = [op for op in variant.ops if op.node == fact.node]
        if ops and ops[0].effect in _CHANGES and all(op.effect != "reset" for op in ops):
            return True
    return False


def _given_up(context: Context, function: FunctionFacts, fact: SharedCopy) -> bool:
    """Whether nobody uses what the function was given after the call, as far as its callers are seen."""
    if fact.kind not in ("receiver", "parameter") or fact.apart != "returned":
        return False
    edges = context.graph.callers.get(function.name, ())
    return bool(edges) and all(_is_spent(context, edge) for edge in edges)


def _gives_anew(context: Context, callee: str) -> bool:
    """Whether what a function of the tree gives is new each time: nobody else has it."""
    variants = context.graph.functions.get(callee, ())
    return bool(variants) and all(variant.fresh_result for variant in variants)


def _is_spent(context: Context, edge: Edge) -> bool:
    """Whether a call's result replaces what the call is given, or that is itself what a call has just given."""
    for variant in context.graph.functions.get(edge.caller, ()):
        if variant.file == edge.file:
            inner = any(call.pos == edge.pos and call.end < edge.end for call in variant.calls)
            if inner or edge.end in variant.spent:
                return True
    return False


def _shared_map(context: Context, function: FunctionFacts, fact: SharedCopy) -> SharedMap:
    variable = context.variables.get(fact.node)
    return SharedMap(
        map=fact.node,
        type=variable.type if variable is not None else "map",
        location=context.location(function.file, fact.change, fact.change_end),
        copied=context.location(function.file, fact.pos, fact.end),
        function=function.name,
        field=fact.field,
        copy=fact.copy,
        source=fact.source,
        kind="result" if fact.got and fact.got not in context.graph.functions else fact.kind,
        apart=fact.apart,
        method=fact.method,
        lazy=fact.lazy,
        reachable=context.reach(function.name).reachable,
        in_test=context.is_test(function.file),
        generated=context.is_generated(function.file),
        supports=context.outermost(function.name) in context.supporting,
    )
