"""Keys that the removing function has spoilt, or takes for the one that it knows the entry by.

* *Spent*: it deletes under a field of an object (``delete(s.conns, w.conn)``), one of whose methods it has called
  before, and the method sets this field to nil or to a constant (``w.Close()``): the key is gone by then, unless a
  call in between that is given something may have filled the field anew.
* *Mixed up*: it looks the entry up under a key that a function makes of several values, as everything does that stores
  one, and deletes under one of these values alone. Whatever else removes: what is meant to go here stays.
"""

from __future__ import annotations

from mapleak.maps.context import Context
from mapleak.maps.model import Miss, Missed
from mapleak.maps.nodes import brief
from mapleak.maps.removal.key_sources import KeySources
from mapleak.maps.removal.missed_ways import on_different_ways
from mapleak.maps.removal.tables import Done, Table, Tables
from mapleak.model import Certainty
from mapleak.resolve.model import CallFact, FunctionFacts, KeyFact

_FILLS_NOTHING = ("fmt.", "log.", "(*log.", "(*sync.", "sync/atomic.")


def spent(context: Context, done: Done) -> Missed | None:
    """Why the key of a removal is none any more, where a call before it has put something else in its place."""
    function, key = done.function, done.site.op.key
    if key is None or key.origin != "field" or not key.node:
        return None
    holder, _, name = key.text.rpartition(".")
    if not holder or key.node.rpartition(".")[2] != name or any(field == key.node for field, _ in function.stores):
        return None
    last = None
    for call in function.calls:
        if call.end > done.site.op.pos:
            continue
        if _is_method_of(context, call, holder, key.node):
            stored = _stored_by(context, call, key.node)
            if stored and not on_different_ways(function, call.pos, done.site.op.pos):
                last = call if all(value.origin == "constant" for value in stored) else None
        elif call.args and not call.callee.startswith(_FILLS_NOTHING):
            last = None  # it may be given the object, and fill it anew
    if last is None:
        return None
    reason = f"it is given '{key.text}', which {brief(last.callee)} has set to nil or a constant before"
    return Missed(Miss.OTHER_KEY, done.operation.location, reason, Certainty.LIKELY)


def mixed_up(tables: Tables, sources: KeySources, table: Table, done: Done) -> Missed | None:
    """Why the key of a removal is not the one that its function has looked the entry up under."""
    function, op = done.function, done.site.op
    if op.key is None or not op.key.node or op.key.parts or op.key.callee:
        return None
    for reader, read in tables.reads.get(table.subject.node, ()):
        if reader is not function or read.key is None or read.pos > op.pos or not read.key.callee:
            continue
        call = _call_of(function, read.key)
        if call is None or not _is_one_of_several(op.key, call) or on_different_ways(function, read.pos, op.pos):
            continue
        if _under(tables, table, function, op.key) or not _all_made_by(sources, table, read.key.callee):
            continue
        maker = brief(read.key.callee)
        reason = (
            f"{brief(function.name)} looks the entry up under '{read.key.text}', which {maker} makes of "
            f"'{op.key.text}' and more, and deletes '{op.key.text}'"
        )
        return Missed(Miss.MIXED_UP, done.operation.location, reason, Certainty.LIKELY)
    return None


# --- spent ------------------------------------------------------------------------------------


def _is_method_of(context: Context, call: CallFact, holder: str, field: str) -> bool:
    """Whether a call is one of a method of what is called ``holder``, a value of the type that has the field."""
    if call.mode != "static" or call.how != "call" or _last_name(call.receiver) != _last_name(holder):
        return False
    owner = field.rpartition(".")[0]
    return any(variant.receiver_type == owner for variant in context.graph.functions.get(call.callee, ()))


def _stored_by(context: Context, call: CallFact, field: str) -> list[KeyFact]:
    variants = context.graph.functions.get(call.callee, ())
    return [value for variant in variants for name, value in variant.stores if name == field]


def _last_name(node: str) -> str:
    return node.rpartition(".")[2].partition("#")[0]


# --- mixed up ---------------------------------------------------------------------------------


def _call_of(function: FunctionFacts, key: KeyFact) -> CallFact | None:
    """The call whose result a key is, where the function itself makes it."""
    return next((call for call in function.calls if f"call@{function.file}:{call.end}$r0" == key.node), None)


def _is_one_of_several(key: KeyFact, call: CallFact) -> bool:
    """Whether a call is given ``key`` and something else that is no constant."""
    varying = [given.node for given in call.arg_keys if given is not None and given.origin != "constant"]
    return key.node in varying and len(set(varying)) > 1


def _under(tables: Tables, table: Table, function: FunctionFacts, key: KeyFact) -> bool:
    """Whether the function looks entries up, or stores them, under ``key`` itself, too."""
    reads = (read.key for reader, read in tables.reads.get(table.subject.node, ()) if reader is function)
    stored = (insert.site.op.key for insert in table.inserts if insert.function is function)
    return any(other is not None and other.node == key.node for other in (*reads, *stored))


def _all_made_by(sources: KeySources, table: Table, maker: str) -> bool:
    """Whether all keys stored in a map are results of ``maker``."""
    return bool(table.inserts) and all(sources.makers(insert.site.op.key) == {maker} for insert in table.inserts)
