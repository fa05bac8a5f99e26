"""Removals that take the wrong key, or take it out of the wrong map.

* Types that never compare equal: in a map with keys of an interface type (a ``sync.Map``, too) an ``int`` is never an
  ``int64``.
* Fields: the key stored is one field of an object, the key deleted another field of that object, found through the
  value that was stored. (``pending[m.ID] = …`` and ``delete(pending, m.ReplyTo)`` is the way of requests and replies;
  there the object is another one, and nothing is said.)
* Parts: a combined key is stored, one of its parts alone is deleted, and nothing looks entries up by that part.
* A loop over one map deletes the visited keys from another map, which has a loop of its own in the same function.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mapleak.maps.model import KeyOrigin, Miss, Missed
from mapleak.maps.nodes import brief
from mapleak.maps.removal.key_sources import KeySources
from mapleak.maps.removal.tables import Done, Table, Tables
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts, KeyFact, MapRead

_BASIC = frozenset(
    {
        "bool", "byte", "complex128", "complex64", "float32", "float64", "int", "int16", "int32", "int64", "int8",
        "rune", "string", "uint", "uint16", "uint32", "uint64", "uint8", "uintptr",
    }
)  # fmt: skip
_ALIASES = {"byte": "uint8", "rune": "int32"}
_PLAIN = re.compile(r"[\w.]+")
_ANYTHING = frozenset({"any", "interface{}", ""})


def stored_keys(table: Table) -> tuple[KeyFact, ...]:
    """The keys of all insertions into a map; none when one of them is not known."""
    keys = tuple(done.site.op.key for done in table.inserts)
    return () if None in keys else tuple(key for key in keys if key is not None)


def other_key(
    tables: Tables, sources: KeySources, table: Table, keys: Sequence[KeyFact], removal: Done
) -> Missed | None:
    """Why the key of a removal is none of the ``keys`` that the insertions use, where that can be said."""
    deleted = removal.site.op.key
    if deleted is None or deleted.origin == KeyOrigin.SAME_MAP.value or not keys:
        return None
    if all(_never_equal(table, key, deleted) for key in keys):
        reason = f"it is given a key of type {deleted.type}, the keys stored are of type {keys[0].type}"
        return Missed(Miss.OTHER_KEY, removal.operation.location, reason, Certainty.SURE)
    if all(_other_field(table, key, deleted) for key in keys):
        reason = f"it is given '{deleted.text}', the entries are stored under '{_source(keys[0])}'"
        return Missed(Miss.OTHER_KEY, removal.operation.location, reason, Certainty.LIKELY)
    if all(_is_part(sources.with_parts(key), deleted) for key in keys) and not _looked_up_by_part(
        tables, sources, table, deleted
    ):
        parts = "', '".join(sources.with_parts(keys[0]).parts)
        reason = f"it is given '{deleted.text}' alone, the entries are stored under a key made of '{parts}'"
        return Missed(Miss.OTHER_KEY, removal.operation.location, reason, Certainty.LIKELY)
    return None


def other_map(tables: Tables, table: Table) -> Iterator[Missed]:
    """The loops over a map that delete what they visit from another one by mistake."""
    for function, read in tables.reads.get(table.subject.node, ()):
        if read.form != "range" or not tables.context.reach(function.name).reachable:
            continue
        for sibling in tables.emptied_in(function, table):
            mistaken = _deletes_visited(sibling, function, read)
            if mistaken is not None and _has_own_loop(sibling, function, read):
                reason = (
                    f"{brief(function.name)} ranges over it and deletes the keys from {brief(sibling.map.name)}, "
                    "which it ranges over elsewhere"
                )
                yield Missed(Miss.OTHER_MAP, mistaken.operation.location, reason, Certainty.LIKELY)


def _never_equal(table: Table, stored: KeyFact, deleted: KeyFact) -> bool:
    """Whether two dynamic types differ; only predeclared types are told apart by their names."""
    if table.map.key not in _ANYTHING:
        return False
    one, other = (_ALIASES.get(key.type, key.type) for key in (stored, deleted))
    return one != other and one in _BASIC and other in _BASIC


def _other_field(table: Table, stored: KeyFact, deleted: KeyFact) -> bool:
    """Whether the deleted key is read out of a stored value, and is another field of what gave the stored key."""
    if not stored.path or not deleted.path or stored.parts or deleted.parts:
        return False
    held = table.map.value.lstrip("*").rpartition(".")[2]
    if not held or _owner(deleted.path[0]).rpartition(".")[2] != held:
        return False
    parted = {_owner(field): field for field in stored.path}
    for field in deleted.path:
        if _owner(field) in parted:
            return parted[_owner(field)] != field
    return False


def _owner(field: str) -> str:
    return field.rpartition(".")[0]


def _is_part(stored: KeyFact, deleted: KeyFact) -> bool:
    """Whether the deleted key bears the name of one of several parts of the stored one."""
    if len(stored.parts) < 2 or deleted.parts or deleted.origin not in ("parameter", "field", "call", "element"):
        return False
    if not _PLAIN.fullmatch(deleted.text):
        return False
    return _last_name(deleted.text) in {_last_name(part) for part in stored.parts}


def _last_name(text: str) -> str:
    return text.rpartition(".")[2].lower()


def _looked_up_by_part(tables: Tables, sources: KeySources, table: Table, deleted: KeyFact) -> bool:
    """Whether the deleted key is a whole one after all: entries are looked up by it, or a caller combines it."""
    for _, read in tables.reads.get(table.subject.node, ()):
        if read.key is not None and not read.key.parts and _last_name(read.key.text) == _last_name(deleted.text):
            return True
    return any(argument is None or argument.parts for argument in sources.arguments(deleted.node))


def _source(key: KeyFact) -> str:
    return key.detail if key.path and key.detail else key.text


def _deletes_visited(sibling: Table, function: FunctionFacts, loop: MapRead) -> Done | None:
    """The removal from ``sibling``, inside a loop over another map, of the key that the loop visits."""
    for done in sibling.removes:
        key = done.site.op.key
        inside = done.function is function and loop.pos <= done.site.op.pos < loop.end
        if inside and key is not None and key.origin == KeyOrigin.OTHER_MAP.value and key.node == loop.node:
            return done
    return None


def _has_own_loop(sibling: Table, function: FunctionFacts, loop: MapRead) -> bool:
    """Whether the function ranges over ``sibling`` elsewhere and deletes from it there."""
    return any(
        done.function is function
        and not loop.pos <= done.site.op.pos < loop.end
        and done.site.op.key is not None
        and done.site.op.key.origin == KeyOrigin.SAME_MAP.value
        for done in sibling.removes
    )
