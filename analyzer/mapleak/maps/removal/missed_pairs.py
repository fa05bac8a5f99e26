"""Removals that one would expect and that are not there.

* *Siblings*: of two maps of one owner, filled under the same key, or one of them by a loop over the other, one is
  deleted from by key and the other is not. Or the one holds the very pointers that are the keys of the other: whoever
  deletes them there never finds them here again.
* *Only reads*: a function whose name says that it ends an entry's life (Remove, Unsubscribe, Stop) and that is given
  the key looks the entry up and leaves it.

Both are said only of maps that nothing empties.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from mapleak.maps.knowledge import ENDING_WORDS, first_word, words
from mapleak.maps.model import KeyOrigin, Miss, Missed
from mapleak.maps.nodes import brief, position_function
from mapleak.maps.removal.key_sources import KeySources
from mapleak.maps.removal.sibling_ends import ending
from mapleak.maps.removal.tables import Done, Table, Tables
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts, KeyFact

_CONTEXTS = frozenset({"ctx", "context", ""})
"""Names of parameters that say in whose name something is done, not with what."""


_SEMAPHORE = re.compile(r"$|any$|chan |\*?(?:sync\.(?:RW)?Mutex|(?:[\w./-]+/)?semaphore\.Weighted)$")
"""Types of what is taken and given back, again and again; and of what a sync.Map stores, which is not known."""

_DEALS = frozenset({"insert", "update", "remove"})


def sibling(tables: Tables, sources: KeySources, table: Table) -> Iterator[Missed]:
    """The removals of siblings that leave this map's entry behind."""
    for other in tables.emptied_siblings(table):
        removal = ending(tables.context, other, table)
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
        (removal := ending(tables.context, other, table)) is not None
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
        if _deals_with_entry(table, function) or _gives_back(table, function):
            continue
        if function.receiver_type == table.owner if table.owner else function.package == table.map.package:
            at = tables.context.location(function.file, read.pos, read.end)
            reason = f"{brief(function.name)} looks the entry up under '{read.key.text}' and leaves it in the map"
            yield Missed(Miss.ONLY_READS, at, reason, Certainty.LIKELY)


def _deals_with_entry(table: Table, function: FunctionFacts) -> bool:
    """``deals``: whether a function takes entries out of the map or stores into it: then it does more than to look."""
    return any(site.function is function and site.op.effect in _DEALS for site in table.subject.sites)


def _gives_back(table: Table, function: FunctionFacts) -> bool:
    """``gives-back``: ``release`` of a lock or a semaphore ends a use of what is stored, not the life of its key."""
    return first_word(function.name) == "release" and _SEMAPHORE.match(table.map.value) is not None


def _takes_keys_of(tables: Tables, table: Table, other: Table) -> bool:
    """Whether a loop over ``other`` fills the map."""
    keys = (done.site.op.key for done in table.inserts)
    return any(
        key is not None
        and key.origin == KeyOrigin.OTHER_MAP.value
        and other.subject.node in tables.census.maps_of(key.node)
        for key in keys
    )


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
