"""Integer constant expressions, as lengths of arrays are written (Go spec, "Constant expressions").

Only what can be worked out from literals, declared constants, ``iota`` and the operators on them; everything else
(``unsafe.Sizeof``, floating-point constants, ``len`` of anything) is unknown.
"""

from __future__ import annotations

import operator
from collections.abc import Callable

from mapleak.program.scope import Scope
from mapleak.syntax import ast
from mapleak.types.declared import Constant, PackageName, TypeName

_MOST_BITS = 64

_OPERATORS: dict[str, Callable[[int, int], int]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "&": operator.and_, "|": operator.or_,
    "^": operator.xor, "&^": lambda x, y: x & ~y,
}  # fmt: skip


def integer(expr: ast.Expr | None, scope: Scope, iota: int | None = None) -> int | None:
    """The integer that ``expr`` stands for in ``scope``, None where that is not known."""
    found = _integer(expr, scope, iota)
    return found if found is not None and found.bit_length() <= _MOST_BITS else None


def _integer(expr: ast.Expr | None, scope: Scope, iota: int | None) -> int | None:
    match expr:
        case ast.BasicLit():
            return _literal(expr)
        case ast.Name():
            if expr.name == "iota" and iota is not None:
                return iota
            return _declared(scope.lookup(expr.name))
        case ast.Selector(x=ast.Name() as qualifier):
            package_name = scope.lookup(qualifier.name)
            if not isinstance(package_name, PackageName):
                return None
            package = scope.file.package.program.package(package_name.path, scope.file)
            return _declared(package.find(expr.name, scope.file) if package is not None else None)
        case ast.Unary():
            return _unary(expr.op, integer(expr.x, scope, iota))
        case ast.Binary():
            return _binary(expr.op, integer(expr.x, scope, iota), integer(expr.y, scope, iota))
        case ast.Call(fun=ast.Name() as fun, args=(argument,)) if isinstance(scope.lookup(fun.name), TypeName):
            return integer(argument, scope, iota)  # int(…): a length that overflowed would not compile
    return None


def _declared(found: object) -> int | None:
    return found.number if isinstance(found, Constant) else None


def _literal(literal: ast.BasicLit) -> int | None:
    text = literal.text.replace("_", "").lower()
    text = literal.text.replace("_", "").lower()
    if literal.kind == "rune":
        return ord(text[1]) if len(literal.text) == 3 else None
    if literal.kind != "int" or not text:
        return None
    if text[0] == "0" and text[1:].isdigit():
        text = f"0o{text[1:]}"
    try:
        return int(text, 0)
    except ValueError:
        return None


def _unary(op: str, x: int | None) -> int | None:
    if x is None:
        return None
    return {"+": x, "-": -x, "^": ~x}.get(op)


def _binary(op: str, x: int | None, y: int | None) -> int | None:
    if x is None or y is None:
        return None
    if op in _OPERATORS:
        return _OPERATORS[op](x, y)
    if op in ("/", "%") and y != 0:
        quotient = abs(x) // abs(y) * (1 if (x < 0) == (y < 0) else -1)
        return quotient if op == "/" else x - quotient * y
    if op in ("<<", ">>") and 0 <= y <= _MOST_BITS:
        return x << y if op == "<<" else x >> y
    return None
