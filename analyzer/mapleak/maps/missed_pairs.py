"""Removals that one would expect and that are not there.

* *Siblings*: of two maps of one owner, filled under the same key, or one of them by a loop over the other, one is
  deleted from by key and the other is not. Or the one holds the very pointers that are the keys of the other: whoever
  deletes them there never finds them here again.
* *Only reads*: a function whose name says that it ends an entry's life (Remove, Unsubscribe, Stop) and that is given
  the key looks the entry up and leaves it.

Both are said only of maps that nothing empties.
"""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.key_sources import KeySources
from mapleak.maps.knowledge import ENDING_WORDS, words
from mapleak.maps.model import KeyOrigin, Miss, Missed
from mapleak.maps.nodes import brief, position_function
from mapleak.maps.tables import Done, Table, Tables
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts, KeyFact


def sibling(tables: Tables, sources: KeySources, table: Table) -> Iterator[Missed]:
    """The removals of siblings that leave this map's entry behind."""
    filled = _key_sources(sources, table)
    for other in tables.siblings(table):
        removal = _by_key(other)
        if removal is None:
            continue
        name, function = brief(other.map.name), brief(removal.function.name)
        if _same_key_type(table, other) and filled & _key_sources(sources, other):
            reason = f"{function} deletes the key from {name}, which is filled under the same key, and not from here"
            yield Missed(Miss.SIBLING, removal.operation.location, reason, Certainty.LIKELY)
        elif _takes_keys_of(tables, table, other):
            reason = f"{function} deletes from {name}, whose keys are stored here, and not from here"
            yield Missed(Miss.SIBLING, removal.operation.location, reason, Certainty.LIKELY)
        elif table.map.key.startswith("*") and table.map.key == other.map.value:
            reason = f"{function} deletes from {name}, which holds what the keys here point to, and not from here"
            yield Missed(Miss.SIBLING, removal.operation.location, reason, Certainty.LIKELY)


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


def _by_key(table: Table) -> Done | None:
    """A removal of single keys that runs while the program serves."""
    return next((done for done in table.emptying if done.site.op.key is not None), None)


def _same_key_type(one: Table, other: Table) -> bool:
    return _key_types(one) & _key_types(other) != set()


def _key_types(table: Table) -> set[str]:
    """The declared type of the keys, or what is stored where that is an interface."""
    stored = {done.site.op.key.type for done in table.inserts if done.site.op.key is not None}
    return {table.map.key} | stored


def _key_sources(sources: KeySources, table: Table) -> frozenset[str]:
    """Where the keys of the insertions come from; fields of the owner itself say nothing."""
    found: set[str] = set()
    for done in table.inserts:
        found |= sources.of(done.function, done.site.op.key)
    return frozenset(source for source in found if not table.owner or not source.startswith(f"{table.owner}."))


def _handed_in(function: FunctionFacts, key: KeyFact) -> bool:
    """Whether a key is a parameter of the function, or a field of one."""
    if key.origin == KeyOrigin.PARAMETER.value:
        return position_function(key.node) == function.name
    root = key.text.partition(".")[0]
    return key.origin == KeyOrigin.FIELD.value and f"{function.name}.{root}" in function.params
