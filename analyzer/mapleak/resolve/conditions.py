"""What a condition says about maps: is the key there, is the map nil, is its size checked."""

from __future__ import annotations

from typing import NamedTuple

from mapleak.program.constants import integer
from mapleak.program.expressions import Evaluator
from mapleak.program.scope import Scope
from mapleak.program.values import Unobserved
from mapleak.resolve.counters import counter_in, is_limit
from mapleak.resolve.guarding import OF_ELEMENT, Guard
from mapleak.resolve.origins import callee_name
from mapleak.resolve.recorder import Recorder
from mapleak.resolve.shapes import map_shape
from mapleak.resolve.spell import spell
from mapleak.syntax import ast
from mapleak.types.declared import Constant, Variable
from mapleak.types.types import Map, Pointer, underlying
from mapleak.types.universe import default_type


class Facts(NamedTuple):
    """Guards that hold when the condition is true, and when it is false."""

    then: list[Guard]
    otherwise: list[Guard]


_NOTHING = Facts([], [])
_CONTAINS = frozenset({"slices.Contains", "golang.org/x/exp/slices.Contains"})
_MANY = 1 << 20
"""Numbers below a larger constant are too many to bound a map: the constant is the end of an integer's range."""

_INTEGERS = frozenset(("int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64"))


class Conditions:
    """Reads conditions of one function; remembers lookups (``v, ok := m[k]``) made before them."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._lookups: dict[Variable, Guard] = {}
        self._numbers: dict[Variable, ast.Expr] = {}  # variables that were given a length or a count
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
        """Remember ``v := m[k]``, ``n := len(m)`` and ``n := c.used.Add(1)``."""
        self.comma_ok((target,), source, scope)
        variable = scope.lookup(target.name) if isinstance(target, ast.Name) else None
        if isinstance(variable, Variable):
            self._numbers.pop(variable, None)
            if isinstance(source, ast.Call) or (isinstance(source, ast.Selector) and variable.function):
                self._numbers[variable] = source

    def _number(self, e: ast.Expr, scope: Scope) -> ast.Expr:
        """What a variable was last given, when that may be a length or a count; else the expression itself."""
        variable = scope.lookup(e.name) if isinstance(e, ast.Name) else None
        return self._numbers.get(variable, e) if isinstance(variable, Variable) else e

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
                if isinstance(variable, Constant):
                    return Facts([Guard("off", "", "")], []) if variable.off else _NOTHING
                guard = self._lookups.get(variable) if isinstance(variable, Variable) else None
                return Facts([guard], [guard._replace(kind="absent")]) if guard is not None else _NOTHING
            case ast.Unary(op="!", x=x):
                inner = self.of(x, scope)
                return Facts(inner.otherwise, inner.then)
            case ast.Index():  # a set: if m[k] { … }
                guard = self._lookup(condition, scope)
                return Facts([guard], [guard._replace(kind="absent")]) if guard is not None else _NOTHING
            case ast.Call():  # if s.full() { … }: what a function answers about a size is found later
                return self._answer(condition, scope)
            case ast.Binary(op="&&", x=x, y=y):
                left, right = self.of(x, scope), self.of(y, scope)
                return Facts(left.then + right.then, _sizes(left.otherwise + right.otherwise))
            case ast.Binary(op="||", x=x, y=y):
                left, right = self.of(x, scope), self.of(y, scope)
                both = [g for g in left.then if g.kind == "listed" and g in right.then]
                return Facts(both + _sizes(left.then + right.then), left.otherwise + right.otherwise)
            case ast.Binary():
                return self._comparison(condition, scope)
        return _NOTHING

    def _answer(self, call: ast.Call, scope: Scope) -> Facts:
        """What the answer of a function tells."""
        asked = callee_name(self._evaluator.expr(call.fun, scope).denotes)
        if asked in _CONTAINS and len(call.args) > 1 and self._is_fixed(call.args[0], scope):
            return Facts([Guard("listed", "", spell(call.args[1]))], [])
        guards = [Guard("asked", "", asked)] if asked else []
        return Facts(guards, guards)

    def _is_fixed(self, items: ast.Expr, scope: Scope) -> bool:
        """``slices.Contains([]string{"a", "b"}, k)``: k is one of a list that is written down."""
        if isinstance(items, ast.Composite):
            return all(self._evaluator.expr(e.value, scope).mode == "constant" for e in items.elements)
        denotes = self._evaluator.expr(items, scope).denotes
        return isinstance(denotes, Variable) and not denotes.function

    def case(self, tag: ast.Expr, exprs: tuple[ast.Expr, ...], scope: Scope) -> list[Guard]:
        """What a case clause of ``switch tag`` tells: with constants only, the tag is one of them."""
        if exprs and all(self._evaluator.expr(e, scope).mode == "constant" for e in exprs):
            return [Guard("listed", "", spell(tag))]
        return []

    def decided(self, tag: ast.Expr, clauses: tuple[ast.CaseClause, ...], scope: Scope) -> list[Guard]:
        """What holds where a switch's default is not taken: with constants only, the tag is one of them."""
        exprs = tuple(e for clause in clauses for e in clause.exprs)
        return self.case(tag, exprs, scope)

    def _comparison(self, condition: ast.Binary, scope: Scope) -> Facts:
        x, y = condition.x, condition.y
        for side, other in ((x, y), (y, x)):
            match self._number(side, scope):
                case ast.Call(fun=ast.Name(name="len"), args=(subject,)):
                    return self._size(subject, other, scope)
        limits = self._limits(condition, scope)
        if condition.op not in ("==", "!="):
            facts = self._range(condition, scope)
            return Facts(limits + facts.then, limits + facts.otherwise)
        if isinstance(x, ast.Name) and x.name == "nil":
            x, y = y, x
        if isinstance(y, ast.Name) and y.name == "nil":
            facts = self._nil_comparison(x, scope)
        else:
            facts = self._constant_comparison(x, y, scope)
        return facts if condition.op == "==" else Facts(facts.otherwise, facts.then)

    def _size(self, subject: ast.Expr, limit: ast.Expr, scope: Scope) -> Facts:
        """``len(m) > max`` looks at the size; ``len(m) == 0`` and ``len(m) > 0`` only ask whether it is empty.

        Looking bounds nothing: the guard holds in both branches, and after them only when one of them leaves or
        empties the map (see resolve.branches).
        """
        if isinstance(limit, ast.BasicLit) and limit.text == "0":
            return _NOTHING
        self._recorder.elements.compared(subject, scope)
        value = self._evaluator.expr(subject, scope)
        if value.node and map_shape(value.type) is not None:
            guard = Guard("size", value.node, "")
            self._recorder.sizes[value.node] = None
            return Facts([guard], [guard])
        return _NOTHING

    def _limits(self, condition: ast.Binary, scope: Scope) -> list[Guard]:
        """``c.used >= c.limit``: what the function counts up is a size kept by hand (resolve.counters)."""
        for side, other in ((condition.x, condition.y), (condition.y, condition.x)):
            value = self._evaluator.expr(other, scope)
            if is_limit(other, value):
                number = self._number(side, scope)
                node = counter_in(number, scope, self._evaluator)
                if node and underlying(default_type(self._evaluator.expr(side, scope).type)).text in _INTEGERS:
                    return [Guard("limit", node, OF_ELEMENT if self._is_element(number, scope) else "")]
        return []

    def _is_element(self, e: ast.Expr, scope: Scope) -> bool:
        """Whether an expression is, or is part of, what is stored under a key."""
        if self._recorder.elements.read(e, scope) is not None:
            return True
        while isinstance(e, ast.Selector):
            e = e.x
        return isinstance(e, ast.Name) and scope.lookup(e.name) in self._lookups

    def _constant_comparison(self, x: ast.Expr, y: ast.Expr, scope: Scope) -> Facts:
        """``x == "a"``: x is that constant; ``m[k] == 0``: most likely k is not there."""
        if self._evaluator.expr(x, scope).mode == "constant":
            x, y = y, x
        if self._evaluator.expr(y, scope).mode != "constant":
            return _NOTHING
        looked_up = self._lookup(x, scope)
        if looked_up is not None and isinstance(y, ast.BasicLit) and y.text in ("0", '""'):
            return Facts([looked_up._replace(kind="absent")], [looked_up])
        return Facts([Guard("listed", "", spell(x))], [])

    def _range(self, condition: ast.Binary, scope: Scope) -> Facts:
        """``n < 100``: an integer below a constant that is not large is one of finitely many, negative ones apart."""
        x, y, op = condition.x, condition.y, condition.op
        if self._evaluator.expr(x, scope).mode == "constant":
            x, y, op = y, x, {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(op, op)
        limit = self._evaluator.expr(y, scope)
        if limit.mode != "constant" or underlying(default_type(limit.type)).text not in _INTEGERS:
            return _NOTHING
        below = [Guard("listed", "", spell(x))]
        number = integer(y, scope)
        if number == 0 or (number is not None and abs(number) > _MANY):
            return _NOTHING  # says on which side of zero it lies, or that it does not overflow, and no more
        return Facts(below, []) if op in ("<", "<=") else Facts([], below)

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
        if value.node and (map_shape(value.type) is not None or isinstance(value.type, Pointer)):
            return Facts([Guard("lazy", value.node, "")], [])
        return _NOTHING


def _sizes(guards: list[Guard]) -> list[Guard]:
    """A size that was looked at was looked at, whatever the other half of the condition says."""
    return [g for g in guards if g.kind in ("size", "asked", "limit")]
