"""Simple statements, go and defer, and statements that leave a block."""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.program.operators import spread_results
from mapleak.program.values import Value
from mapleak.resolve.assignments import insert
from mapleak.resolve.body import Body
from mapleak.resolve.known import NEVER_RETURN
from mapleak.resolve.origins import UNKNOWN_ORIGIN, Origin, callee_name
from mapleak.resolve.spell import spell
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.lookup import Selection
from mapleak.types.types import Array, Basic, Struct, Tuple, Type, underlying
from mapleak.types.universe import BOOL


def expression(body: Body, s: ast.ExprStmt) -> None:
    value = body.expr(s.x)
    if isinstance(s.x, ast.Unary) and s.x.op == "<-":
        body.timeline.joined()
    if isinstance(s.x, ast.Call):
        builtin = isinstance(s.x.fun, ast.Name) and s.x.fun.name == "panic"
        callee = callee_name(value.operand.denotes) if value.operand is not None else ""
        if builtin or callee in NEVER_RETURN:
            body.timeline.leave_function()
            body.recorder.ways.leave("panic", s.pos)


def send(body: Body, s: ast.Send) -> None:
    channel = body.expr(s.channel)
    value = body.expr(s.value)
    body.recorder.cuts.sent(s.value, body.scope, body.recorder.loop_depth)
    alone = isinstance(s.value, ast.Call) or isinstance(underlying(value.type), Basic)  # a result, no map of before
    needs = body.recorder.channels.sent(s.channel, channel.node)
    text = f"send to {spell(s.channel)}"
    since = s.value.end if alone else s.pos
    body.timeline.wait(s.pos, s.value.pos, text, channel.node, needs=needs, since=since)
    body.timeline.signal(channel.node)
    body.recorder.locking.passes("send", channel.node, s)
    if channel.node:
        body.recorder.flow(f"{channel.node}[]", value)


def increment(body: Body, s: ast.IncDec) -> None:
    if isinstance(s.x, ast.Index):
        insert(body, s.x, "inc_dec", s, None)
        return
    value = body.expr(s.x)
    denotes = value.denotes
    body.recorder.counted.update([value.node] if s.op == "++" else [])
    if isinstance(denotes, Selection) and s.op == "++":
        body.recorder.stored_from(value.node, Origin("counter", spell(s.x)))
    if isinstance(denotes, Variable) and denotes.function and denotes not in body.counter_of_loop:
        denotes.origin = Origin("counter", spell(s.x), value.node)


def go(body: Body, s: ast.Go) -> None:
    if isinstance(s.call, ast.Call):
        before = len(body.recorder.calls)
        body.evaluator.call(s.call, body.scope, "go")
        body.recorder.started(s, s.call, before)


def defer(body: Body, s: ast.Defer) -> None:
    if isinstance(s.call, ast.Call):
        before = len(body.timeline.uses)
        body.recorder.stops.deferring += 1
        body.evaluator.call(s.call, body.scope, "defer")
        body.recorder.stops.deferring -= 1
        body.timeline.postpone(before)


def return_statement(body: Body, s: ast.Return) -> None:
    values = _returned(body, s.results)
    body.recorder.cuts.returned(s, s.results, body.scope, body.recorder.loop_depth)
    for e in s.results:
        if isinstance(e, ast.Binary):
            body.conditions.of(e, body.scope)  # return len(m) >= max
    if len(values) == 1 and isinstance(values[0].type, Tuple):
        values = list(spread_results(values[0]))
    for node, value in zip(body.result_nodes, values, strict=False):
        body.recorder.flow(node, value)
    if s.results and values:  # none: a call of what returns nothing, where build constraints tell two functions apart
        body.recorder.floats.returned(s.results[0], values[0], body.scope)
    for i, origin in _origins_of(body, s, values):
        body.recorder.returned.setdefault(i, []).append(origin)
    body.timeline.leave_function()
    body.recorder.ways.leave("return", s.pos, s.results)


def _returned(body: Body, results: tuple[ast.Expr, ...]) -> list[Value]:
    """The results of a return. Heuristic ``zero-beside-error``: an empty struct that is returned next to an error, or
    to false, is there because something has to be; nothing is made."""
    fails = len(results) > 1 and _is_failure(results[-1])
    values = []
    for e in results:
        empty = fails and isinstance(e, ast.Composite) and not e.elements and not e.omitted
        made = dict(body.recorder.made_types) if empty else {}
        values.append(body.expr(e))
        if empty:
            body.recorder.made_types = made
    return values


def _is_failure(result: ast.Expr) -> bool:
    match result:
        case ast.Name(name=name) | ast.Selector(name=name):
            return name == "false" or name.lower().startswith("err")
        case ast.Call():
            return True
    return False


def _origins_of(body: Body, s: ast.Return, values: list[Value]) -> Iterator[tuple[int, Origin]]:
    """Where the results that may become keys come from, by position."""
    origins = body.recorder.origins
    if not s.results:
        for i, variable in body.recorder.named_results.items():
            if i == 0 or _may_be_a_key(variable.type):
                yield i, variable.origin if isinstance(variable.origin, Origin) else UNKNOWN_ORIGIN
        return
    for i, value in enumerate(values):
        if i == 0:
            yield i, origins.of(s.results[0], value)
        elif _may_be_a_key(value.type):
            call = s.results[0]
            if len(s.results) == len(values):
                yield i, origins.of(s.results[i], value)
            elif isinstance(call, ast.Call):
                yield i, origins.result(call, value)


def _may_be_a_key(t: Type) -> bool:
    """Whether a result behind the first may become a key: a text, a number, a struct or array of them."""
    shape = underlying(t)
    return shape is not BOOL and isinstance(shape, Basic | Struct | Array)


def branch(body: Body, s: ast.Branch) -> None:
    match s.keyword:
        case "break":
            body.timeline.leave_by_break(s.label)
        case "continue":
            body.timeline.leave_by_continue(s.label)
        case "goto":
            body.timeline.leave_by_goto(s.label, s.end)


def labeled(body: Body, s: ast.Labeled) -> None:
    body.timeline.label(s.label, s.pos)
    if isinstance(s.stmt, ast.For | ast.Range | ast.Switch | ast.TypeSwitch | ast.Select):
        body.label = s.label
    body.statement(s.stmt)
