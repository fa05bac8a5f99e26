"""Whose map a function uses: that of an object which it has just made itself, or of one that was there before."""

from __future__ import annotations

from mapleak.program.scope import Scope
from mapleak.resolve.origins import Origin
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.types import Pointer

_COME_BY = frozenset(("element", "call", "field", "parameter"))


def whose(e: ast.Expr, scope: Scope, function: str) -> str:
    """For the field of a local variable of ``function``: ``new`` where the variable only ever had what the function
    made, ``found`` where it is a pointer to what the function has looked up, been given or asked for; else ""."""
    if not isinstance(e, ast.Selector):
        return ""
    variable = variable_of(e, scope)
    if variable is None or variable.function != function or not isinstance(variable.origin, Origin):
        return ""
    origin = variable.origin.origin
    if origin == "fresh" and isinstance(e.x, ast.Name):
        return "new"
    return "found" if origin in _COME_BY and isinstance(variable.type, Pointer) else ""


def variable_of(e: ast.Expr, scope: Scope) -> Variable | None:
    """The variable that an expression begins with: ``s`` of ``s.peers[id].routes``."""
    while isinstance(e, ast.Selector | ast.Index | ast.Star):
        e = e.x
    found = scope.lookup(e.name) if isinstance(e, ast.Name) else None
    return found if isinstance(found, Variable) else None
