"""What a condition says about maps: is the key there, is the map nil, is its size checked."""

from __future__ import annotations

from typing import NamedTuple

from mapleak.program.expressions import Evaluator
from mapleak.program.scope import Scope
from mapleak.program.values import Unobserved
from mapleak.resolve.recorder import Guard, Recorder
from mapleak.resolve.shapes import map_shape
from mapleak.resolve.spell import spell
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.types import Map, underlying


class Facts(NamedTuple):
    """Guards that hold when the condition is true, and when it is false."""

    then: list[Guard]
    otherwise: list[Guard]


_NOTHING = Facts([], [])


class Conditions:
    """Reads conditions of one function; remembers lookups (``v, ok := m[k]``) made before them."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._lookups: dict[Variable, Guard] = {}
        quiet = recorder.evaluator
        self._evaluator = Evaluator(quiet.program, quiet.file, quiet.package, Unobserved())

    def comma_ok(self, targets: tuple[ast.Expr, ...], source: ast.Expr, scope: Scope) -> None:
        """Remember ``v, ok := m[k]`` and ``v, ok := m.Load(k)``."""
        guard = self._lookup(source, scope)
        for target in targets:
            variable = scope.lookup(target.name) if isinstance(target, ast.Name) else None
            if isinstance(variable, Variable):
                if guard is not None:
                    self._lookups[variable] = guard
                else:
                    self._lookups.pop(variable, None)

    def looked_up(self, target: ast.Expr, source: ast.Expr, scope: Scope) -> None:
        """Remember ``v := m[k]``."""
        self.comma_ok((target,), source, scope)

    def _lookup(self, source: ast.Expr, scope: Scope) -> Guard | None:
        """The guard "this key is present" for a lookup expression."""
        match source:
            case ast.Index(x=x, indices=(key,)):
                value = self._evaluator.expr(x, scope)
                if value.node and isinstance(underlying(value.type), Map):
                    return Guard("present", value.node, spell(key))
            case ast.Call(fun=ast.Selector(x=x, name="Load"), args=(key,)):
                value = self._evaluator.expr(x, scope)
                if value.node and map_shape(value.type) is not None:
                    return Guard("present", value.node, spell(key))
        return None

    def of(self, condition: ast.Expr, scope: Scope) -> Facts:
        """What ``condition`` tells; size comparisons are noted with the recorder as well."""
        match condition:
            case ast.Name():
                variable = scope.lookup(condition.name)
                guard = self._lookups.get(variable) if isinstance(variable, Variable) else None
                return Facts([guard], [guard._replace(kind="absent")]) if guard is not None else _NOTHING
            case ast.Unary(op="!", x=x):
                inner = self.of(x, scope)
                return Facts(inner.otherwise, inner.then)
            case ast.Index():  # a set: if m[k] { … }
                guard = self._lookup(condition, scope)
                return Facts([guard], [guard._replace(kind="absent")]) if guard is not None else _NOTHING
            case ast.Binary(op="&&", x=x, y=y):
                return Facts(self.of(x, scope).then + self.of(y, scope).then, [])
            case ast.Binary(op="||", x=x, y=y):
                return Facts([], self.of(x, scope).otherwise + self.of(y, scope).otherwise)
            case ast.Binary():
                return self._comparison(condition, scope)
        return _NOTHING

    def _comparison(self, condition: ast.Binary, scope: Scope) -> Facts:
        for side in (condition.x, condition.y):
            match side:
                case ast.Call(fun=ast.Name(name="len"), args=(subject,)):
                    value = self._evaluator.expr(subject, scope)
                    if value.node and map_shape(value.type) is not None:
                        self._size(value.node, condition)
        if condition.op not in ("==", "!="):
            return _NOTHING
        x, y = condition.x, condition.y
        if isinstance(x, ast.Name) and x.name == "nil":
            x, y = y, x
        if not (isinstance(y, ast.Name) and y.name == "nil"):
            return _NOTHING
        facts = self._nil_comparison(x, scope)
        return facts if condition.op == "==" else Facts(facts.otherwise, facts.then)

    def _size(self, node: str, condition: ast.Binary) -> None:
        """``len(m) > max`` bounds the map; ``len(m) == 0`` and ``len(m) > 0`` only ask whether it is empty."""
        for side in (condition.x, condition.y):
            if isinstance(side, ast.BasicLit) and side.text == "0":
                return
        self._recorder.sized.add(node)

    def _nil_comparison(self, x: ast.Expr, scope: Scope) -> Facts:
        """``x == nil``: an absent key, or a map not made yet."""
        if isinstance(x, ast.Name):
            variable = scope.lookup(x.name)
            guard = self._lookups.get(variable) if isinstance(variable, Variable) else None
            if guard is not None:
                return Facts([guard._replace(kind="absent")], [guard])
        guard = self._lookup(x, scope)
        if guard is not None:
            return Facts([guard._replace(kind="absent")], [guard])
        value = self._evaluator.expr(x, scope)
        if value.node and map_shape(value.type) is not None:
            return Facts([Guard("lazy", value.node, "")], [])
        return _NOTHING
