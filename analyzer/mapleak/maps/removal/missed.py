"""Why the removals that exist do not help, and which are missing: a second look at maps that may leak.

The reasons are those of :class:`mapleak.maps.model.Miss`, each found in a module of its own. A removal that misses
keeps its place in the model and carries the reason; what is missing altogether stands with the map.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from mapleak.maps.census import Census
from mapleak.maps.context import Context
from mapleak.maps.knowledge import METRIC_VECTORS
from mapleak.maps.model import AbstractMap, Missed, Operation
from mapleak.maps.removal.forgotten import forgotten
from mapleak.maps.removal.key_sources import KeySources
from mapleak.maps.removal.ladders import left_in_one_arm
from mapleak.maps.removal.missed_between import returns_between
from mapleak.maps.removal.missed_handed_out import handed_out
from mapleak.maps.removal.missed_keys import other_key, other_map, stored_keys
from mapleak.maps.removal.missed_look_up import on_look_up
from mapleak.maps.removal.missed_own_keys import mixed_up, spent
from mapleak.maps.removal.missed_pairs import keys_end, only_reads, sibling
from mapleak.maps.removal.missed_reach import ReachedHere, never_called, runs_once
from mapleak.maps.removal.missed_waits import Waits
from mapleak.maps.removal.missed_ways import one_way_out
from mapleak.maps.removal.own_way import left_on_own_way
from mapleak.maps.removal.tables import Done, Table, Tables
from mapleak.resolve.model import KeyFact


def with_missed(context: Context, census: Census, maps: Mapping[str, AbstractMap]) -> dict[str, AbstractMap]:
    """The maps, with what their removals miss filled in."""
    tables = Tables(context, census, maps)
    finder = _Finder(tables)
    found = dict(maps)
    for table in tables:
        if table.may_leak and not table.map.container.startswith(METRIC_VECTORS):
            found[table.subject.node] = finder.look_at(table)
    return found


_PLACES = frozenset({"var", "field", "element"})
"""Kinds of maps of which all is looked for; of locals, only what is forgotten."""


class _Finder:
    """Looks at one map after the other."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._context = tables.context
        self._sources = KeySources(tables.context)
        self._here = ReachedHere(tables.context)
        self._waits = Waits(tables)

    def look_at(self, table: Table) -> AbstractMap:
        """The map of ``table`` with the reasons on its removals and with those that are missing."""
        if table.subject.kind not in _PLACES:
            return replace(table.map, missing=(*table.map.missing, *forgotten(self._tables, table)))
        reasons = {done.operation: missed for done, missed in self._of_removals(table).items()}
        removes = tuple(_with(operation, reasons) for operation in table.map.removes)
        missing = self._missing(table)
        ends = keys_end(self._tables, self._sources, table)
        return replace(table.map, removes=removes, missing=(*table.map.missing, *missing), keys_end=ends)

    def _of_removals(self, table: Table) -> dict[Done, Missed]:
        found = one_way_out(self._tables, table) or self._waits.missed(table)
        found = found or on_look_up(self._tables, self._sources, table)
        found = found or handed_out(self._context, table) or returns_between(self._context, table)
        keys = stored_keys(table)
        for done in table.removes:
            if done not in found:
                missed = (
                    never_called(self._context, self._here, table, done)
                    or runs_once(self._context, table, done)
                    or (None if done.operation.no_effect else self._wrong_key(table, keys, done))
                )
                if missed is not None:
                    found[done] = missed
        return found

    def _wrong_key(self, table: Table, keys: Sequence[KeyFact], done: Done) -> Missed | None:
        return (
            other_key(self._tables, self._sources, table, keys, done)
            or spent(self._context, done)
            or mixed_up(self._tables, self._sources, table, done)
        )

    def _missing(self, table: Table) -> tuple[Missed, ...]:
        if table.subject.kind == "element":
            return ()
        if table.replaced:
            return tuple(left_in_one_arm(self._tables, table))
        found = (
            (
                *forgotten(self._tables, table),
                *left_on_own_way(self._tables, self._sources, table),
                *left_in_one_arm(self._tables, table),
            )
            if table.emptying
            else (
                *other_map(self._tables, table),
                *sibling(self._tables, self._sources, table),
                *only_reads(self._tables, table),
            )
        )
        return tuple(dict.fromkeys(found))


def _with(operation: Operation, reasons: Mapping[Operation, Missed]) -> Operation:
    missed = reasons.get(operation)
    return operation if missed is None else replace(operation, missed=missed)
