"""What a select waits for: the statements that have made it come about.

``ch := make(chan Answer); c.waiting[id] = ch; …; select { case a := <-ch: …; case <-ctx.Done(): … }`` waits for what
the second statement has put into a map. The channel of the receive is followed by names through the function, closures
included, to the variables that it comes from (``w.done``) or is part of (``w := &waiter{done: ch}``); the statements
that store one of these, hand one on in a call, or take one out of a call are those that the wait is about. Parameters
and receivers are not followed: what lives longer than the function has to do with everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from mapleak.resolve.kept import names_in, parts_of
from mapleak.resolve.spell import spell
from mapleak.resolve.way_facts import Arm, Awaited
from mapleak.syntax import ast

ERROR_NAME = re.compile(r"(?:\w+\.)*(?:err|\w*Err|err[A-Z]\w*)")
"""What variables and fields are called that hold errors."""

_SETS_CLOCK = ("NewTimer", ".After", "NewTicker", ".Tick")

_Statement = ast.Assign | ast.VarSpec | ast.ExprStmt


def awaited(block: ast.Block, received: Iterable[ast.Expr]) -> tuple[Awaited, ...]:
    """The statements in ``block`` that the channels ``received`` come from, or that they are given to.

    A channel that is the result of a call (``<-c.send(m)``) comes from there.
    """
    return _awaited(tuple(_statements(block)), received)


def abandoned(block: ast.Block, received: Iterable[ast.Expr], arm: Arm) -> tuple[Awaited, ...]:
    """Those of the statements that the failing ``arm``, left before anything is received, leaves behind.

    When an error is checked for, it may be that of the statement itself, or of the one that it is part of: then there
    is nothing to leave.
    """
    statements = tuple(_statements(block))
    errors = (s for s in statements if arm.failure == "error" and s.end <= arm.pos and _gives_error(s))
    failing = max(errors, key=lambda s: s.end, default=None)
    places = (place for place in _awaited(statements, received) if place.end <= arm.statement)
    return tuple(p for p in places if failing is None or not failing.pos <= p.pos < failing.end)


def _awaited(statements: Sequence[_Statement], received: Iterable[ast.Expr]) -> tuple[Awaited, ...]:
    received = tuple(received)
    found = {(e.pos, e.end, False) for e in received if isinstance(e, ast.Call)}
    local = {name for statement in statements for name in _defined(statement)}
    names = {name for e in received if _root(e) in local for name in (_root(e), spell(e))}
    while names:
        seen = set(names)
        for statement in statements:
            related, given, taken = _related(statement, names)
            names |= related & local
            if given or taken:
                found.add((statement.pos, statement.end, given))
        if seen == names:
            break
    return tuple(Awaited(*place) for place in sorted(found))


def handed_out(block: ast.Block, results: Iterable[ast.Expr]) -> list[ast.Expr]:
    """Those of ``results``, arguments included, that are channels made in ``block`` or structs that are given one."""
    statements = tuple(_statements(block))
    found: set[str] = set()
    while True:
        holding = {name for s in statements for name, value in _given(s) if _holds(value, found)}
        if holding <= found:
            return [
                part for e in results for part in (e.args if isinstance(e, ast.Call) else (e,)) if _root(part) in found
            ]
        found |= holding


def clocks(block: ast.Block) -> frozenset[str]:
    """The variables in ``block`` that are timers, or channels of timers."""
    given = (pair for statement in _statements(block) for pair in _given(statement))
    return frozenset(
        name for name, value in given if isinstance(value, ast.Call) and spell(value.fun).endswith(_SETS_CLOCK)
    )


def receives(comm: ast.Stmt | None) -> ast.Expr | None:
    """The channel that a clause of a select receives from, None for another clause."""
    match comm:
        case ast.ExprStmt(x=ast.Unary(op="<-", x=channel)) | ast.Assign(rhs=(ast.Unary(op="<-", x=channel),)):
            return channel
    return None


def _statements(node: object) -> Iterator[_Statement]:
    """The simple statements inside a part of the syntax tree; what a clause of a select receives is none."""
    if isinstance(node, ast.Assign | ast.VarSpec | ast.ExprStmt):
        yield node
    if isinstance(node, ast.CommClause):
        node = node.body
    for part in parts_of(node):
        yield from _statements(part)


def _defined(statement: _Statement) -> Iterator[str]:
    match statement:
        case ast.Assign(op=":=", lhs=targets):
            yield from (target.name for target in targets if isinstance(target, ast.Name) and target.name != "_")
        case ast.VarSpec(names=names):
            yield from (ident.name for ident in names)


def _given(statement: _Statement) -> Iterator[tuple[str, ast.Expr]]:
    """The variables that a statement gives something to, whole or in a field, each with what it is given."""
    match statement:
        case ast.Assign(lhs=targets, rhs=values):
            roots = ((_root(target), value) for target, value in zip(targets, values, strict=False))
            yield from ((name, value) for name, value in roots if name)
        case ast.VarSpec(names=idents, values=values):
            yield from ((ident.name, value) for ident, value in zip(idents, values, strict=False))


def _holds(e: ast.Expr, channels: set[str]) -> bool:
    """Whether a value is a new channel or one of ``channels``, or a struct that is given one."""
    match e:
        case ast.Call(fun=ast.Name(name="make"), args=(ast.ChanType(), *_)):
            return True
        case ast.Name(name=name):
            return name in channels
        case ast.Unary(op="&", x=x):
            return _holds(x, channels)
        case ast.Composite(elements=elements):
            return any(_holds(element.value, channels) for element in elements)
    return False


def _gives_error(statement: _Statement) -> bool:
    targets = statement.lhs if isinstance(statement, ast.Assign) else ()
    return any(isinstance(target, ast.Name) and ERROR_NAME.fullmatch(target.name) for target in targets)


def _related(statement: _Statement, names: set[str]) -> tuple[set[str], bool, bool]:
    """The names that a statement brings together with ``names``; whether these are given away, and come from a call."""
    match statement:
        case ast.ExprStmt(x=ast.Call(args=args)):
            return set(), _mentions(args, names), False
        case ast.Assign(lhs=targets, rhs=values):
            defined = {target.name for target in targets if isinstance(target, ast.Name)}
            stores = any(not isinstance(target, ast.Name) for target in targets)
        case ast.VarSpec(names=idents, values=values):
            defined, stores = {ident.name for ident in idents}, False
        case _:
            return set(), False, False
    calls = any(isinstance(value, ast.Call) for value in values)
    if not defined.isdisjoint(names):
        return set() if calls else {root for value in values if (root := _root(value))}, False, calls
    if _mentions(values, names):
        return (set() if calls else defined), calls or stores, False
    return set(), False, False


def _mentions(values: tuple[ast.Expr, ...], names: set[str]) -> bool:
    """Whether one of ``names`` is handed on: alone, in a literal, as an argument, by a function that sends to it."""
    return any(not names.isdisjoint(_handed_on(value)) for value in values)


def _handed_on(e: ast.Expr) -> Iterator[str]:
    match e:
        case ast.Name() | ast.Selector():
            yield spell(e)
        case ast.Unary(op="&", x=x):
            yield from _handed_on(x)
        case ast.Composite():
            yield from names_in(e)
        case ast.FuncLit(body=body):
            yield from _sent_to(body)
        case ast.Call(args=args):
            for arg in args:
                yield from _handed_on(arg)


def _sent_to(node: object) -> Iterator[str]:
    """The channels that a part of the syntax tree sends to or closes."""
    match node:
        case ast.Send(channel=e) | ast.Call(fun=ast.Name(name="close"), args=(e,)):
            yield spell(e)
    for part in parts_of(node):
        yield from _sent_to(part)


def _root(e: ast.Expr) -> str:
    while isinstance(e, ast.Selector | ast.Star):
        e = e.x
    return e.name if isinstance(e, ast.Name) else ""
