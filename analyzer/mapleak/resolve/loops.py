"""For and range statements (Go spec, "For statements")."""

from __future__ import annotations

from mapleak.program.operators import element_type
from mapleak.program.values import Value
from mapleak.resolve.asking import asks_for_a_stop
from mapleak.resolve.assignments import flow_into, insert, store
from mapleak.resolve.body import Body
from mapleak.resolve.counting import begin_counting
from mapleak.resolve.guarding import Guard
from mapleak.resolve.kept import parts_of
from mapleak.resolve.known import TIMER_CHANNELS
from mapleak.resolve.model import CallFact, MapRead
from mapleak.resolve.origins import Origin, callee_name
from mapleak.resolve.paging import goes_through_pages
from mapleak.resolve.shapes import map_shape
from mapleak.resolve.spell import spell
from mapleak.resolve.visits import ITERATORS, map_node, visited_by
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.types import UNKNOWN, Chan, Map, Signature, Type, underlying
from mapleak.types.universe import BASIC, INT, STRING, default_type


def for_loop(body: Body, s: ast.For) -> None:
    label = body.take_label()
    body.in_new_scope(lambda: _for_inside(body, s, label))


def _for_inside(body: Body, s: ast.For, label: str) -> None:
    counters = len(body.counter_of_loop)
    if s.init is not None:
        body.statement(s.init)
        if s.cond is not None and isinstance(s.init, ast.Assign):
            _bind_counters(body, s.init, s.cond)
    endless = s.cond is None or (isinstance(s.cond, ast.Name) and s.cond.name == "true")
    if endless:
        begin_counting(s, body.scope)
    body.timeline.enter_loop(s.pos, s.end, label, condition=not endless or goes_through_pages(s))
    body.recorder.loop_depth += 1
    sizes = []
    if s.cond is not None:
        calls = len(body.recorder.calls)
        body.expr(s.cond)
        if asks_for_a_stop(s.cond, body.recorder.calls[calls:]) or _asks_its_select(s):
            body.timeline.stopped_by(spell(s.cond), told=True)
        elif _takes_the_next(s):
            body.timeline.stopped_by(spell(s.cond), told=False)
        sizes = body.conditions.of(s.cond, body.scope).then
    before = body.recorder.progress()
    body.block(s.body)
    if s.post is not None:
        body.statement(s.post)
    body.recorder.loop_depth -= 1
    body.timeline.leave_loop()
    body.recorder.note_eviction(sizes, before)
    del body.counter_of_loop[counters:]


def _takes_the_next(s: ast.For) -> bool:
    """Heuristic ``takes-the-next``: ``for m, ok := next(); ok; m, ok = next() {`` is a loop without a condition that
    takes something at the beginning of each turn, and is left when there is no more."""
    match s.init, s.cond, s.post:
        case ast.Assign(lhs=first, rhs=(ast.Call() | ast.Unary(op="<-") as call,)), ast.Name(name=name), ast.Assign(
            rhs=(again,)
        ):
            named = any(isinstance(target, ast.Name) and target.name == name for target in first)
            return named and spell(call) == spell(again)
    return False


def _asks_its_select(s: ast.For) -> bool:
    """Heuristic ``flag-of-a-select``: ``for !exit { select { case <-tick: case <-done: exit = true }; … }`` goes on as
    if the select returned; once more after it, at most."""
    match s.cond:
        case ast.Unary(op="!", x=ast.Name(name=flag)):
            return any(isinstance(stmt, ast.Select) and _sets(stmt, flag) for stmt in s.body.stmts)
    return False


def _sets(node: object, name: str) -> bool:
    if isinstance(node, ast.Assign) and any(isinstance(e, ast.Name) and e.name == name for e in node.lhs):
        return True
    return any(_sets(part, name) for part in parts_of(node))


def _bind_counters(body: Body, init: ast.Assign, condition: ast.Expr) -> None:
    """A loop counts from a constant up, or down to one; what it counts on from somewhere else comes from there."""
    down = isinstance(condition, ast.Binary) and condition.op in (">", ">=")
    for target in init.lhs:
        variable = body.scope.lookup(target.name) if isinstance(target, ast.Name) else None
        if isinstance(variable, Variable) and variable.function:
            origin = variable.origin
            if down or not isinstance(origin, Origin) or origin.origin == "constant":
                variable.origin = Origin("index", variable.name)
            body.counter_of_loop.append(variable)


def range_loop(body: Body, s: ast.Range) -> None:
    label = body.take_label()
    body.in_new_scope(lambda: _range_inside(body, s, label))


def _range_inside(body: Body, s: ast.Range, label: str) -> None:
    subject = body.expr(s.x)
    u = underlying(subject.type)
    cut = body.recorder.cuts.read(s.x, body.scope, body.recorder.loop_depth)
    if isinstance(u, Signature) and subject.node:
        _call_iterator(body, s.pos, subject)
    channel = isinstance(u, Chan)
    closable = needs = node = ""
    if channel:
        begin_counting(s, body.scope)
        needs = body.recorder.channels.ranged(s.x, subject.node)
    if channel and not _never_closed(s.x, subject):
        closable, node = spell(s.x), subject.node
    body.timeline.enter_loop(s.pos, s.end, label, condition=not channel, closable=closable, needs=needs, channel=node)
    body.recorder.loop_depth += 1
    if channel:
        body.timeline.wait(s.x.pos, s.x.end, f"receive from {spell(s.x)}", subject.node)
    is_map = map_shape(subject.type) is not None
    body.recorder.elements.compared(s.x, body.scope)
    if is_map:
        body.recorder.use(subject.node, subject.type, s.x)
        body.recorder.reads.append(MapRead("range", subject.node, s.pos, s.end, None, spell(s.x)))
        body.recorder.guards.append(Guard("ranging", subject.node, ""))
    live = s.x if isinstance(u, Map) else visited_by(s.x, _callee_of(subject))
    if live is not None:
        body.recorder.visits.enter(subject.node if live is s.x else map_node(live, body.scope), live, body.scope)
    calls = body.recorder.calls_of_tree
    _bind_range(body, s, subject, u)
    body.recorder.cuts.ranged(s, cut, body.scope)
    body.block(s.body)
    if live is not None:
        body.recorder.visits.leave(s, label, body.recorder.calls_of_tree > calls)
    if is_map:
        body.recorder.guards.pop()
    body.recorder.loop_depth -= 1
    body.timeline.leave_loop()


def _call_iterator(body: Body, pos: int, function: Value) -> None:
    """A range over a function calls it; that call stands where the statement's keyword does."""
    recorder = body.recorder
    recorder.calls_of_tree += 1
    end = pos + len("for")
    recorder.calls.append(CallFact("value", function.node, "", "call", pos, end, "", (), recorder.loop_depth))


def _bind_range(body: Body, s: ast.Range, subject: Value, u: Type) -> None:
    key_type, value_type = _range_types(u, subject.type)
    key_origin = Origin("index", spell(s.x))
    value_origin = body.recorder.origins.element(s.x, subject, spell(s.x), subject.node)
    if isinstance(u, Map):
        key_origin = Origin("other-map", spell(s.x), subject.node)
    elif isinstance(u, Chan):
        key_origin = Origin("element", f"received from {spell(s.x)}", subject.node)
    elif isinstance(u, Signature):
        key_origin = Origin("call", spell(s.x))
        live = visited_by(s.x, _callee_of(subject))
        if live is not None and "key" in ITERATORS[_callee_of(subject)]:
            key_origin = Origin("other-map", spell(live), map_node(live, body.scope))
    element = f"{subject.node}[]" if subject.node else ""
    key_node = element if isinstance(u, Chan) else ""
    for target, t, origin, node in (
        (s.key, key_type, key_origin, key_node),
        (s.value, value_type, value_origin, element),
    ):
        if target is None or (isinstance(target, ast.Name) and target.name == "_"):
            continue
        value = Value(t, node)
        if s.define and isinstance(target, ast.Name):
            variable = body.local(target.name, t, origin, target)
            body.scope.names[target.name] = variable
            body.recorder.copies.visited(variable, s.x, target, body.scope)
            body.recorder.floats.visited(variable, s.x, body.scope)
            flow_into(body, variable.node, t, value)
        elif isinstance(target, ast.Index):
            insert(body, target, "range_assign", target, value)
        else:
            store(body, target, value, None, target)


def _callee_of(subject: Value) -> str:
    """The function whose result an expression is, "" for all others."""
    return callee_name(subject.operand.denotes) if subject.operand is not None else ""


def _never_closed(e: ast.Expr, subject: Value) -> bool:
    """Channels of tickers and timers are never closed: a range over one has no end."""
    if subject.node in TIMER_CHANNELS:
        return True
    return (
        isinstance(e, ast.Call)
        and subject.operand is not None
        and (callee_name(subject.operand.denotes) in TIMER_CHANNELS)
    )


def _range_types(u: Type, subject: Type) -> tuple[Type, Type]:
    """Types of the iteration variables (Go spec, "For statements with range clause")."""
    match u:
        case Map():
            return u.key, u.value
        case Chan():
            return u.elem, UNKNOWN
        case Signature():
            yielded = underlying(u.params[0]) if u.params else UNKNOWN
            params = yielded.params if isinstance(yielded, Signature) else ()
            return (params[0] if params else UNKNOWN), (params[1] if len(params) > 1 else UNKNOWN)
    element = element_type(subject)
    if u is STRING or u.text == "untyped string":
        return INT, BASIC["int32"]
    return (INT, element) if element is not UNKNOWN else (default_type(subject), UNKNOWN)
