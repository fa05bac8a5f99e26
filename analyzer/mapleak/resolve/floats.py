"""Floating-point numbers that may be NaN: which keys, arguments and results of a function they are.

NaN is not equal to itself, so a map entry under it is never found again. Numbers that cannot be NaN are constants,
converted integers, and what +, - and * make of these (an overflow to infinity is left out of account). What may be
NaN on ordinary input: a quotient (0/0), text that is read as a number ("NaN" is one), bits taken as a number, and the
functions of package math that are not defined everywhere (resolve.number_domains tells where they are). JSON has no
NaN, so what it is decoded into is none. Of everything else it is not known: where it is a parameter or the result of a
function of the tree, its node says where to look on.

What the function tests on its way is told by resolve.number_flow. A quotient whose divisor is compared with anything
in the same function is taken to be guarded against zero; so is what is given to a function of package math.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import structs

from mapleak.program.expressions import Evaluator
from mapleak.program.scope import Scope
from mapleak.program.values import Unobserved, Value
from mapleak.resolve.kept import parts_of
from mapleak.resolve.nan_tables import FILLING, FILLING_FINITE, NEVER, PARTIAL, READING, SAME
from mapleak.resolve.noted import FloatFact
from mapleak.resolve.number_answers import ANSWERS, answers
from mapleak.resolve.number_domains import Domains
from mapleak.resolve.number_flow import DEFINITE, Flow, Source
from mapleak.resolve.number_tests import NOTHING, RECEIVER
from mapleak.resolve.origins import Origin, callee_name, in_tree
from mapleak.resolve.spell import spell
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.types import UNKNOWN, Array, Basic, Named, Pointer, Struct, Type, underlying

_FLOATS = frozenset(("float32", "float64", "complex64", "complex128"))
_DEPTH = 4
_SOURCES = 8
"""Sources of a number that are kept."""

Number = tuple[Source, ...]
"""Where a number may get a NaN from; nothing of one that cannot be NaN."""

FINITE: Number = ()
ANY: Number = (Source("", ""),)


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
        self._domains = Domains(self._evaluator)
        self._held: dict[Variable, Number] = {}
        self._filled: dict[Variable, Number] = {}  # what was read into a variable, or into parts of it
        self._given: dict[int, Number] = {}  # what is assigned to a variable, by the variable's offset there
        self._callees: dict[int, str] = {}  # functions of the tree that are asked about numbers, by call end
        self._found: list[tuple[FloatFact, int, Number]] = []  # each with the offset at which it is used
        self.facts: tuple[FloatFact, ...] = ()

    def assigned(self, target: ast.Expr | ast.Ident, source: ast.Expr | None, scope: Scope, *, defines: bool) -> None:
        """A variable is given the value, or the first result, of ``source``; None for any other of its results."""
        variable = scope.lookup(target.name) if isinstance(target, ast.Name | ast.Ident) else None
        if isinstance(variable, Variable) and variable.function and has_float(variable.type):
            number = ANY if source is None else self.number(source, scope)
            self._given[target.pos] = number
            number = tuple([s._replace(via=s.via | {target.pos}) for s in number])
            before = FINITE if defines else self._held.get(variable, self._unassigned(variable))
            self._held[variable] = _together((before, number))

    def filled(self, callee: str, exprs: tuple[ast.Expr, ...], scope: Scope) -> None:
        """A function is called, perhaps one that reads numbers into what it is given the address of."""
        if callee not in FILLING and callee not in FILLING_FINITE:
            return
        number: Number = (Source(FILLING[callee], ""),) if callee in FILLING else FINITE
        for e in exprs:
            target = e.x if isinstance(e, ast.Unary) and e.op == "&" else e
            variable = _root(target, scope)
            if variable is not None and variable.function:
                self._filled[variable] = _together((self._filled.get(variable, FINITE), number))
                if isinstance(target, ast.Name):
                    self._held[variable] = _together((self._held.get(variable, FINITE), number))

    def visited(self, variable: Variable, collection: ast.Expr, scope: Scope) -> None:
        """``variable`` goes through the values of a collection, which may have been read."""
        source = _root(collection, scope)
        if source in self._filled:
            self._filled[variable] = self._held[variable] = self._filled[source]

    def key(self, e: ast.Expr, value: Value, pos: int, scope: Scope) -> None:
        """``e`` is the key of the insertion at ``pos``; its type, or its dynamic type, has a float in it."""
        self._find("key", pos, 0, _where(value.type), pos, self.number(e, scope))

    def arguments(
        self, call: ast.Call, callee: str, exprs: tuple[ast.Expr, ...], args: tuple[Value, ...], scope: Scope
    ) -> None:
        """What a function of the tree is passed: ``callee``, "" for one that is not known."""
        if callee and (isinstance(call.fun, ast.Selector) or any(_told_of(value.type) for value in args)):
            self._callees[call.end] = callee
        for index, (e, value) in enumerate(zip(exprs, args, strict=False)):
            if value.mode != "constant" and has_float(value.type):
                known = tuple(source for source in self.number(e, scope) if source.reason or source.node)
                self._find("argument", call.end, index, "", call.end, known)

    def returned(self, e: ast.Expr, value: Value, scope: Scope) -> None:
        """``e`` is the function's first result."""
        if value.mode != "constant" and has_float(value.type):
            self._find("result", e.pos, 0, "", e.pos, self.number(e, scope))

    def _find(self, what: str, pos: int, index: int, path: str, at: int, number: Number) -> None:
        if number:
            self._found.append((FloatFact(what, pos, index, path, "", ""), at, number))

    def settle(self, body: ast.Block, t: ast.FuncType, scope: Scope, receiver: str) -> None:
        """Works out the facts, now that all of the function's body is known."""
        answered = spell(t.results[-1].type) if t.results else ""
        asked = tuple(_asked_about(t, scope, receiver)) if answered in ANSWERS else ()
        if not self._found and not asked:
            return
        flow = Flow([at for _, at, _ in self._found], self._given, self._callees)
        flow.follow(body)
        divides = any(source.divisors for _, _, number in self._found for source in number)
        compared = frozenset(_compared(body)) if divides else frozenset()
        facts: dict[FloatFact, None] = {}
        for fact, at, number in self._found:
            for source in number:
                excuses = flow.excuses(source, flow.at.get(at, NOTHING))
                if DEFINITE not in excuses and not source.divisors & compared:
                    unless = tuple(sorted(excuses))
                    facts[structs.replace(fact, reason=source.reason, node=source.node, unless=unless)] = None
        self.facts = (*facts, *answers(flow, answered, asked))

    # --- numbers --------------------------------------------------------------------------------

    def number(self, e: ast.Expr, scope: Scope) -> Number:
        """Where the value of ``e``, a number, or a struct or array of numbers, may get a NaN from."""
        number = self._number(e, scope)
        if number and isinstance(e, ast.Name | ast.Selector | ast.Index | ast.Star | ast.Call):
            text = spell(e)
            return tuple([source._replace(texts=source.texts | {text}) for source in number])
        return number

    def _number(self, e: ast.Expr, scope: Scope) -> Number:
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
                return _together((self.number(x, scope), self.number(y, scope)))
            case ast.Call():
                return self._called(e, scope)
            case ast.Composite():
                return self._composed(e, scope)
        root = _root(e, scope) if isinstance(e, ast.Selector | ast.Index) else None
        if root in self._filled:
            return self._filled[root]
        value = self._evaluator.expr(e, scope)
        return ANY if value.mode != "constant" and _may_be_float(value.type) else FINITE

    def _named(self, e: ast.Name, scope: Scope) -> Number:
        found = scope.lookup(e.name)
        if not isinstance(found, Variable) or not _may_be_float(found.type):
            return FINITE  # a constant, or no number
        return self._held.get(found, self._unassigned(found))

    def _unassigned(self, variable: Variable) -> Number:
        origin = variable.origin
        if not isinstance(origin, Origin):
            return ANY
        if origin.origin in ("constant", "index"):
            return FINITE
        return (Source("", origin.node),) if origin.origin == "parameter" else ANY

    def _quotient(self, e: ast.Binary, x: ast.Expr, y: ast.Expr, scope: Scope) -> Number:
        dividend, divisor = self._evaluator.expr(x, scope), self._evaluator.expr(y, scope)
        if not (_is_float(dividend.type) or _is_float(divisor.type)):
            return FINITE
        parts = _together((self.number(x, scope), self.number(y, scope)))
        safe = divisor.mode == "constant" or (dividend.mode == "constant" and spell(x).strip("0.") != "")  # 1/x
        if safe or self._domains.not_zero(y, scope) or self._domains.positive(x, scope):
            return parts
        quotient = Source(f"it is a quotient, '{spell(e)}', and 0/0 is NaN", "", divisors=frozenset(_operands(y)))
        return _together(((quotient,), parts))

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
        if callee in READING:
            return (Source(READING[callee], ""),)
        if callee in PARTIAL:
            return self._partial(callee, e.args, scope)
        if callee in SAME or (not callee and spell(e.fun) in SAME):
            return _together(self.number(arg, scope) for arg in e.args)
        if callee.startswith(NEVER):
            return FINITE
        return (Source("", f"{callee}$r0"),) if callee and in_tree(denotes) else ANY

    def _partial(self, callee: str, args: tuple[ast.Expr, ...], scope: Scope) -> Number:
        of_args = _together(self.number(arg, scope) for arg in args)
        if self._domains.defined(callee, args, scope):
            return of_args
        own = Source(f"{callee} gives NaN for some numbers", "", divisors=frozenset(_operands(args)))
        return _together(((own,), of_args))

    def _composed(self, e: ast.Composite, scope: Scope) -> Number:
        numbers = []
        for element in e.elements:
            value = self._evaluator.expr(element.value, scope)
            if value.mode != "constant" and (has_float(value.type) or isinstance(element.value, ast.Composite)):
                numbers.append(self.number(element.value, scope))
        return _together(numbers)


def _root(e: ast.Expr, scope: Scope) -> Variable | None:
    """The variable that an expression is, or is a part of."""
    while isinstance(e, ast.Selector | ast.Index | ast.Star):
        e = e.x
    found = scope.lookup(e.name) if isinstance(e, ast.Name) else None
    return found if isinstance(found, Variable) else None


def _together(numbers: Iterable[Number]) -> Number:
    """A number that may be one of several, or is made of them: those of which most is known first."""
    found = dict.fromkeys(source for number in numbers for source in number)
    if len(found) <= 1:
        return tuple(found)
    return tuple(sorted(found, key=lambda source: (not source.reason, not source.node))[:_SOURCES])


def _may_be_float(t: Type) -> bool:
    return t is UNKNOWN or has_float(t) or not isinstance(underlying(t), Basic)


def _told_of(t: Type) -> bool:
    """Whether a function that is given a value of the type may look at the numbers in it."""
    return has_float(t.elem if isinstance(t, Pointer) else t)


def _asked_about(t: ast.FuncType, scope: Scope, receiver: str) -> Iterator[tuple[str, str]]:
    """The parameters of a function that have numbers in them: position and name."""
    for position, name in ((RECEIVER, receiver), *((f"p{i}", param.name) for i, param in enumerate(t.params))):
        variable = scope.lookup(name) if name and name != "_" else None
        if isinstance(variable, Variable) and _told_of(variable.type):
            yield position, name


def _is_float(t: Type) -> bool:
    u = underlying(t)
    return isinstance(u, Basic) and (u.name in _FLOATS or u.name == "untyped float")


def _where(t: Type) -> str:
    """Where in a key of type ``t`` the first float sits, "" for the key itself."""
    u = underlying(t)
    if isinstance(u, Struct):
        return next((f"field {field.name}" for field in u.fields if has_float(field.type)), "")
    return "array element" if isinstance(u, Array) else ""


def _operands(node: object) -> Iterator[str]:
    """The variables, fields and calls that a calculation is made of, as written."""
    match node:
        case ast.Name() | ast.Selector():
            yield spell(node)
        case ast.Call(fun=fun, args=args):
            yield from _operands((() if isinstance(fun, ast.Name) else fun, args))
        case _:
            for part in parts_of(node):
                yield from _operands(part)


def _compared(node: object) -> Iterator[str]:
    """What all comparisons and switches of a function are made of."""
    match node:
        case ast.Binary(op="==" | "!=" | "<" | "<=" | ">" | ">="):
            yield from _operands(node)
        case ast.Switch(tag=tag) if tag is not None:
            yield from _operands(tag)
    for part in parts_of(node):
        yield from _compared(part)
