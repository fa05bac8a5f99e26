"""What ``Compute`` of a concurrent map does: the function that it is given says so, with each of its return statements.

``m.Compute(key, func(old V, loaded bool) (V, bool) { … })`` of xsync stores the first result under the key, or deletes
the key where the second one is true (or, in later versions, ``xsync.DeleteOp``; ``xsync.CancelOp`` does nothing). What
gives back the old value, or what it was given, adds nothing. Of another function than a literal it is only known that
it may store.
"""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.resolve.kept import parts_of
from mapleak.syntax import ast

COMPUTE = "Compute"

_DELETES = frozenset({"true", "DeleteOp"})
_DOES_NOT = frozenset({"false", "UpdateOp"})
_LEAVES = frozenset({"CancelOp"})


def effects(args: tuple[ast.Expr, ...]) -> tuple[str, ...]:
    """What a call of Compute with these arguments may do: ``insert``, ``remove``, both or nothing."""
    literal = args[-1] if args else None
    if not isinstance(literal, ast.FuncLit) or not literal.type.params:
        return ("insert",)
    found: set[str] = set()
    for results in _returns(literal.body):
        found |= _effects_of(results, literal.type.params[0].name)
    return tuple(sorted(found))


def _effects_of(results: tuple[ast.Expr, ...], old: str) -> set[str]:
    if len(results) != 2:  # named results, or those of a call
        return {"insert", "remove"}
    value, decision = results
    word = decision.name if isinstance(decision, ast.Name | ast.Selector) else ""
    if word in _LEAVES:
        return set()
    keeps = isinstance(value, ast.Name) and value.name == old
    stores = set() if word in _DELETES or keeps else {"insert"}
    return stores if word in _DOES_NOT else {*stores, "remove"}


def _returns(node: object) -> Iterator[tuple[ast.Expr, ...]]:
    """The results of the return statements of a function's own body."""
    if isinstance(node, ast.Return):
        yield node.results
    elif not isinstance(node, ast.FuncLit):
        for part in parts_of(node):
            yield from _returns(part)
