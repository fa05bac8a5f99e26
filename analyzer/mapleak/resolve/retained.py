"""Copies of a struct that are kept, and keep its maps, when the original lets go of them afterwards.

``last = *batch; batch.items = nil``: the map is still reachable through ``last``. Places that keep a copy are variables
of the package, fields, elements of those, and slices that it is appended to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mapleak.program.scope import Scope
from mapleak.resolve.model import MapOp
from mapleak.resolve.sharing_facts import KeptCopy
from mapleak.resolve.spell import spell
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.lookup import select
from mapleak.types.types import Pointer, Type


class Keeping(NamedTuple):
    """A copy of ``source`` that is put into ``place``: a package variable, or a field by its node."""

    source: str
    place: str
    text: str
    pos: int
    end: int
    fields: dict[str, str]


def appended(source: ast.Expr) -> tuple[ast.Expr, ...]:
    """The single values that a call of append adds."""
    match source:
        case ast.Call(fun=ast.Name(name="append"), args=args) if not source.spread:
            return args[1:]
    return ()


def place_of(target: ast.Expr, scope: Scope) -> str:
    """The package variable or field that an assignment target is, or is stored in; "" for everything else."""
    while isinstance(target, ast.Index | ast.Star):
        target = target.x
    if isinstance(target, ast.Name):
        found = scope.lookup(target.name)
        return found.node if isinstance(found, Variable) and not found.function else ""
    if isinstance(target, ast.Selector) and isinstance(target.x, ast.Name):
        found = scope.lookup(target.x.name)
        t: Type | None = found.type if isinstance(found, Variable) else None
        selection = select(t, target.name, scope.file.package.path) if t is not None else None
        shared = isinstance(found, Variable) and (not found.function or isinstance(t, Pointer))
        return f"{selection.owner}.{target.name}" if shared and selection is not None and selection.field else ""
    return ""


def kept_copies(kept: Sequence[Keeping], ops: Sequence[MapOp]) -> Iterator[KeptCopy]:
    """The kept copies whose original gets another map, or none, later in the function."""
    for keeping in kept:
        original = keeping.source.lstrip("*").strip("()")
        for field, node in keeping.fields.items():
            reset = next(
                (
                    op
                    for op in ops
                    if op.effect == "reset" and op.pos > keeping.pos and op.text == f"{original}.{field}"
                ),
                None,
            )
            if node and reset is not None:
                yield KeptCopy(
                    node, field, keeping.source, keeping.place, keeping.text, keeping.pos, keeping.end, reset.pos,
                    reset.end,
                )  # fmt: skip


def keeping_of(
    target: ast.Expr, source: ast.Expr, fields: dict[str, str], scope: Scope, at: ast.Node
) -> Keeping | None:
    """A copy of a whole struct that an assignment keeps beyond the call; None for all others."""
    place = place_of(target, scope)
    if not place or not isinstance(source, ast.Star | ast.Selector | ast.Name):
        return None
    return Keeping(spell(source), place, spell(target), at.pos, at.end, fields)
