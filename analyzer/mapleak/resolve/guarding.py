"""What the conditions around an operation leave of it: which of them concern its map, and what they say of its key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec import structs

from mapleak.resolve.counters import LIMITED
from mapleak.resolve.model import ASKED, KeyFact
from mapleak.resolve.spell import spell
from mapleak.syntax import ast

_FEW = ("constant", "enum", "type", "same-map")
_OF_NO_MAP = ("listed", "limit", "first")

WITH_FIRST = "with the first "
"""Guard of an operation, before the node of a field of the same object that is known to hold nothing and gets its value
there: ``if c.sub == nil { c.sub = s; c.m = make(…) }``."""

OF_ELEMENT = "of an element"
"""Key of a limit on what is counted in the value stored under one key: ``if e := c.m[k]; e.fails > c.maxFails``."""


class Guard(NamedTuple):
    """Something that is known to hold around an operation: kind, the map's node, and a key's text or ""."""

    kind: str
    node: str
    key: str


def guards_for(guards: Sequence[Guard], node: str, key: KeyFact | None, limited: Iterable[str]) -> set[str]:
    """The guards of an operation on the map ``node``; ``limited`` are counters that were limited before it."""
    found = {
        g.kind
        for g in guards
        if g.node == node
        and g.kind not in _OF_NO_MAP
        and (not g.key or g.kind == "ranging" or (key is not None and g.key == key.text))
    }
    found.update(f"{ASKED}{g.key}" for g in guards if g.kind == "asked")
    found.update(g.kind for g in guards if g.kind == "off")
    found.update(f"{WITH_FIRST}{g.node}" for g in guards if g.kind == "first" and _beside(g.node, node))
    found.update(f"{LIMITED}{g.node}" for g in guards if g.kind == "limit" and _concerns(g, node))
    found.update(f"{LIMITED}{counter}" for counter in limited)
    return found


def _beside(one: str, other: str) -> bool:
    """Whether two nodes are different fields of one type."""
    return one != other and one.rpartition(".")[0] == other.rpartition(".")[0]


def _concerns(limit: Guard, node: str) -> bool:
    """Whether a limit may be on the size of the map ``node``: what an element counts is the size of its own maps."""
    return limit.key != OF_ELEMENT or limit.node.rpartition(".")[0] == node.rpartition(".")[0]


def present(guards: Sequence[Guard], arguments: Sequence[ast.Expr]) -> tuple[tuple[int, str], ...]:
    """Which arguments are known to be keys of a map where they are handed over: the position, the map's node."""
    known = {guard.key: guard.node for guard in guards if guard.kind == "present" and guard.node and guard.key}
    if not known:
        return ()
    return tuple((index, known[text]) for index, e in enumerate(arguments) if (text := spell(e)) in known)


def narrowed(guards: Sequence[Guard], fact: KeyFact, text: str, node: str = "") -> KeyFact:
    """A key of the map ``node``, or an argument, that is written ``text``: a listed constant, a key of another map."""
    if fact.origin in _FEW:
        return fact
    for guard in guards:
        if guard.key != text:
            continue
        if guard.kind == "listed":
            return structs.replace(fact, origin="enum", detail="compared with constants", node="", sources=())
        if node and guard.kind == "present" and guard.node and guard.node != node:
            detail = f"a key of {guard.node}"
            return structs.replace(fact, origin="other-map", detail=detail, node=guard.node)
    return fact
