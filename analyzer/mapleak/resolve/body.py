"""The statements of one function body, walked in order (Go spec, "Statements").

The walk binds names, tells the recorder which guards hold where, and hands every expression to the
evaluator exactly once. Nested function literals are walked by a :class:`Body` of their own, at the place
where they are evaluated, so that captured variables resolve to the enclosing function's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mapleak.program.declare import initialiser_scope
from mapleak.program.packages import Package
from mapleak.program.scope import Scope
from mapleak.program.values import Value
from mapleak.resolve.conditions import Conditions
from mapleak.resolve.declarations import VariableCensus
from mapleak.resolve.guarding import Guard
from mapleak.resolve.origins import Origin
from mapleak.resolve.recorder import Recorder
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.types import Type


class Body:
    """Walks one function body. ``local`` makes a new local variable, ``handlers`` says how to walk each statement."""

    def __init__(
        self,
        recorder: Recorder,
        scope: Scope,
        package: Package,
        result_nodes: tuple[str, ...],
        local: Callable[[str, Type, Origin | None, ast.Node], Variable],
        handlers: Mapping[type, Callable[..., None]],
        census: VariableCensus,
    ) -> None:
        self.census = census
        self._handlers = handlers
        self.recorder = recorder
        self.evaluator = recorder.evaluator
        self.timeline = recorder.timeline
        self.scope = scope
        self.package = package
        self.result_nodes = result_nodes
        self.local = local
        self.conditions = Conditions(recorder)
        self.counter_of_loop: list[Variable] = []
        self.label = ""
        self.ruled_out: list[Guard] = []  # what holds where the last if statement's condition is false

    # --- blocks -------------------------------------------------------------------------------

    def block(self, block: ast.Block) -> None:
        self.in_new_scope(lambda: self.statements(block.stmts))

    def in_new_scope(self, walk: Callable[[], None]) -> None:
        outer = self.scope
        self.set_scope(outer.child())
        walk()
        self.set_scope(outer)

    def set_scope(self, scope: Scope) -> None:
        self.scope = scope
        self.recorder.scope = scope

    def statements(self, stmts: tuple[ast.Stmt, ...]) -> None:
        """Statements in sequence; what an early exit rules out holds for the rest."""
        depth = len(self.recorder.guards)
        for stmt in stmts:
            self.statement(stmt)
            if _leaves_otherwise(stmt):
                self.recorder.guards += self.ruled_out
        del self.recorder.guards[depth:]

    def statement(self, stmt: ast.Stmt) -> None:
        handler = self._handlers.get(type(stmt))
        if handler is not None:
            handler(self, stmt)

    def expr(self, e: ast.Expr) -> Value:
        return self.evaluator.expr(e, self.scope)

    def named(self, node: str, e: ast.Expr) -> Value:
        """The initialiser of the variable ``node``: struct types written in it are named after the variable."""
        scope = initialiser_scope(self.scope, node)
        return self.evaluator.expr(e, scope)

    def take_label(self) -> str:
        label, self.label = self.label, ""
        return label


def _leaves_otherwise(stmt: ast.Stmt) -> bool:
    """Whether what comes after a statement runs only where the condition is false, or not by way of the default."""
    match stmt:
        case ast.If(then=then, orelse=None):
            return _leaves(then.stmts)
        case ast.Switch(clauses=clauses):
            return any(not clause.exprs and _leaves(clause.body, in_switch=True) for clause in clauses)
    return False


def _leaves(stmts: tuple[ast.Stmt, ...], *, in_switch: bool = False) -> bool:
    """Whether statements certainly end by leaving what comes after them; a switch is only left by a break in it."""
    if not stmts:
        return False
    match stmts[-1]:
        case ast.Return():
            return True
        case ast.Branch(keyword=keyword, label=label):
            return not in_switch or keyword == "continue" or label != ""
        case ast.ExprStmt(x=ast.Call(fun=ast.Name(name="panic"))):
            return True
    return False
