"""Removals that code outside the tree may do: calls that hand a map to a function which nobody has read.

Heuristics: ``named-removal``, a function that is called like a removal (``generics.MustDelete``, ``set.Pop``) takes out
of the map it is handed; ``key-handed-along``, so may one that gets the map together with a key of its type, unless it
is called like what looks up or stores. What else gets a map mostly reads it (mapleak.maps.handed).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from mapleak.callgraph.bindings import parameter_list
from mapleak.maps.census import Subject
from mapleak.maps.context import Context
from mapleak.maps.knowledge import reads_only, words
from mapleak.maps.model import UnreadRemoval
from mapleak.model import Location
from mapleak.resolve.model import CallFact, FunctionFacts, KeyFact

_REMOVING = frozenset(
    {
        "clear", "delete", "discard", "drop", "erase", "evict", "expire", "forget", "pop", "prune", "purge", "reap",
        "remove", "sweep", "take", "trim", "unset",
    }
)  # fmt: skip
"""Words of a function's name that say it takes entries out."""

_KEEPING = frozenset(
    {
        "add", "append", "contains", "exists", "find", "get", "has", "in", "index", "insert", "load", "lookup", "or",
        "put", "read", "register", "save", "set", "store", "upsert", "value", "write",
    }
)  # fmt: skip
"""Words that say it looks an entry up or stores one."""


_PACKAGE = re.compile(r"[\w./-]+\.")
"""What stands before the name of a type: an import path in canonical signatures, a package's name as users write it."""


class _Call(msgspec.Struct, frozen=True):
    function: str
    location: Location
    removes: bool  # by its name
    keys: frozenset[str]  # types of the values that it is handed as well, as far as they are known


Unread = Mapping[str, tuple[_Call, ...]]
"""By node of what is handed over."""


def find_unread(context: Context) -> Unread:
    """The calls that run, outside tests, of functions outside the tree which may take out of what they are handed."""
    found: dict[str, list[_Call]] = defaultdict(list)
    for function in context.resolved.functions:
        if context.is_test(function.file):
            continue
        for call in function.calls:
            if any(call.args) and _is_unread(context, call) and (known := _call(context, function, call)) is not None:
                for node in call.args:
                    if node:
                        found[node].append(known)
    return {node: tuple(calls) for node, calls in found.items()}


def _is_unread(context: Context, call: CallFact) -> bool:
    if call.mode == "static":
        return call.callee not in context.graph.functions and not reads_only(call.callee)
    return call.mode == "unknown"


def _call(context: Context, function: FunctionFacts, call: CallFact) -> _Call | None:
    name = call.method or call.callee
    named = frozenset(words(name))
    removes = bool(named & _REMOVING)
    if named & _KEEPING and not removes:
        return None
    if not context.reach(function.name).reachable or context.runs_once(function, call.pos):
        return None
    keys = frozenset(filter(None, (_type_of(context, fact) for fact in call.arg_keys if fact is not None)))
    return _Call(name, context.location(function.file, call.pos, call.end), removes, keys)


def _type_of(context: Context, fact: KeyFact) -> str:
    """The type of what is handed along: of a parameter its function tells it, of other values it may be known."""
    owner, _, number = fact.node.rpartition("$p")
    if owner and number.isdigit():
        for variant in context.graph.functions.get(owner, ()):
            types = parameter_list(variant.signature) or []
            if int(number) < len(types):
                return _without_package(types[int(number)])
    return _without_package(fact.type)


def _without_package(type_name: str) -> str:
    return _PACKAGE.sub("", type_name)


def unread_removal(unread: Unread, subject: Subject, key_type: str) -> UnreadRemoval | None:
    """The first call that may take single entries out of a map, of those that say so by name before the others."""
    calls = [call for alias in subject.aliases for call in unread.get(alias, ())]
    key = _without_package(key_type)
    chosen = _first(call for call in calls if call.removes) or _first(call for call in calls if key in call.keys)
    return UnreadRemoval(chosen.function, chosen.location, chosen.removes) if chosen is not None else None


def _first(calls: Iterable[_Call]) -> _Call | None:
    return min(calls, key=lambda call: call.location, default=None)
