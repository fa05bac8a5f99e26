"""Decoders that fill a map which earlier messages have filled: how long the target is there, how often it is used.

* In a loop, a target declared outside of it has one message after the other, for as long as the loop runs.
* A variable of the package has, wherever it is decoded into again and again. Code that runs once at start-up, and
  programs that come to an end by themselves, read their configuration that way: left alone.
* A variable that a handler of requests captures is shared by all of them.
* A field of the receiver has when the method runs again and again on one object: its type must be one whose objects
  last, and nothing that makes such an object may call the method, for then each object is filled once.

* What comes out of a sync.Pool and goes back there has, if the pool kept it in the meantime.

What a function of the tree is given counts as decoded into where it hands the parameter to a decoder as it is, itself
or by way of others.

A variable or field of which some other function that runs puts another value in place is left alone, too. A variable's
map is only replaced by what names the variable, or works on whatever it is given; not by what replaces the map of a
struct of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import structs

from mapleak.callgraph.knowledge import is_handler_shaped
from mapleak.maps.census import Census
from mapleak.maps.context import Context
from mapleak.maps.knowledge import COMMAND_PARAMETERS
from mapleak.maps.lives.owners import Owners
from mapleak.maps.locks.guards import root
from mapleak.maps.model import Lifetime
from mapleak.maps.nodes import brief, position_function
from mapleak.maps.statements import Decode
from mapleak.model import Certainty
from mapleak.resolve.decoders import begins_anew, keeps_interfaces
from mapleak.resolve.model import FunctionFacts
from mapleak.resolve.noted import Decoded
from mapleak.resolve.number_tests import words

_LASTING = frozenset({Lifetime.PROCESS, Lifetime.GOROUTINE})
Replacements = Mapping[str, Iterable[tuple[FunctionFacts, str]]]

_LEVELS = 3
"""How many calls up from a method something that makes its receiver is looked for."""


def find_decodes(context: Context, owners: Owners, census: Census) -> tuple[Decode, ...]:
    """All calls of decoders whose target may hold the entries of earlier messages, in source order."""
    replaced = _replaced(context)
    helpers = _helpers(context)
    found = {
        decode
        for function in context.resolved.functions
        for fact in function.decoded
        if (decoder := _decoder(helpers, fact))
        for decode in _decode(context, owners, census, replaced, function, structs.replace(fact, decoder=decoder))
    }
    return tuple(sorted(found, key=lambda decode: (decode.location, decode.map, decode.function)))


def _helpers(context: Context) -> Mapping[str, str]:
    """The parameters that functions of the tree hand to a decoder, perhaps by way of others, and that decoder."""
    found: dict[str, str] = {}
    waiting: dict[str, list[str]] = {}
    for function in context.resolved.functions:
        for parameter, place in function.fills:
            if position_function(place):
                waiting.setdefault(place, []).append(parameter)
            else:
                found.setdefault(parameter, place)
    queue = sorted(found)
    for place in queue:
        for parameter in waiting.get(place, ()):
            if parameter not in found:
                found[parameter] = found[place]
                queue.append(parameter)
    return found


def _decoder(helpers: Mapping[str, str], fact: Decoded) -> str:
    """The decoder that a target comes to, "" when it comes to none that keeps the map."""
    if not position_function(fact.decoder):
        return fact.decoder
    decoder = helpers.get(fact.decoder, "")
    anew = begins_anew(decoder, fact.text) or (fact.interface and not keeps_interfaces(decoder))
    return "" if anew else decoder


def _replaced(context: Context) -> Replacements:
    """The places that get another value: the functions outside tests that give it, and how they write the place."""
    found: dict[str, dict[tuple[FunctionFacts, str], None]] = {}
    for function in context.resolved.functions:
        if not context.is_test(function.file):
            for replaced in function.replaced:
                found.setdefault(replaced.place, {})[function, ""] = None
            for op in function.ops:
                if op.effect == "reset":
                    found.setdefault(op.node, {})[function, op.text] = None
    return found


def _is_replaced(context: Context, replaced: Replacements, fact: Decoded) -> bool:
    """Whether a function that runs after the start gives the target, or the map in it, another value."""
    return any(_anew(context, function.name) for function, _ in replaced.get(fact.root, ())) or any(
        _anew(context, function.name)
        for function, text in replaced.get(fact.map, ())
        if fact.kind == "field" or _may_be_the_target(function, text, fact)
    )


def _may_be_the_target(function: FunctionFacts, text: str, fact: Decoded) -> bool:
    """Whether what a function replaces may be the map of a target that is no field: the receiver's, a parameter's, or
    that of a variable of this name; ``e.labels = nil`` with a struct of its own is another."""
    name = root(text)
    given = name == function.receiver or f"{function.name}.{name}" in function.params
    named = fact.kind == "variable" and fact.root.rpartition(".")[2] in words(text)
    return not text or given or named


def _decode(
    context: Context,
    owners: Owners,
    census: Census,
    replaced: Replacements,
    function: FunctionFacts,
    fact: Decoded,
) -> Iterator[Decode]:
    reach = context.reach(function.name)
    in_loop = fact.loop_pos >= 0
    if not in_loop and _reads_settings(context, function, fact.pos):
        return
    if not in_loop and _is_replaced(context, replaced, fact):
        return
    kept = _kept(context, owners, function, fact)
    if kept is None:
        return
    why, certainty = kept
    maps = census.maps_of(fact.map)
    yield Decode(
        map=maps[0] if maps else fact.map,
        text=fact.text,
        decoder=fact.decoder,
        kept=why,
        kept_certainty=certainty,
        location=context.location(function.file, fact.pos, fact.end),
        loop=context.location(function.file, fact.loop_pos, fact.loop_end) if in_loop else None,
        function=function.name,
        package=function.package,
        assumed=not in_loop and fact.kind != "captured" and context.assumed(function, fact.pos),
        reachable=reach.reachable,
        in_test=context.is_test(function.file),
        generated=context.is_generated(function.file),
        supports=context.outermost(function.name) in context.supporting,
    )


def _reads_settings(context: Context, function: FunctionFacts, pos: int) -> bool:
    """Whether what stands at ``pos`` runs when the program comes up, as far as this tree tells, or in a short one."""
    once = context.reach(function.name).startup_only or context.startup_here(function, pos)
    once = once or COMMAND_PARAMETERS.match(function.signature) is not None
    return once or context.ends_by_itself(function.name) is not None


def _anew(context: Context, function: str) -> bool:
    """Whether a function that gives a place another value does so after the start."""
    reach = context.reach(function)
    return reach.reachable and not reach.startup_only


def _kept(context: Context, owners: Owners, function: FunctionFacts, fact: Decoded) -> tuple[str, Certainty] | None:
    """Why the target has the entries of earlier messages, and how sure that is; None when nothing says so."""
    if fact.loop_pos >= 0:
        why = "it is declared outside of the loop that decodes one message after the other"
        if fact.used_after and fact.kind == "local":
            return f"{why} (and used after it, so it may collect on purpose)", Certainty.UNKNOWN
        return why, Certainty.SURE
    if fact.kind == "variable":
        return "it is a package variable, which is decoded into again and again", Certainty.SURE
    if fact.kind == "captured":
        handles = is_handler_shaped(function.signature) and context.reach(function.name).reachable
        return (
            ("it is declared outside of the handler, which all requests share", Certainty.LIKELY) if handles else None
        )
    if fact.kind == "pooled":
        return "it comes out of a sync.Pool, where earlier messages have left what they decoded", Certainty.LIKELY
    living = owners.lifetime(function.receiver_type)
    if living.lifetime not in _LASTING or _filled_when_made(context, function):
        return None
    reason = f"objects of type {brief(function.receiver_type)} last, and the method runs again and again"
    return reason, Certainty.ASSUMED


def _filled_when_made(context: Context, function: FunctionFacts) -> bool:
    """Whether something that makes an object of the receiver's type calls the method, directly or not."""
    level, seen = [function.name], {function.name}
    for _ in range(_LEVELS):
        following = []
        for name in level:
            for variant in context.graph.functions.get(name, ()):
                if function.receiver_type in variant.made:
                    return True
            for edge in context.graph.callers.get(name, ()):
                if edge.caller not in seen:
                    seen.add(edge.caller)
                    following.append(edge.caller)
        level = following
    return any(function.receiver_type in v.made for name in level for v in context.graph.functions.get(name, ()))
