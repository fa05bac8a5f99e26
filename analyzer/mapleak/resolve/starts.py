"""Statements and calls that start goroutines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mapleak.program.values import Literal, Value
from mapleak.resolve.model import Flow, GoFact
from mapleak.resolve.shapes import map_shape
from mapleak.resolve.stops import Stops
from mapleak.resolve.timeline import Timeline
from mapleak.syntax import ast
from mapleak.types.declared import Variable


class PendingGo(NamedTuple):
    """A statement or call that starts a goroutine; whether it is waited for is known at the end of the function."""

    at: ast.Node
    call: int
    closure_pos: int
    signals: frozenset[str]
    captured: tuple[str, ...]
    passed: tuple[str, ...]
    loop_depth: int
    awaits: frozenset[str]  # channels that the goroutine is handed, or its literal waits for
    loop: tuple[int, int]  # number and offset of the innermost loop around it


def pending(
    at: ast.Node,
    call: int,
    fun: ast.Expr,
    args: tuple[Value, ...],
    captured: tuple[str, ...],
    timeline: Timeline | None,
    loops: tuple[int, tuple[int, int]],
) -> PendingGo:
    """The statement ``at``, which runs ``fun`` with ``args``; ``captured`` and ``timeline`` are those of a literal.

    ``loops`` says how many loops there are around it, and number and offset of the innermost.
    """
    handed = [a.node for a in args if a.node]
    own, waits = (timeline.signals, timeline.waits) if timeline is not None else ((), ())
    passed = tuple(a.node for a in args if a.node and map_shape(a.type) is not None)
    closure_pos = fun.pos if isinstance(fun, ast.FuncLit) else -1
    signals, awaits = frozenset((*handed, *own)), frozenset((*handed, *(wait.subject for wait in waits)))
    return PendingGo(at, call, closure_pos, signals, captured, passed, loops[0], awaits, loops[1])


def literal_of(function: Value, flows: Iterable[Flow]) -> str:
    """The function literal that a value is, or that a local variable has as its only value; "" for none."""
    if isinstance(function.denotes, Literal):
        return function.denotes.name
    if not isinstance(function.denotes, Variable) or not function.denotes.function:
        return ""
    given = [flow.source for flow in flows if flow.target == function.node]
    return given[0].removeprefix("func:") if len(given) == 1 and given[0].startswith("func:") else ""


def go_facts(gos: Iterable[PendingGo], timeline: Timeline, stops: Stops) -> tuple[GoFact, ...]:
    """All go statements of a function, each with how that function waits for the goroutine, or stops it."""
    return tuple(_go_fact(g, timeline, stops) for g in gos)


def _go_fact(g: PendingGo, timeline: Timeline, stops: Stops) -> GoFact:
    waited, stopped = timeline.waits_for(g.signals, g.at.pos), stops.of(g.awaits, g.at.pos)
    alone = timeline.waits_each_turn(g.signals, g.at.pos, g.loop[0])
    loop_pos = -1 if alone else g.loop[1]
    next_wait = timeline.next_wait(g.at.end)
    return GoFact(
        g.at.pos, g.at.end, g.call, g.closure_pos, waited, g.captured, g.passed, g.loop_depth, stopped, loop_pos,
        next_wait,
    )  # fmt: skip
