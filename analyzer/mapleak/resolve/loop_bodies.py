"""What the body of a loop is made of: statement lists, inner loops, and which variables it makes from which."""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.resolve.kept import names_in, parts_of
from mapleak.syntax import ast


def ranges(node: object) -> Iterator[ast.Range]:
    if isinstance(node, ast.Range):
        yield node
    for part in parts_of(node):
        yield from ranges(part)


def made_from(variable: ast.Expr | None, body: ast.Block) -> set[str]:
    """The names of the variables that a loop's body makes from one of the loop's variables, its own included."""
    if not isinstance(variable, ast.Name) or variable.name == "_":
        return set()
    made = {variable.name}
    for targets, source in given(body):
        if not made.isdisjoint(names_in(source)):
            made.update(target.name for target in targets if isinstance(target, ast.Name | ast.Ident))
    return made


def given(node: object) -> Iterator[tuple[tuple[object, ...], object]]:
    """What a part of the syntax tree assigns to, and what it assigns, in source order."""
    match node:
        case ast.Assign(lhs=lhs, rhs=rhs):
            yield lhs, rhs
        case ast.VarSpec(names=names, values=values):
            yield names, values
        case ast.Range(key=key, value=value, x=x):
            yield (key, value), x
    for part in parts_of(node):
        yield from given(part)


def lists(stmt: ast.Stmt | None) -> Iterator[tuple[tuple[ast.Stmt, ...], bool]]:
    """The statement lists right inside a statement, and whether a break in them leaves just this statement."""
    match stmt:
        case ast.Block(stmts=stmts):
            yield stmts, False
        case ast.If(then=then, orelse=orelse):
            yield then.stmts, False
            yield from lists(orelse)
        case ast.For(body=body) | ast.Range(body=body):
            yield body.stmts, True
        case ast.Switch(clauses=clauses) | ast.TypeSwitch(clauses=clauses) | ast.Select(clauses=clauses):
            for clause in clauses:
                yield clause.body, True
        case ast.Labeled(stmt=labeled):
            yield from lists(labeled)
