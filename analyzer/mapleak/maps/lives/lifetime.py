"""How long each map lives.

* A package variable lives as long as the process.
* A field lives as long as its owner (mapleak.maps.lives.owners).
* An element lives at most as long as the map it is stored in, and is judged like it.
* A local map dies with its call unless it gets out. It gets out when it is stored in a place (then it lives as
  long as that), when a goroutine captures it or is handed it, when a closure that uses it gets out, when it is
  returned to callers that are not seen, or when code that is not analysed gets it. A result that callers take into
  their own locals is theirs: it is judged by where it goes from there.
* A local of ``main`` that main's endless loop, or a closure that gets out, uses lives as long as the process.
* A parameter of a function with unseen callers has whatever lifetime they give it: unknown. A parameter for which
  callers make a map on the spot is like a local.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from mapleak.callgraph.knowledge import is_handler_shaped
from mapleak.maps.census import Census, Subject
from mapleak.maps.context import Context, inside_endless_loop
from mapleak.maps.handed import Handed
from mapleak.maps.lives.fields import Fields
from mapleak.maps.lives.goroutine_loops import bodies, is_stage, lasts
from mapleak.maps.lives.living import Living
from mapleak.maps.lives.owners import Owners
from mapleak.maps.lives.standing import find_lasting
from mapleak.maps.model import Lifetime
from mapleak.maps.nodes import ELEMENT, brief, container_of, is_result, position_function
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts

_LONGEST = (Lifetime.PROCESS, Lifetime.UNKNOWN, Lifetime.GOROUTINE, Lifetime.OBJECT, Lifetime.CALL)
"""Of several lifetimes a map may have, the one that is reported: what is longest, and unknown may be any."""


class _Escapes(msgspec.Struct, frozen=True):
    """How local variables get out of their function, found once for the whole program."""

    goroutines: dict[str, tuple[str, bool]]  # node -> function that starts a goroutine with it, whether that goes on
    closures: dict[str, tuple[str, ...]]  # node -> closures other than its own function that operate on it
    lasting: dict[str, Living]  # functions that go on for long -> what that says of their own maps


def find_lifetimes(context: Context, owners: Owners, handed: Handed, census: Census) -> dict[str, Living]:
    """How long each map lives, and why we think so, by its name."""
    escapes = _find_escapes(context, owners)
    fields = Fields(context, owners)
    found: dict[str, Living] = {}
    for node, subject in census.subjects.items():
        if context.nodes.is_place(node):
            found[node] = _in_place(context, fields, subject)
        elif not node.endswith(ELEMENT):
            found[node] = _variable(context, owners, escapes, handed, subject)
    for node in census.subjects:
        if node not in found:  # stored in a local or a parameter
            container = container_of(node)
            living = found[container]
            found[node] = replace(living, reason=f"it is stored in {brief(container)}: {living.reason}")
    return found


def _variable(context: Context, owners: Owners, escapes: _Escapes, handed: Handed, subject: Subject) -> Living:
    """A local, result or parameter: the longest of the lives that it gets where it goes."""
    if subject.variable is not None and subject.kind == "param" and subject.variable.function in context.graph.roots:
        return Living(Lifetime.UNKNOWN, "callers that are not seen hand it in", Certainty.UNKNOWN)
    found = list(_ways_out(context, owners, escapes, handed, subject))
    if not found:
        return Living(Lifetime.CALL, "it never leaves the call that makes it")
    return min(found, key=lambda living: _LONGEST.index(living.lifetime))


def _in_place(context: Context, fields: Fields, subject: Subject) -> Living:
    """A map that is kept in a variable or field, as what fills it sees it."""
    living = _place(context, fields.owners, subject.node)
    owner = _owner(context, container_of(subject.node))
    return fields.life(owner, subject, living) if owner else living


def _owner(context: Context, node: str) -> str:
    """The type that a field belongs to, "" for package variables."""
    variable = context.variables.get(node)
    if variable is not None and variable.kind == "var":
        return ""
    return variable.owner if variable is not None and variable.owner else node.rpartition(".")[0]


def _place(context: Context, owners: Owners, node: str) -> Living:
    container = container_of(node)
    if container != node:
        living = _place(context, owners, container)
        return replace(living, reason=f"it is stored in {brief(container)}: {living.reason}")
    variable = context.variables.get(node)
    if variable is not None and variable.kind == "var":
        return Living(Lifetime.PROCESS, "it is a package variable")
    owner = _owner(context, node)
    if variable is None and owner not in context.types:
        return Living(Lifetime.UNKNOWN, f"what {brief(node)} is was not found", Certainty.UNKNOWN)
    return owners.lifetime(owner)


def _ways_out(
    context: Context, owners: Owners, escapes: _Escapes, handed: Handed, subject: Subject
) -> Iterator[Living]:
    own = subject.variable.function if subject.variable is not None else context.nodes.function(subject.node)
    for place in context.aliases.forward(subject.node).places:
        living = _place(context, owners, place)
        yield replace(living, reason=f"it is stored in {brief(place)}: {living.reason}")
    if subject.capped:
        yield Living(Lifetime.UNKNOWN, "it is handed on too often to be followed", Certainty.UNKNOWN)
    for alias in (subject.node, *context.aliases.forward(subject.node).aliases):
        started = escapes.goroutines.get(alias)
        if started is not None:
            yield _of_goroutine(context, own, *started)
        for closure in escapes.closures.get(alias, ()):
            yield from _of_closure(context, owners, handed, own, closure)
        receivers = handed.receivers(alias)
        if receivers:
            yield Living(Lifetime.UNKNOWN, f"{brief(receivers[0])} gets it, which is not analysed", Certainty.UNKNOWN)
        if is_result(alias) and position_function(alias) in context.graph.roots:
            yield Living(
                Lifetime.UNKNOWN,
                f"{brief(position_function(alias))} returns it to callers that are not seen",
                Certainty.UNKNOWN,
            )
    if lasting := lasts(context, escapes.lasting, subject):
        yield lasting
    if _used_in_endless_main(context, own, subject):
        yield Living(Lifetime.PROCESS, "main uses it in a loop that lasts as long as the process")


def _of_goroutine(context: Context, own: str, starter: str, goes_on: bool) -> Living:
    if _is_main(context, own):
        return Living(Lifetime.PROCESS, "it is a local of main, and a goroutine uses it")
    if not goes_on:
        reason = f"a goroutine that {brief(starter)} starts uses it, and comes to its end"
        return Living(Lifetime.GOROUTINE, reason, Certainty.UNKNOWN)
    return Living(Lifetime.GOROUTINE, f"a goroutine that {brief(starter)} starts uses it")


def _of_closure(context: Context, owners: Owners, handed: Handed, own: str, closure: str) -> Iterator[Living]:
    """Where a closure that uses a local goes, the local goes."""
    value = f"func:{closure}"
    walk = context.aliases.forward(value)
    out = [f"stored in {brief(place)}" for place in walk.places]
    out += [f"handed to {brief(callee)}" for alias in (value, *walk.aliases) for callee in handed.receivers(alias)]
    returned = _handed_out(context, closure)
    if not out and not returned:
        return
    if _is_main(context, own):
        how = out[0] if out else f"returned by {brief(returned)}"
        yield Living(Lifetime.PROCESS, f"it is a local of main, used by a function that is {how}")
        return
    for place in walk.places:
        living = _place(context, owners, place)
        yield replace(living, reason=f"a function that uses it is stored in {brief(place)}: {living.reason}")
    if returned:
        yield _handed_out_life(context, closure, returned)
    elif not walk.places:
        yield Living(Lifetime.UNKNOWN, f"a function that uses it is {out[0]}", Certainty.UNKNOWN)


def _handed_out_life(context: Context, closure: str, returned: str) -> Living:
    """The life of what a closure keeps that ``returned`` hands out: as long as whoever asked for it wants.

    Where this tree itself asks for one again and again, there are many, each for one of its events.
    """
    reason = f"a function that {brief(returned)} hands out keeps it"
    callers = [edge for edge in context.graph.callers.get(returned, ()) if not context.is_test(edge.file)]
    if any(not context.calls_once(edge) for edge in callers):
        return Living(Lifetime.OBJECT, reason, Certainty.UNKNOWN)
    handles = any(is_handler_shaped(variant.signature) for variant in context.graph.functions.get(closure, ()))
    return Living(Lifetime.PROCESS, reason, Certainty.LIKELY if handles else Certainty.ASSUMED)


_NESTING = 4
"""How many functions that return functions are looked through."""


def _handed_out(context: Context, closure: str) -> str:
    """The function that returns a closure to callers that are not seen, "" when none does.

    ``func New() func(Handler) Handler`` hands out a function, and the function hands out the next one: its callers
    are the callers of what it was handed out to.
    """
    for _ in range(_NESTING):
        value = f"func:{closure}"
        returning = [
            position_function(alias)
            for alias in (value, *context.aliases.forward(value).aliases)
            if is_result(alias) and position_function(alias)
        ]
        for function in returning:
            if function in context.graph.roots and not context.parent(function):
                return function
        closure = next((name for name in returning if context.parent(name) and not context.graph.callers.get(name)), "")
        if not closure:
            return ""
    return ""


def _is_main(context: Context, function: str) -> bool:
    root = context.graph.roots.get(function)
    return root is not None and root.kind == "main"


def _used_in_endless_main(context: Context, own: str, subject: Subject) -> bool:
    return _is_main(context, own) and any(
        site.function.name == own
        and inside_endless_loop(site.function, site.op.pos)
        and not is_stage(context, (site.function,))
        for site in subject.sites
    )


def _find_escapes(context: Context, owners: Owners) -> _Escapes:
    """Looks through all functions for goroutines and closures that use another function's variables."""
    goroutines: dict[str, tuple[str, bool]] = {}
    closures: dict[str, dict[str, None]] = {}
    for function in context.resolved.functions:
        for go in function.gos:
            goes_on = not go.waited and any(body.ending.kind != "ends" for body in bodies(context, function, go))
            for node in (*go.captured, *go.passed):
                if goes_on or node not in goroutines:
                    goroutines[node] = function.name, goes_on
        if function.parent:
            for node in _used(function):
                if context.nodes.function(node) not in ("", function.name):
                    closures.setdefault(node, {})[function.name] = None
    used = {node: tuple(found) for node, found in closures.items()}
    return _Escapes(goroutines, used, find_lasting(context, owners))


def _used(function: FunctionFacts) -> Iterator[str]:
    for op in function.ops:
        yield op.node
    for call in function.calls:
        yield from (node for node in (call.receiver, *call.args) if node)
    for held in function.held:
        yield held.node
    for flow in function.flows:
        yield flow.source
