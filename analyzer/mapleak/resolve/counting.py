"""Variables that a loop without an end counts up: what they are in the next turn decides, wherever that is written.

``waiting[next] = r; next++``: when the first turn reads ``next`` it is what it was before the loop, a constant most
likely, and never again. So what such a loop counts up is a counter from its beginning on; but what it also gives
another value may begin anew each time.
"""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.program.scope import Scope
from mapleak.resolve.kept import declared_in, parts_of
from mapleak.resolve.origins import Origin
from mapleak.syntax import ast
from mapleak.types.declared import Variable


def begin_counting(loop: ast.For | ast.Range, scope: Scope) -> None:
    """A loop without an end begins: the variables that were declared before, and that it counts up, are counters."""
    parts = (loop.body, loop.post) if isinstance(loop, ast.For) else (loop.body,)
    own = {*declared_in(loop.body), *_assigned(loop.body)}
    for name in dict.fromkeys(_counted_up(parts)):
        variable = scope.lookup(name)
        if isinstance(variable, Variable) and variable.function and name not in own:
            variable.origin = Origin("counter", name, variable.node)


def _counted_up(node: object) -> Iterator[str]:
    match node:
        case ast.IncDec(op="++", x=ast.Name(name=name)):
            yield name
        case ast.Assign(op="+=", lhs=(ast.Name(name=name),), rhs=(ast.BasicLit(kind="int"),)):
            yield name
        case ast.FuncLit():
            return
    for part in parts_of(node):
        yield from _counted_up(part)


def _assigned(node: object) -> Iterator[str]:
    """The names of the variables that are given another value."""
    if isinstance(node, ast.Assign) and node.op == "=":
        yield from (target.name for target in node.lhs if isinstance(target, ast.Name))
    for part in parts_of(node):
        yield from _assigned(part)
