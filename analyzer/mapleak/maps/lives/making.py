"""Which functions make objects of which types, and which keep what they make.

A function *makes* a type when it creates a value of it itself or calls a function that hands one out, a few calls
deep (``hands-out``: it makes one and its results speak of that type, of one made with it that holds it, or it is
named like a constructor). Making a struct makes what it contains by value.

A function that also stores such an object in a map of something else, or in a variable or field that was nil, *keeps*
it (get-or-create): what it gives its callers need not be new. Where objects are kept as entries, they live as long as
their entry; where one is made because a field has none yet, as long as what has the field.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping

import msgspec

from mapleak.callgraph.signatures import results_of
from mapleak.maps.context import Context
from mapleak.maps.knowledge import first_word
from mapleak.resolve.model import FunctionFacts, MapOp, TypeFacts

CONSTRUCTOR_LEVELS = 4
"""How many calls deep a constructor may stand in what makes an object: NewServer, newServer, newTable."""

_CONSTRUCTOR_WORDS = frozenset({"new", "make", "create", "build", "open", "dial", "must", "init", "load", "parse"})
_ANY = frozenset({"any", "interface{}"})


class Making(msgspec.Struct, frozen=True):
    """``makers``: type -> functions outside tests that run and create it themselves, in order. ``making``: type ->
    names of the functions of whose calls each has a new one. ``kept``: type -> places (map variables and fields)
    whose entries are of it, with the first function that puts one in. ``keepers``: type -> functions that do. ``lazy``:
    type -> functions that give one to a place that has none, with the place."""

    makers: Mapping[str, tuple[FunctionFacts, ...]]
    making: Mapping[str, frozenset[str]]
    kept: Mapping[str, Mapping[str, str]]
    keepers: Mapping[str, frozenset[str]]
    lazy: Mapping[str, Mapping[str, str]]

    def of(self, name: str) -> frozenset[str]:
        return self.making.get(name, frozenset())


def find_making(context: Context, wanted: Iterable[str]) -> Making:
    """Looks through all functions that run for the making and keeping of the types ``wanted``."""
    parts = _parts(context, frozenset(wanted))
    makers: dict[str, list[FunctionFacts]] = defaultdict(list)
    own: dict[str, set[str]] = {}
    for function in context.resolved.functions:
        made = {part for name in function.made for part in parts.get(name, ())}
        if not made or context.is_test(function.file) or not context.reach(function.name).reachable:
            continue
        for name in sorted(made):
            makers[name].append(function)
        own.setdefault(function.name, set()).update(made)
    lazy = _lazy(context, makers)
    kept, keepers = _kept(context, makers, lazy)
    handed = _hand_out(context, own, keepers)
    making: dict[str, set[str]] = defaultdict(set)
    for function_name, types in handed.items():
        for name in types - keepers.get(function_name, set()):
            making[name].add(function_name)
    return Making(
        {name: tuple(found) for name, found in makers.items()},
        {name: frozenset(found) for name, found in making.items()},
        kept,
        _by_type(keepers),
        lazy,
    )


def _lazy(context: Context, made: Container[str]) -> dict[str, dict[str, str]]:
    """Who gives an object of which type to which place that has none."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for function in context.resolved.functions:
        for replaced in function.replaced:
            if replaced.lazy and replaced.type in made and context.nodes.is_place(replaced.place):
                found[replaced.type].setdefault(function.name, replaced.place)
    return found


def _by_type(keepers: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for function, types in keepers.items():
        for name in types:
            found[name].add(function)
    return {name: frozenset(functions) for name, functions in found.items()}


def _parts(context: Context, wanted: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """For each type those of the wanted ones that come with it: itself and what it contains by value."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    wholes: dict[str, list[str]] = defaultdict(list)
    for fact in context.resolved.types:
        if fact.underlying == "struct":
            for part in fact.embeds:
                wholes[part].append(fact.name)
    for name in sorted(wanted):
        seen = {name}
        queue = [name]
        for part in queue:
            found[part][name] = None
            for whole in wholes.get(part, ()):
                if whole not in seen:
                    seen.add(whole)
                    queue.append(whole)
    return {whole: tuple(parts) for whole, parts in found.items()}


def _hand_out(context: Context, own: dict[str, set[str]], keepers: dict[str, set[str]]) -> dict[str, set[str]]:
    """What each function makes, itself and by calling what hands it out."""
    makes = {name: set(types) for name, types in own.items()}
    level = {name: _given(context, name, types) for name, types in own.items()}
    for _ in range(CONSTRUCTOR_LEVELS):
        following: dict[str, set[str]] = {}
        for name, handed in level.items():
            given = handed - keepers.get(name, set())
            receiver, parts = _own_parts(context, name, makes[name])
            if not (given or parts):
                continue
            for edge in context.graph.callers.get(name, ()):
                if edge.mode != "static" or edge.kind == "go":
                    continue
                known = makes.setdefault(edge.caller, set())
                new = (given | parts if receiver in own.get(edge.caller, ()) else given) - known
                if new:
                    known |= new
                    following.setdefault(edge.caller, set()).update(new)
        level = {name: _given(context, name, types) for name, types in following.items()}
    return makes


def _own_parts(context: Context, name: str, types: set[str]) -> tuple[str, set[str]]:
    """A method's receiver type and those of ``types`` that it holds: who makes the receiver makes them with it
    (``s := &stack{}; s.push()``)."""
    variants = context.graph.functions.get(name, ())
    fact = context.types.get(variants[0].receiver_type) if variants else None
    return (fact.name, types & set(fact.field_types)) if fact is not None else ("", set())


def _given(context: Context, name: str, types: set[str]) -> set[str]:
    """Which of the types that a function makes it hands to its callers."""
    variants = context.graph.functions.get(name, ())
    if not variants or not variants[0].returns:
        return set()
    text = results_of(variants[0].signature)
    found = {made for made in types if mentions(text, made)}
    for whole in _wholes(context, variants[0].made, text):
        found |= types & {whole.name, *whole.field_types}
    if not found and first_word(name) in _CONSTRUCTOR_WORDS:
        return set(types)
    return found


def _wholes(context: Context, made: Iterable[str], results: str) -> Iterator[TypeFacts]:
    for name in made:
        fact = context.types.get(name)
        if fact is not None and mentions(results, name):
            yield fact


def parameters_of(signature: str) -> str:
    """All of a canonical signature but its results."""
    return signature[: len(signature) - len(results_of(signature))]


def mentions(text: str, name: str) -> bool:
    """Whether a type's qualified name stands in a canonical type text as a whole."""
    at = text.find(name)
    while at != -1:
        after = text[at + len(name) : at + len(name) + 1]
        before = text[at - 1 : at]
        if not (after.isalnum() or after == "_") and not (before.isalnum() or before in "_/.-"):
            return True
        at = text.find(name, at + 1)
    return False


def _kept(
    context: Context, makers: Mapping[str, list[FunctionFacts]], lazy: Mapping[str, Mapping[str, str]]
) -> tuple[dict[str, dict[str, str]], dict[str, set[str]]]:
    """Where objects of each made type are entries, and what each function keeps of what it makes."""
    by_word: dict[str, list[str]] = defaultdict(list)
    for name in makers:
        by_word[name.rpartition(".")[2]].append(name)
    kept: dict[str, dict[str, str]] = defaultdict(dict)
    keepers: dict[str, set[str]] = defaultdict(set)
    makes: dict[str, set[str]] = defaultdict(set)
    for name, functions in makers.items():
        for function in functions:
            makes[function.name].add(name)
    for name, places in lazy.items():
        for keeper in places:
            keepers[keeper].add(name)
    for function in context.resolved.functions:
        for op in function.ops:
            if op.effect != "insert" or not context.nodes.is_place(op.node):
                continue
            for name in _stored(context, function, op, by_word, makes):
                kept[name].setdefault(op.node, function.name)
                keepers[function.name].add(name)
    return kept, keepers


def _stored(
    context: Context,
    function: FunctionFacts,
    op: MapOp,
    by_word: Mapping[str, list[str]],
    makes: Mapping[str, set[str]],
) -> Iterator[str]:
    """The types that an insertion's value may be of. Value types are known as they are written, without their
    package; what goes into a container of anything is what the function makes."""
    value = op.value.lstrip("*[]")
    if value in _ANY:
        if op.form.startswith("sync.Map."):
            made = {*makes.get(function.name, ()), *_constructed(context, function, makes)}
            yield from (name for name in sorted(made) if not op.node.startswith(f"{name}."))
        return
    package, dot, word = value.rpartition(".")
    for name in by_word.get(word.partition("[")[0], ()):
        home = name.rpartition(".")[0]
        if (not dot and home == function.package) or (dot and home.rpartition("/")[2] == package):
            yield name


def _constructed(context: Context, function: FunctionFacts, makes: Mapping[str, set[str]]) -> Iterator[str]:
    """The types that constructors which a function calls make for it."""
    for call in function.calls:
        if call.mode == "static" and call.callee in makes and first_word(call.callee) in _CONSTRUCTOR_WORDS:
            for variant in context.graph.functions.get(call.callee, ()):
                results = results_of(variant.signature)
                yield from (name for name in makes[call.callee] if mentions(results, name))
