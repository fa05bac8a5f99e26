"""Floating-point numbers that may be NaN: which keys, arguments and results of a function they are.

NaN is not equal to itself, so a map entry under it is never found again. Numbers that cannot be NaN are constants,
converted integers, and what +, - and * make of these (an overflow to infinity is left out of account). What may be
NaN on ordinary input: a quotient (0/0), text that is read as a number ("NaN" is one), bits taken as a number, and the
functions of package math that are not defined everywhere. JSON has no NaN, so what it is decoded into is none. Of
everything else it is not known: where it is a parameter or the result of a function of the tree, its node says where
to look on.

A function that asks whether a number is NaN (``math.IsNaN(x)``, ``x != x``) knows what it does: it has no such facts.
A quotient whose divisor is compared with anything in the same function is taken to be guarded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mapleak.program.expressions import Evaluator
from mapleak.program.scope import Scope
from mapleak.program.values import Unobserved, Value
from mapleak.resolve.kept import names_in, parts_of
from mapleak.resolve.noted import FloatFact
from mapleak.resolve.origins import Origin, callee_name, in_tree
from mapleak.resolve.spell import spell
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.types import UNKNOWN, Array, Basic, Named, Struct, Type, underlying

_FLOATS = frozenset(("float32", "float64", "complex64", "complex128"))
_DEPTH = 4

_READING = {
    "strconv.ParseFloat": "it is read from text, and 'NaN' is a number to strconv.ParseFloat",
    "strconv.ParseComplex": "it is read from text, and 'NaN' is a number to strconv.ParseComplex",
    "math.Float64frombits": "it is made from bits, some of which are a NaN",
    "math.Float32frombits": "it is made from bits, some of which are a NaN",
    "math.NaN": "it is math.NaN()",
}
_FILLING = {
    "encoding/binary.Read": "its bits are read by encoding/binary.Read, and some bits are a NaN",
    "encoding/binary.Decode": "its bits are read by encoding/binary.Decode, and some bits are a NaN",
    "(*encoding/gob.Decoder).Decode": "its bits are read by encoding/gob, and some bits are a NaN",
    "encoding/xml.Unmarshal": "it is read from text, and 'NaN' is a number to encoding/xml",
    "(*encoding/xml.Decoder).Decode": "it is read from text, and 'NaN' is a number to encoding/xml",
    **{
        f"fmt.{name}": f"it is read from text, and 'NaN' is a number to fmt.{name}"
        for name in ("Sscan", "Sscanf", "Sscanln", "Fscan", "Fscanf", "Fscanln", "Scan", "Scanf", "Scanln")
    },
}
"""Functions that fill what they are given the address of, and why that may be NaN."""

_FILLING_FINITE = frozenset(
    ("encoding/json.Unmarshal", "(*encoding/json.Decoder).Decode", "encoding/json/v2.Unmarshal",
     "encoding/json/v2.UnmarshalRead", "encoding/json/v2.UnmarshalDecode")
)  # fmt: skip
"""Functions that fill it with what is no NaN: JSON has none."""

_PARTIAL = frozenset(
    f"math.{name}" for name in ("Sqrt", "Log", "Log2", "Log10", "Log1p", "Acos", "Asin", "Acosh", "Atanh", "Pow", "Mod",
                                "Remainder", "Gamma")
)  # fmt: skip
"""Functions that give NaN for some numbers: a negative one, a zero divisor."""

_SAME = frozenset(
    f"math.{name}" for name in ("Floor", "Ceil", "Round", "RoundToEven", "Trunc", "Abs", "Max", "Min", "Copysign")
)
"""Functions that give NaN only for NaN."""

_NEVER = (
    "(time.Duration).", "math/rand.", "math/rand/v2.", "(*math/rand.Rand).", "(*math/rand/v2.Rand).", "math.Inf",
    "math.Float64bits",
)  # fmt: skip
"""Functions, by the beginning of their names, that never give NaN."""


class Number(NamedTuple):
    """What is known of a number: ``finite``; or why it may be NaN, "" when that is not known, and where to look on."""

    finite: bool
    reason: str = ""
    node: str = ""
    divisors: frozenset[str] = frozenset()  # names in the divisors of the quotients it depends on


FINITE = Number(True)
ANY = Number(False)


def has_float(t: Type) -> bool:
    """Whether a key of type ``t`` has a floating-point number in it that counts when keys are compared."""
    memo = t.memo
    if memo is None:
        memo = t.memo = {}
    if "float" not in memo:
        memo["float"] = False  # a type that contains itself adds nothing
        memo["float"] = _has_float(t, 0)
    return bool(memo["float"])


def _has_float(t: Type, depth: int) -> bool:
    if depth > _DEPTH or t is UNKNOWN:
        return False
    u = underlying(t)
    match u:
        case Basic():
            return u.name in _FLOATS
        case Array():
            return _has_float(u.elem, depth + 1)
        case Struct():
            known = not isinstance(t, Named) or (t.declaration.file and not t.declaration.file.startswith("/"))
            return bool(known) and any(_has_float(field.type, depth + 1) for field in u.fields)
    return False


class Floats:
    """Follows the numbers of one function, in the order of its statements."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = Evaluator(evaluator.program, evaluator.file, evaluator.package, Unobserved())
        self._held: dict[Variable, Number] = {}
        self._filled: dict[Variable, Number] = {}  # what was read into a variable, or into parts of it
        self._found: list[tuple[FloatFact, Number]] = []
        self.facts: tuple[FloatFact, ...] = ()

    def assigned(self, target: ast.Expr | ast.Ident, source: ast.Expr | None, scope: Scope, *, defines: bool) -> None:
        """A variable is given the value, or the first result, of ``source``; None for any other of its results."""
        variable = scope.lookup(target.name) if isinstance(target, ast.Name | ast.Ident) else None
        if isinstance(variable, Variable) and variable.function and has_float(variable.type):
            number = ANY if source is None else self.number(source, scope)
            before = FINITE if defines else self._held.get(variable, self._unassigned(variable))
            self._held[variable] = _either((before, number))

    def filled(self, callee: str, exprs: tuple[ast.Expr, ...], scope: Scope) -> None:
        """A function is called, perhaps one that reads numbers into what it is given the address of."""
        if callee not in _FILLING and callee not in _FILLING_FINITE:
            return
        number = Number(False, _FILLING[callee]) if callee in _FILLING else FINITE
        for e in exprs:
            target = e.x if isinstance(e, ast.Unary) and e.op == "&" else e
            variable = _root(target, scope)
            if variable is not None and variable.function:
                self._filled[variable] = _either((self._filled.get(variable, FINITE), number))
                if isinstance(target, ast.Name):
                    self._held[variable] = _either((self._held.get(variable, FINITE), number))

    def visited(self, variable: Variable, collection: ast.Expr, scope: Scope) -> None:
        """``variable`` goes through the values of a collection, which may have been read."""
        source = _root(collection, scope)
        if source in self._filled:
            self._filled[variable] = self._held[variable] = self._filled[source]

    def key(self, e: ast.Expr, value: Value, pos: int, scope: Scope) -> None:
        """``e`` is the key of the insertion at ``pos``; its type, or its dynamic type, has a float in it."""
        number = self.number(e, scope)
        if not number.finite:
            self._found.append((FloatFact("key", pos, 0, _where(value.type), number.reason, number.node), number))

    def arguments(self, call: ast.Call, exprs: tuple[ast.Expr, ...], args: tuple[Value, ...], scope: Scope) -> None:
        """What a function of the tree is passed."""
        for index, (e, value) in enumerate(zip(exprs, args, strict=False)):
            if value.mode != "constant" and has_float(value.type):
                number = self.number(e, scope)
                if number.reason or number.node:
                    fact = FloatFact("argument", call.end, index, "", number.reason, number.node)
                    self._found.append((fact, number))

    def returned(self, e: ast.Expr, value: Value, scope: Scope) -> None:
        """``e`` is the function's first result."""
        if value.mode != "constant" and has_float(value.type):
            number = self.number(e, scope)
            if number.reason or number.node:
                self._found.append((FloatFact("result", e.pos, 0, "", number.reason, number.node), number))

    def settle(self, body: ast.Block) -> None:
        """Works out the facts, now that all of the function's body is known."""
        if not self._found or _asks_for_nan(body):
            return
        compared = frozenset(_compared(body)) if any(number.divisors for _, number in self._found) else frozenset()
        self.facts = tuple(fact for fact, number in self._found if not number.divisors & compared)

    # --- numbers --------------------------------------------------------------------------------

    def number(self, e: ast.Expr, scope: Scope) -> Number:
        """What is known of the value of ``e``: a number, or a struct or array of numbers."""
        match e:
            case ast.BasicLit():
                return FINITE
            case ast.Name():
                return self._named(e, scope)
            case ast.Unary(op="-" | "+", x=x):
                return self.number(x, scope)
            case ast.Binary(op="/", x=x, y=y):
                return self._quotient(e, x, y, scope)
            case ast.Binary(op="+" | "-" | "*", x=x, y=y):
                return _either((self.number(x, scope), self.number(y, scope)))
            case ast.Call():
                return self._called(e, scope)
            case ast.Composite():
                return self._composed(e, scope)
        root = _root(e, scope) if isinstance(e, ast.Selector | ast.Index) else None
        if root in self._filled:
            return self._filled[root]
        return FINITE if self._evaluator.expr(e, scope).mode == "constant" else ANY

    def _named(self, e: ast.Name, scope: Scope) -> Number:
        found = scope.lookup(e.name)
        if not isinstance(found, Variable):
            return FINITE  # a constant
        return self._held.get(found, self._unassigned(found))

    def _unassigned(self, variable: Variable) -> Number:
        origin = variable.origin
        if not isinstance(origin, Origin):
            return ANY
        if origin.origin in ("constant", "index"):
            return FINITE
        return Number(False, "", origin.node) if origin.origin == "parameter" else ANY

    def _quotient(self, e: ast.Binary, x: ast.Expr, y: ast.Expr, scope: Scope) -> Number:
        dividend, divisor = self._evaluator.expr(x, scope), self._evaluator.expr(y, scope)
        if divisor.mode == "constant":
            return FINITE if dividend.mode == "constant" else self.number(x, scope)
        if not (_is_float(dividend.type) or _is_float(divisor.type)):
            return FINITE
        if dividend.mode == "constant" and spell(x).strip("0.") != "":
            return self.number(y, scope)  # 1/x is no NaN
        return Number(False, f"it is a quotient, '{spell(e)}', and 0/0 is NaN", "", frozenset(names_in(y)))

    def _called(self, e: ast.Call, scope: Scope) -> Number:
        value = self._evaluator.expr(e, scope)
        if value.mode == "constant":
            return FINITE
        if value.mode == "converted" and value.operand is not None and e.args:
            if value.operand.mode == "constant" or not has_float(value.operand.type):
                return FINITE if value.operand.type is not UNKNOWN else ANY
            return self.number(e.args[-1], scope)
        denotes = value.operand.denotes if value.operand is not None else None
        callee = callee_name(denotes)
        if callee in _READING:
            return Number(False, _READING[callee])
        if callee in _PARTIAL:
            return Number(False, f"{callee} gives NaN for some numbers", "", frozenset(names_in(e.args)))
        if callee in _SAME:
            return _either(self.number(arg, scope) for arg in e.args)
        if callee.startswith(_NEVER):
            return FINITE
        return Number(False, "", f"{callee}$r0") if callee and in_tree(denotes) else ANY

    def _composed(self, e: ast.Composite, scope: Scope) -> Number:
        numbers = []
        for element in e.elements:
            value = self._evaluator.expr(element.value, scope)
            if value.mode != "constant" and (has_float(value.type) or isinstance(element.value, ast.Composite)):
                numbers.append(self.number(element.value, scope))
        return _either(numbers)


def _root(e: ast.Expr, scope: Scope) -> Variable | None:
    """The variable that an expression is, or is a part of."""
    while isinstance(e, ast.Selector | ast.Index | ast.Star):
        e = e.x
    found = scope.lookup(e.name) if isinstance(e, ast.Name) else None
    return found if isinstance(found, Variable) else None


def _either(numbers: Iterable[Number]) -> Number:
    """What is known of what may be one of several, or is made of them: the worst of it."""
    worst = FINITE
    for number in numbers:
        if worst.finite or (number.reason and not worst.reason) or (not number.finite and number.node and worst == ANY):
            worst = number if not number.finite else worst
    return worst


def _is_float(t: Type) -> bool:
    u = underlying(t)
    return isinstance(u, Basic) and (u.name in _FLOATS or u.name == "untyped float")


def _where(t: Type) -> str:
    """Where in a key of type ``t`` the first float sits, "" for the key itself."""
    u = underlying(t)
    if isinstance(u, Struct):
        return next((f"field {field.name}" for field in u.fields if has_float(field.type)), "")
    return "array element" if isinstance(u, Array) else ""


def _asks_for_nan(node: object) -> bool:
    match node:
        case ast.Call(fun=fun) if spell(fun).lower().endswith("isnan"):
            return True
        case ast.Binary(op="!=" | "==", x=x, y=y) if not isinstance(x, ast.BasicLit) and spell(x) == spell(y):
            return True
    return any(_asks_for_nan(part) for part in parts_of(node))


def _compared(node: object) -> Iterator[str]:
    """The names in all comparisons and switches of a function."""
    match node:
        case ast.Binary(op="==" | "!=" | "<" | "<=" | ">" | ">="):
            yield from names_in(node)
        case ast.Switch(tag=tag) if tag is not None:
            yield from names_in(tag)
    for part in parts_of(node):
        yield from _compared(part)
