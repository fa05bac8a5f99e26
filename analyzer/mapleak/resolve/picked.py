"""Which statements in a loop run for one turn, or for the few that are looked for, not for all that is gone through.

``if key == "id" { m[key] = value }``, ``case "id":``, ``if !strings.HasPrefix(line, "id=") { continue }``, and what
stands in a list of statements that ends by leaving the loop. What is compared must be the loop's own: a condition that
holds for all turns alike picks nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.resolve.enclosing import Loop, holds, loops_around
from mapleak.resolve.kept import names_in, parts_of
from mapleak.resolve.spell import spell
from mapleak.resolve.visits import leaving
from mapleak.syntax import ast

_PICKING = frozenset(("HasPrefix", "HasSuffix", "EqualFold", "Equal", "MatchString", "Match"))
"""Functions and methods that few of many texts satisfy, as they are asked to find those."""

_NONE = frozenset(("nil", "true", "false", "err"))


def picked(body: ast.Block, pos: int, since: int) -> bool:
    """Whether a loop whose body begins after ``since`` reaches what stands at ``pos`` on few of its turns."""
    return any(_in_loop(loop, label, pos) for loop, label in loops_around(body, pos) if loop.body.pos > since)


def _in_loop(loop: Loop, label: str, pos: int) -> bool:
    if any(start <= pos < end for start, end in leaving(loop.body, label)):
        return True
    own = set(_bound(loop))
    return _in(loop.body, pos, own)


def _in(node: object, pos: int, own: set[str]) -> bool:
    """Whether a condition of a statement around ``pos``, or before it in the same list, picks few turns."""
    if not holds(node, pos):
        return False
    match node:
        case ast.If(cond=cond, then=then, orelse=orelse):
            if holds(then, pos) and _picks(cond, own):
                return True
            if orelse is not None and holds(orelse, pos) and _picks(cond, own, holding=False):
                return True
        case ast.Switch(tag=tag, clauses=clauses):
            for clause in clauses:
                if holds(clause, pos) and clause.exprs and _case_picks(tag, clause, own):
                    return True
        case ast.Block(stmts=stmts) | ast.CaseClause(body=stmts):
            for stmt in stmts:
                if stmt.pos < pos and isinstance(stmt, ast.If) and _skips(stmt, own):
                    return True
    return any(_in(part, pos, own) for part in parts_of(node))


def _skips(stmt: ast.If, own: set[str]) -> bool:
    """``if key != "id" { continue }``"""
    last = stmt.then.stmts[-1] if stmt.then.stmts else None
    leaves = isinstance(last, ast.Return) or (isinstance(last, ast.Branch) and last.keyword in ("continue", "break"))
    return leaves and stmt.orelse is None and _picks(stmt.cond, own, holding=False)


def _picks(e: ast.Expr, own: set[str], *, holding: bool = True) -> bool:
    """Whether a condition holds for few turns, or fails for few."""
    match e:
        case ast.Unary(op="!", x=x):
            return _picks(x, own, holding=not holding)
        case ast.Binary(op="&&" | "||" as op, x=x, y=y):
            one, other = _picks(x, own, holding=holding), _picks(y, own, holding=holding)
            return (one or other) if (op == "&&") is holding else (one and other)
        case ast.Binary(op="==" | "!=" as op, x=x, y=y):
            return (op == "==") is holding and _one(x, y, own)
        case ast.Call(fun=ast.Selector(name=name), args=args) if holding and name in _PICKING:
            return not own.isdisjoint(names_in(args))
    return False


def _case_picks(tag: ast.Expr | None, clause: ast.CaseClause, own: set[str]) -> bool:
    if tag is None:
        return all(_picks(e, own) for e in clause.exprs)
    return not own.isdisjoint(names_in(tag)) and all(_value(e) for e in clause.exprs)


def _one(x: ast.Expr, y: ast.Expr, own: set[str]) -> bool:
    """Whether something of the loop is equal to one value that is not the loop's."""
    for mine, other in ((x, y), (y, x)):
        if not own.isdisjoint(names_in(mine)) and own.isdisjoint(names_in(other)) and _value(other):
            return not (isinstance(mine, ast.Call) and spell(mine.fun) in ("len", "cap"))
    return False


def _value(e: ast.Expr) -> bool:
    """A text, a number, a variable or a field; not nil, a flag, an error, or what is empty."""
    match e:
        case ast.BasicLit(text=text):
            return text not in ('""', "``")
        case ast.Name(name=name):
            return name not in _NONE
        case ast.Selector(name=name):
            return name != "EOF"
    return False


def _bound(node: object) -> Iterator[str]:
    """The variables that a loop declares or assigns to."""
    match node:
        case ast.Assign(lhs=targets) | ast.VarSpec(names=targets):
            yield from (t.name for t in targets if isinstance(t, ast.Name | ast.Ident) and t.name not in ("_", "err"))
        case ast.Range(key=key, value=value):
            yield from (t.name for t in (key, value) if isinstance(t, ast.Name) and t.name != "_")
        case ast.IncDec(x=ast.Name(name=name)):
            yield name
    for part in parts_of(node):
        yield from _bound(part)
