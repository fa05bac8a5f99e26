"""Removals that one would expect and that are not there.

* *Siblings*: of two maps of one owner, filled under the same key, or one of them by a loop over the other, one is
  deleted from by key and the other is not. Or the one holds the very pointers that are the keys of the other: whoever
  deletes them there never finds them here again.
* *Only reads*: a function whose name says that it ends an entry's life (Remove, Unsubscribe, Stop) and that is given
  the key looks the entry up and leaves it.

Both are said only of maps that nothing empties.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from mapleak.maps.context import Context
from mapleak.maps.knowledge import ENDING_WORDS, words
from mapleak.maps.model import KeyOrigin, Miss, Missed
from mapleak.maps.nodes import brief, position_function
from mapleak.maps.removal.key_sources import KeySources
from mapleak.maps.removal.missed_ways import on_different_ways
from mapleak.maps.removal.tables import Done, Table, Tables
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts, KeyFact

_CONTEXTS = frozenset({"ctx", "context", ""})
"""Names of parameters that say in whose name something is done, not with what."""


def sibling(tables: Tables, sources: KeySources, table: Table) -> Iterator[Missed]:
    """The removals of siblings that leave this map's entry behind."""
    for other in tables.emptied_siblings(table):
        removal = _by_key(tables.context, other)
        if removal is None or _exclude_each_other(table, removal):
            continue
        name, function = brief(other.map.name), brief(removal.function.name)
        if _same_key_type(table, other) and _filled_alike(sources, table, other):
            reason = f"{function} deletes the key from {name}, which is filled under the same key, and not from here"
            yield Missed(Miss.SIBLING, removal.operation.location, reason, Certainty.LIKELY)
        elif _takes_keys_of(tables, table, other):
            reason = f"{function} deletes from {name}, whose keys are stored here, and not from here"
            yield Missed(Miss.SIBLING, removal.operation.location, reason, Certainty.LIKELY)
        elif table.map.key.startswith("*") and table.map.key == other.map.value:
            reason = f"{function} deletes from {name}, which holds what the keys here point to, and not from here"
            yield Missed(Miss.SIBLING, removal.operation.location, reason, Certainty.LIKELY)


def keys_end(tables: Tables, sources: KeySources, table: Table) -> bool:
    """Whether single keys are taken out of a sibling that is in use where this map is not: nothing is missing there,
    but keys of the kind come and go."""
    return any(
        (removal := _by_key(tables.context, other)) is not None
        and _exclude_each_other(table, removal)
        and _same_key_type(table, other)
        and _filled_alike(sources, table, other)
        for other in tables.emptied_siblings(table)
    )


def _exclude_each_other(table: Table, removal: Done) -> bool:
    """Whether a removal runs only under a condition that is false wherever the map is filled
    (``if !s.cfg.Keep { delete(…) }`` and ``if s.cfg.Keep { m[k] = v }``)."""
    known = _known(removal)
    opposite = {fact[1:] if fact.startswith("!") else f"!{fact}" for fact in known}
    return bool(known) and all(
        done.function.receiver_type == removal.function.receiver_type and opposite & _known(done)
        for done in table.inserts
    )


def _known(done: Done) -> frozenset[str]:
    """The fields of its receiver that are known to be true, or with ``!`` false, where something is done."""
    function, at = done.function, done.site.op.pos
    facts = (fact for arm in function.arms if arm.pos <= at < arm.end for fact in arm.holds)
    own = f"{function.receiver}."
    return frozenset(
        fact.replace(own, ".", 1) for fact in facts if function.receiver and fact.removeprefix("!").startswith(own)
    )


def only_reads(tables: Tables, table: Table) -> Iterator[Missed]:
    """The functions that end an entry's life, look it up and leave it in the map.

    Where the lookup serves to empty what is stored under the key, or to store nothing there, that has been said.
    """
    if any(missed.kind in (Miss.INNER_LEVEL, Miss.TOMBSTONE) for missed in table.map.missing):
        return
    for function, read in tables.reads.get(table.subject.node, ()):
        if read.key is None or function.parent or not tables.context.reach(function.name).reachable:
            continue
        if not ENDING_WORDS.intersection(words(function.name)[:1]) or not _handed_in(function, read.key):
            continue
        if function.receiver_type == table.owner if table.owner else function.package == table.map.package:
            at = tables.context.location(function.file, read.pos, read.end)
            reason = f"{brief(function.name)} looks the entry up under '{read.key.text}' and leaves it in the map"
            yield Missed(Miss.ONLY_READS, at, reason, Certainty.LIKELY)


def _takes_keys_of(tables: Tables, table: Table, other: Table) -> bool:
    """Whether a loop over ``other`` fills the map."""
    keys = (done.site.op.key for done in table.inserts)
    return any(
        key is not None
        and key.origin == KeyOrigin.OTHER_MAP.value
        and other.subject.node in tables.census.maps_of(key.node)
        for key in keys
    )


def _by_key(context: Context, table: Table) -> Done | None:
    """A removal of single keys that tells that their lives end; not one that only sets the other way, or marks a call.

    ``if v == "" { delete(m, k) } else { m[k] = v }`` says of a key that nothing holds of it, not that it is gone. And
    what a function puts in and takes out again is there for as long as the call.
    """
    filling = {context.outermost(done.function.name) for done in table.inserts}
    for done in table.emptying:
        at = done.site.op.pos
        if context.outermost(done.function.name) in filling:
            continue
        if done.site.op.key is not None and not any(
            on_different_ways(done.function, at, pos) for pos in _insertions_in(done.function, table)
        ):
            return done
    return None


def _insertions_in(function: FunctionFacts, table: Table) -> Iterator[int]:
    """Where a function inserts into a map, itself or by a helper that it calls."""
    helpers = {done.function.name for done in table.inserts}
    yield from (done.site.op.pos for done in table.inserts if done.function is function)
    yield from (call.pos for call in function.calls if call.callee in helpers)


def _same_key_type(one: Table, other: Table) -> bool:
    return _key_types(one) & _key_types(other) != set()


def _key_types(table: Table) -> set[str]:
    """The declared type of the keys, or what is stored where that is an interface."""
    stored = {done.site.op.key.type for done in table.inserts if done.site.op.key is not None}
    return {table.map.key} | stored


def _filled_alike(sources: KeySources, one: Table, other: Table) -> bool:
    """Whether keys of two maps have a source in common. A helper that fills any map it is handed is none."""
    helpers = {_place(done) for done in one.inserts} & {_place(done) for done in other.inserts}
    return bool(_key_sources(sources, one, helpers) & _key_sources(sources, other, helpers))


def _place(done: Done) -> tuple[str, int]:
    return done.function.file, done.site.op.pos


def _key_sources(sources: KeySources, table: Table, helpers: Set[tuple[str, int]]) -> frozenset[str]:
    """Where the keys of the insertions outside ``helpers`` come from; fields of the owner itself say nothing."""
    found: set[str] = set()
    for done in table.inserts:
        if _place(done) not in helpers:
            found |= sources.of(done.function, done.site.op.key)
    return frozenset(source for source in found if not table.owner or not source.startswith(f"{table.owner}."))


def _handed_in(function: FunctionFacts, key: KeyFact) -> bool:
    """Whether a key is what the function is about: its first parameter beside a context, or a field of it."""
    if key.origin == KeyOrigin.PARAMETER.value:
        named = position_function(key.node) == function.name
    else:
        named = key.origin == KeyOrigin.FIELD.value
    subjects = [node for node in function.params if node.rpartition(".")[2] not in _CONTEXTS]
    return named and bool(subjects) and subjects[0] == f"{function.name}.{key.text.partition('.')[0]}"
