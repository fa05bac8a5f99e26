"""Counts that a program keeps beside a map, in place of its length: the heuristic ``cap-by-counter``.

``if c.used >= c.limit { return }; c.used++; c.m[k] = v`` bounds ``c.m`` as ``len(c.m) >= c.limit`` would. What counts
is a field or package variable that the function counts up, and compares with a constant or with something that is
called a limit; with anything else it may be a sequence number as well.
"""

from __future__ import annotations

import re

from msgspec import structs

from mapleak.program.expressions import Evaluator
from mapleak.program.scope import Scope
from mapleak.program.values import Value
from mapleak.resolve.model import MapOp
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.lookup import Selection

LIMITED = "limit:"
"""Beginning of the guard that names what is compared with a limit around an operation."""

LIMIT_WORDS = frozenset({"bound", "budget", "cap", "capacity", "limit", "max", "maximum", "quota", "size", "threshold"})
"""What limits are called, as the first or the last word of their names."""

_ATOMIC_LOADS = re.compile(r"(?:Load|Add)(?:U?[Ii]nt(?:32|64))?")
_ATOMIC_ADDS = re.compile(r"sync/atomic\.Add\w+|\(\*sync/atomic\.U?[Ii]nt(?:32|64)\)\.Add")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def counted_by(callee: str, function: Value, args: tuple[Value, ...]) -> str:
    """The node that a call of package sync/atomic adds to, "" for every other call."""
    if _ATOMIC_ADDS.fullmatch(callee) is None:
        return ""
    return function.receiver if callee.startswith("(") else args[0].node if args else ""


def counter_in(e: ast.Expr, scope: Scope, evaluator: Evaluator) -> str:
    """The node of the field or package variable whose number an expression is, "" for everything else."""
    match e:
        case ast.Call(fun=ast.Selector(x=_, name=name), args=(ast.Unary(op="&", x=x), *_)) if _is_load(name):
            return evaluator.expr(x, scope).node
        case ast.Call(fun=ast.Selector(x=x, name=name)) if _is_load(name):
            return evaluator.expr(x, scope).node
        case ast.Name() | ast.Selector():
            value = evaluator.expr(e, scope)
            outer = isinstance(value.denotes, Selection) or (
                isinstance(value.denotes, Variable) and not value.denotes.function
            )
            return value.node if outer else ""
    return ""


def is_limit(e: ast.Expr, value: Value) -> bool:
    """Whether something that is compared with a count is a limit: a constant that is not zero, or by its name."""
    if value.mode == "constant":
        return not (isinstance(e, ast.BasicLit) and e.text == "0")
    while isinstance(e, ast.Call) and e.args:  # int64(c.limit)
        e = e.args[0]
    name = e.name if isinstance(e, ast.Name | ast.Selector) else ""
    found = [word.lower() for word in _WORD.findall(name)]
    return bool(found) and not LIMIT_WORDS.isdisjoint((found[0], found[-1]))


def with_caps(ops: list[MapOp], counted: set[str]) -> tuple[MapOp, ...]:
    """The operations of a function; those behind a limit on what the function counts are behind a check of the size."""
    return tuple(_capped(op, counted) if any(g.startswith(LIMITED) for g in op.guards) else op for op in ops)


def _capped(op: MapOp, counted: set[str]) -> MapOp:
    limits = {guard.removeprefix(LIMITED) for guard in op.guards if guard.startswith(LIMITED)}
    found = {guard for guard in op.guards if not guard.startswith(LIMITED)}
    if limits & counted:
        found.add("size")
    return structs.replace(op, guards=tuple(sorted(found)))


def _is_load(name: str) -> bool:
    return _ATOMIC_LOADS.fullmatch(name) is not None
