"""Whether what is divided by, or given to a function, is always in its domain: not zero, not negative.

Read off the expression alone. An integer with a positive constant added counts as not zero: it is a count that is
kept from zero.
"""

from __future__ import annotations

from mapleak.program.expressions import Evaluator
from mapleak.program.scope import Scope
from mapleak.resolve.spell import spell
from mapleak.syntax import ast
from mapleak.types.types import Basic, underlying

_INTEGERS = ("int", "uint", "byte", "rune")
_NOT_NEGATIVE = frozenset(("len", "cap", "math.Abs", "math.Sqrt", "math.Hypot", "math.Exp", "math.Exp2"))
_POSITIVE = frozenset(("math.Exp", "math.Exp2"))
_LARGEST = frozenset(("max", "math.Max"))


class Domains:
    """Judges the expressions of one function."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator

    def defined(self, function: str, args: tuple[ast.Expr, ...], scope: Scope) -> bool:
        """Whether a function of package math gives no NaN for these arguments, unless one of them is one."""
        match function.removeprefix("math."), args:
            case "Sqrt" | "Log" | "Log2" | "Log10" | "Log1p" | "Gamma", (x,):
                return self.not_negative(x, scope)
            case "Pow", (x, y):
                return self.not_negative(x, scope) or _whole(y)
            case "Mod" | "Remainder", (_, y):
                return self.not_zero(y, scope)
        return False

    def not_zero(self, e: ast.Expr, scope: Scope) -> bool:
        match e:
            case ast.Binary(op="+", x=x, y=y) if _above_zero(y) or _above_zero(x):
                other = x if _above_zero(y) else y
                return self._integer(other, scope) or self.not_negative(other, scope)
            case ast.Call(args=(x,)) if self._converts(e, scope):
                return self.not_zero(x, scope)
        return self.positive(e, scope)

    def positive(self, e: ast.Expr, scope: Scope) -> bool:
        match e:
            case ast.BasicLit():
                return _above_zero(e)
            case ast.Binary(op="+", x=x, y=y):
                one = self.positive(x, scope) or self.positive(y, scope)
                return one and self.not_negative(x, scope) and self.not_negative(y, scope)
            case ast.Binary(op="*" | "/", x=x, y=y):
                return self.positive(x, scope) and self.positive(y, scope)
            case ast.Call(fun=fun, args=args) if spell(fun) in _LARGEST:
                return any(self.positive(arg, scope) for arg in args)
            case ast.Call(fun=fun, args=(x,)):
                return spell(fun) in _POSITIVE or (self._converts(e, scope) and self.positive(x, scope))
        return False

    def not_negative(self, e: ast.Expr, scope: Scope) -> bool:
        match e:
            case ast.BasicLit():
                return True
            case ast.Binary(op="*", x=x, y=y) if spell(x) == spell(y):
                return True
            case ast.Binary(op="+" | "*" | "/", x=x, y=y):
                return self.not_negative(x, scope) and self.not_negative(y, scope)
            case ast.Call(fun=fun, args=args) if spell(fun) in _LARGEST:
                return any(self.not_negative(arg, scope) for arg in args)
            case ast.Call(fun=fun, args=(x,)):
                converted = self._converts(e, scope) and self.not_negative(x, scope)
                return spell(fun) in _NOT_NEGATIVE or converted or self._unsigned(e, scope)
        return self._unsigned(e, scope)

    def _converts(self, e: ast.Call, scope: Scope) -> bool:
        return self._evaluator.expr(e, scope).mode == "converted"

    def _basic(self, e: ast.Expr, scope: Scope) -> str:
        u = underlying(self._evaluator.expr(e, scope).type)
        return u.name if isinstance(u, Basic) else ""

    def _integer(self, e: ast.Expr, scope: Scope) -> bool:
        """Whether it is an integer, or one that was converted."""
        if isinstance(e, ast.Call) and len(e.args) == 1 and self._converts(e, scope):
            return self._integer(e.args[0], scope)
        return self._basic(e, scope).startswith(_INTEGERS)

    def _unsigned(self, e: ast.Expr, scope: Scope) -> bool:
        return self._basic(e, scope).startswith(("uint", "byte"))


def _above_zero(e: ast.Expr) -> bool:
    return isinstance(e, ast.BasicLit) and e.text.strip("0._") not in ("", "x", "b", "o")


def _whole(e: ast.Expr) -> bool:
    return isinstance(e, ast.BasicLit) and e.text.isdigit()
