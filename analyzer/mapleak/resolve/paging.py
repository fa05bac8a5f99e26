"""Loops that go through a list page by page, ``for { page, cursor = list(cursor); …; if cursor == nil { break } }``.

Heuristic ``pages``: a loop without a condition that is left when a variable is nil, empty or zero, and in which a call
that is given this variable gives it anew, ends with the list: it is ``for cursor != nil`` written otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.resolve.kept import names_in
from mapleak.resolve.loop_bodies import given, lists
from mapleak.syntax import ast

_NOTHING = frozenset({"nil", "0", '""', "``"})


def goes_through_pages(s: ast.For) -> bool:
    """``pages``, of a loop without a condition."""
    left = set(_left_when_nothing(s.body.stmts))
    return bool(left) and not left.isdisjoint(_handed_on(s.body))


def _left_when_nothing(stmts: tuple[ast.Stmt, ...]) -> Iterator[str]:
    """The variables without which a statement list leaves its loop."""
    for stmt in stmts:
        if isinstance(stmt, ast.If) and stmt.then.stmts and _leaves(stmt.then.stmts[-1]):
            yield from _nothing(stmt.cond)
        for inner, breaks in lists(stmt):
            if not breaks:
                yield from _left_when_nothing(inner)


def _leaves(stmt: ast.Stmt) -> bool:
    return isinstance(stmt, ast.Return) or (isinstance(stmt, ast.Branch) and stmt.keyword == "break")


def _nothing(condition: ast.Expr) -> Iterator[str]:
    """The variable that a condition finds to be nil, empty or zero."""
    match condition:
        case ast.Binary(op="==", x=ast.Name(name=name), y=ast.Name(name="nil")):
            yield name
        case ast.Binary(op="==", x=ast.Name(name=name), y=ast.BasicLit(text=text)) if text in _NOTHING:
            yield name
        case ast.Binary(
            op="==", x=ast.Call(fun=ast.Name(name="len"), args=(ast.Name(name=name),)), y=ast.BasicLit(text="0")
        ):
            yield name


def _handed_on(body: ast.Block) -> Iterator[str]:
    """The variables that are given to a call and come out of it again."""
    for targets, sources in given(body):
        if isinstance(sources, tuple) and len(sources) == 1 and isinstance(sources[0], ast.Call):
            handed = {name for argument in sources[0].args for name in names_in(argument)}
            yield from (target.name for target in targets if isinstance(target, ast.Name) and target.name in handed)
