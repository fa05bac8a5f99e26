"""Conditions that ask whether to stop."""

from __future__ import annotations

from collections.abc import Sequence

from mapleak.resolve.known import STOP_FLAGS
from mapleak.resolve.model import CallFact
from mapleak.syntax import ast


def asks_for_a_stop(condition: ast.Expr, calls: Sequence[CallFact]) -> bool:
    """Heuristic ``asks-for-a-stop``: whether a condition only asks if another goroutine says that it is time to stop.

    ``for ctx.Err() == nil``, ``if closed.Load()``: the work of a loop does not bring it to such an end. ``calls`` are
    those of the condition.
    """
    if isinstance(condition, ast.Unary) and condition.op == "!":
        condition = condition.x
    if isinstance(condition, ast.Binary) and condition.op in ("==", "!="):
        condition = condition.x
    if not isinstance(condition, ast.Call) or len(calls) != 1:
        return False
    (call,) = calls
    return call.callee in STOP_FLAGS or (call.callee == "context.Context" and call.method == "Err")
