"""Places that forget a map: entries of a map that lives beside it end there, and those of the map itself stay.

The map is tended elsewhere; so here the question is not whether anything takes its entries out, but whether this one
place should. The program itself must show that it should, by one of

* *looked-up*: the place deletes a key from a sibling, has looked the same key up in this map, and leaves it;
* *beside*: wherever else an entry of this map is taken out, the key goes from the sibling, too;
* *one of several*: it deletes the key from several siblings of one type, each of which has a removal of its own as
  this map has, and not from here;
* *emptied*: wherever else something is taken out of what is stored under a key, the key goes when nothing is left.

Siblings are maps of one owner that are filled together: every insertion here goes with one there, in one function,
under the same key. Nothing is said of maps that a loop sweeps: whatever was forgotten goes then.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from mapleak.maps.holding.holders import OUT_OF_SIGHT
from mapleak.maps.knowledge import ENDING_WORDS, words
from mapleak.maps.model import Miss, Missed
from mapleak.maps.nodes import ELEMENT, brief
from mapleak.maps.removal.failing import left_on_failure
from mapleak.maps.removal.leading import Leading
from mapleak.maps.removal.levels import REMOVING_WORDS
from mapleak.maps.removal.missed_ways import arms_around, on_different_ways
from mapleak.maps.removal.sibling_ends import PASSING_WORDS
from mapleak.maps.removal.tables import Done, Table, Tables
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts, KeyFact, MapOp

_DRIVEN = frozenset({"same-map", "other-map", "element"})
"""Origins of keys of removals that a loop goes through."""

_PLAIN_TYPES = r"struct\{\}|bool|string|u?int(?:8|16|32|64)?|float(?:32|64)|byte|rune|uintptr|time\.(?:Time|Duration)"
_PLAIN = re.compile(_PLAIN_TYPES)
"""Types of values that have no life of their own: whoever looks one up ends nothing that might remove the entry."""

_ACCESSORY = re.compile(rf"{_PLAIN_TYPES}|\*?time\.Timer|context\.Cancel\w*Func|func\(.*|chan .*|\*?sync\.\w+")

_ENDING = ENDING_WORDS | REMOVING_WORDS

_SEVERAL = 2
"""Siblings that are cleaned together, before it tells that the one which is not was forgotten."""

_Place = tuple[FunctionFacts, int, KeyFact | None]
"""A function, a place in it, and the key that an entry is taken out under there."""


def forgotten(tables: Tables, table: Table) -> Iterator[Missed]:
    """The places that should take an entry out of the map, and do not."""
    if table.replaced or table.map.released or any(_sweeps(done) for done in table.emptying):
        return
    leading = Leading(tables.context, table)
    if not leading.known:
        return
    for other in tables.emptied_siblings(table):
        if _filled_together(table, other) and not _passes(table, other):
            yield from _looked_up(tables, table, other, leading)
            if _filled_together(other, table) and _goes_with(table, other):
                yield from _beside(tables, table, other, leading)
    yield from _one_of_several(tables, table, leading)
    yield from _emptied(tables, table, leading)
    yield from left_on_failure(tables.context, table, leading)


def _sweeps(done: Done) -> bool:
    key = done.site.op.key
    return key is None or "ranging" in done.site.op.guards or key.origin in _DRIVEN


def _filled_together(one: Table, other: Table) -> bool:
    """Whether each insertion into ``one`` goes with one into ``other``, under the same key, in the same function."""
    return all(
        any(
            done.function is beside.function
            and _same_key(done, beside)
            and not on_different_ways(done.function, done.site.op.pos, beside.site.op.pos)
            for beside in other.inserts
        )
        for done in one.inserts
    )


def _passes(table: Table, other: Table) -> bool:
    """``passing``: whether ``other``, by its name, and not the map itself, holds what waits for something: that it goes
    from there is no end."""
    return _by_name(other) and not _by_name(table)


def _by_name(table: Table) -> bool:
    return not PASSING_WORDS.isdisjoint(words(table.map.name.rpartition(".")[2]))


def _same_key(one: Done, other: Done) -> bool:
    keys = one.site.op.key, other.site.op.key
    return keys[0] is not None and keys[1] is not None and keys[0].text == keys[1].text


# --- looked up --------------------------------------------------------------------------------


def _looked_up(tables: Tables, table: Table, other: Table, leading: Leading) -> Iterator[Missed]:
    if not _PLAIN.fullmatch(table.map.value):
        return
    for done in other.emptying:
        function, op = done.function, done.site.op
        if op.key is None or _sweeps(done) or leading.within(function, op.pos):
            continue
        for reader, read in tables.reads.get(table.subject.node, ()):
            if reader is not function or read.key is None or read.key.text != op.key.text or read.pos > op.pos:
                continue
            if not _decides(function, read.pos, op.pos):
                reason = (
                    f"{brief(function.name)} looks '{op.key.text}' up here and deletes it from "
                    f"{brief(other.map.name)}, which is filled together with this map, and not from here"
                )
                yield Missed(Miss.FORGOTTEN, done.operation.location, reason, Certainty.LIKELY)


def _decides(function: FunctionFacts, read: int, removal: int) -> bool:
    """Whether what was read may decide that the removal runs: it stands in an arm that begins after the look, or some
    arm between the two leaves."""
    if any(arm.pos > read for arm in arms_around(function, removal)):
        return True
    return any(arm.leaves and read < arm.pos < removal for arm in function.arms) or any(
        read < left.pos < removal for left in function.exits
    )


# --- beside -----------------------------------------------------------------------------------


def _beside(tables: Tables, table: Table, other: Table, leading: Leading) -> Iterator[Missed]:
    theirs = [_place(done) for done in other.emptying]
    cleaning: list[str] = []
    for done in table.emptying:
        ways = [(_place(done),), tuple(_calling(tables, table, done))]
        together = [way for way in ways if way and all(any(_at_once(p, beside) for beside in theirs) for p in way)]
        if not together:
            return
        cleaning.append(together[0][0][0].name)
    if not cleaning:
        return
    for done in other.emptying:
        function, op = done.function, done.site.op
        if op.key is None or _sweeps(done) or _stores_again(function, table, other) or leading.at(function, op.pos):
            continue
        if _has_own_event(tables, table, function):
            continue
        reason = (
            f"{brief(function.name)} deletes the key from {brief(other.map.name)}, which is filled together with this "
            f"map, and not from here, as {brief(cleaning[0])} does"
        )
        yield Missed(Miss.FORGOTTEN, done.operation.location, reason, Certainty.LIKELY)


def _place(done: Done) -> _Place:
    return done.function, done.site.op.pos, done.site.op.key


def _calling(tables: Tables, table: Table, done: Done) -> Iterator[_Place]:
    """Where a helper is called that deletes the key it is given, but for what fills the map: there it makes room."""
    key = done.site.op.key
    helper, _, index = key.node.rpartition("$p") if key is not None else ("", "", "")
    if helper != done.function.name or not index.isdigit():
        return
    for name in tables.context.production_callers(helper):
        for variant in tables.context.graph.functions.get(name, ()):
            if any(stored.function is variant for stored in table.inserts):
                continue
            for call in variant.calls:
                if call.callee == helper and int(index) < len(call.arg_keys):
                    yield variant, call.pos, call.arg_keys[int(index)]


def _at_once(one: _Place, other: _Place) -> bool:
    keys = one[2], other[2]
    if one[0] is not other[0] or keys[0] is None or keys[1] is None:
        return False
    same = (keys[0].node == keys[1].node != "") or (keys[0].text == keys[1].text != "")
    return same and not on_different_ways(one[0], one[1], other[1])


def _goes_with(table: Table, other: Table) -> bool:
    """``accessory``: whether the map holds what is kept for the sake of what ``other`` holds: a timer, a way to cancel,
    a number. Of two maps that hold things of their own, one may be for a time that ends first."""
    return _ACCESSORY.fullmatch(table.map.value) is not None and not _ACCESSORY.fullmatch(other.map.value)


def _has_own_event(tables: Tables, table: Table, function: FunctionFacts) -> bool:
    """``own-event``: whether what stands beside a function in the same one, such as another timer's literal, removes:
    the entry here ends with an event of its own."""
    outermost = tables.context.outermost(function.name)
    return any(
        done.function.parent and tables.context.outermost(done.function.name) == outermost for done in table.removes
    )


def _stores_again(function: FunctionFacts, table: Table, other: Table) -> bool:
    """Whether a function stores into one of the maps, itself or by what it calls: then the entry may go on."""
    filling = {done.function.name for done in (*table.inserts, *other.inserts)}
    return function.name in filling or any(call.callee in filling for call in function.calls)


# --- one of several ---------------------------------------------------------------------------


def _one_of_several(tables: Tables, table: Table, leading: Leading) -> Iterator[Missed]:
    alike = [other for other in tables.emptied_siblings(table) if _alike(table, other)]
    places: dict[tuple[str, str, int, str], list[Done]] = defaultdict(list)
    for other in alike:
        for done in other.emptying:
            if done.site.op.key is not None and not _sweeps(done) and len(other.emptying) > 1:
                places[_way(done)].append(done)
    for found in places.values():
        function, pos = found[0].function, found[0].site.op.pos
        several = list(dict.fromkeys(done.site.op.node for done in found))
        if len(several) < _SEVERAL or leading.within(function, pos):
            continue
        if function.name not in {done.function.name for done in table.removes} and leading.at(function, pos):
            continue
        names = " and ".join(brief(node) for node in several[:_SEVERAL])
        reason = (
            f"{brief(function.name)} deletes the key from {names}, which are filled and emptied as this map is, "
            "and not from here"
        )
        yield Missed(Miss.FORGOTTEN, found[0].operation.location, reason, Certainty.LIKELY)


def _alike(one: Table, other: Table) -> bool:
    """Whether two maps of one type are filled under keys that are written the same, and emptied under them."""
    return (
        one.map.type == other.map.type
        and _texts(one.inserts) == _texts(other.inserts) != set()
        and bool(_texts(one.emptying) & _texts(other.emptying))
    )


def _texts(operations: tuple[Done, ...]) -> set[str]:
    return {done.site.op.key.text for done in operations if done.site.op.key is not None}


def _way(done: Done) -> tuple[str, str, int, str]:
    """The function and the arm in which an entry is taken out, and its key as written."""
    around = arms_around(done.function, done.site.op.pos)
    key = done.site.op.key
    return done.function.name, done.function.file, around[0].pos if around else -1, key.text if key else ""


# --- emptied ----------------------------------------------------------------------------------


def _emptied(tables: Tables, table: Table, leading: Leading) -> Iterator[Missed]:
    cuts = list(_cuts(tables, table))
    if not table.emptying or not all(_when_nothing_is_left(done, cuts) for done in table.emptying):
        return
    deleting = {tables.context.outermost(done.function.name) for done in table.removes}
    for function, op in cuts:
        if (
            tables.context.outermost(function.name) in deleting
            or leading.at(function, op.pos)
            or not tables.context.reach(function.name).reachable
        ):
            continue
        at = tables.context.location(function.file, op.pos, op.end)
        reason = (
            f"{brief(function.name)} takes out of what is stored under a key and leaves the key when nothing is left, "
            f"which {brief(table.emptying[0].function.name)} deletes"
        )
        yield Missed(Miss.FORGOTTEN, at, reason, Certainty.LIKELY)


def _when_nothing_is_left(done: Done, cuts: list[tuple[FunctionFacts, MapOp]]) -> bool:
    """Whether a removal is what follows when the last one is taken out from under the key: on a condition, after it or
    in place of it, and not because of an error."""
    function, at = done.function, done.site.op.pos
    around = arms_around(function, at)
    if not around or any(arm.failure for arm in around):
        return False
    for cutting, op in cuts:
        if (cutting.name, cutting.file) != (function.name, function.file):
            continue
        beside = any(arm.statement == around[0].statement for arm in arms_around(function, op.pos))
        if beside or (op.pos < at and not on_different_ways(function, op.pos, at)):
            return True
    return False


def _cuts(tables: Tables, table: Table) -> Iterator[tuple[FunctionFacts, MapOp]]:
    """Where something is taken out of what is stored under a key: of that, and not of whatever has such a type."""
    inner = tables.census.subjects.get(table.subject.node + ELEMENT)
    for site in inner.sites if inner is not None else ():
        anybody = site.via == OUT_OF_SIGHT or _is_method_of(site.function, table.map.value)
        removes = site.op.effect == "remove" and site.op.key is not None and not anybody
        if removes and not tables.context.is_test(site.function.file):
            yield site.function, site.op
    for site in table.subject.sites:
        function, op = site.function, site.op
        if op.effect not in ("insert", "update") or tables.context.is_test(function.file):
            continue
        if op.element == "down" or (op.element == "replaced" and _cuts_list(tables, table, function, op)):
            yield function, op


def _is_method_of(function: FunctionFacts, value: str) -> bool:
    """Whether a function is a method of the type of a map's values."""
    stored = value.lstrip("*").partition("[")[0].rpartition(".")[2]
    return bool(stored) and function.receiver_type.rpartition(".")[2] == stored


def _cuts_list(tables: Tables, table: Table, function: FunctionFacts, op: MapOp) -> bool:
    if not table.map.value.startswith("[]") or op.key is None:
        return False
    read = any(
        reader is function and read.key is not None and read.key.text == op.key.text
        for reader, read in tables.reads.get(table.subject.node, ())
    )
    return read and not _ENDING.isdisjoint(words(function.name)[:1])
