"""Which function walks which statement."""

from __future__ import annotations

from collections.abc import Callable

from mapleak.resolve import assignments, branches, loops, simple
from mapleak.resolve.body import Body
from mapleak.syntax import ast

HANDLERS: dict[type, Callable[..., None]] = {
    ast.Block: Body.block,
    ast.ExprStmt: simple.expression,
    ast.Assign: assignments.assign,
    ast.IncDec: simple.increment,
    ast.Send: simple.send,
    ast.Go: simple.go,
    ast.Defer: simple.defer,
    ast.Return: simple.return_statement,
    ast.Branch: simple.branch,
    ast.Labeled: simple.labeled,
    ast.If: branches.if_statement,
    ast.For: loops.for_loop,
    ast.Range: loops.range_loop,
    ast.Switch: branches.switch,
    ast.TypeSwitch: branches.type_switch,
    ast.Select: branches.select,
    ast.VarSpec: assignments.declare_variables,
    ast.ConstSpec: assignments.declare_constants,
    ast.TypeSpec: assignments.declare_local_type,
}
"""Statement kind to the function that walks it: called with the body and the statement."""
