"""What a condition says of numbers: which of them are certainly not NaN where it holds, and where it does not.

Every ordered comparison with a NaN is false, and so is ``==``. A number that took part in one that was true is no NaN;
that one was false (``if x < 0 { return }``) says nothing. ``math.IsNaN`` and ``x != x`` ask directly. What a function
of the tree says by its answer (``if bad(x) { … }``, ``if err := check(x); err != nil { … }``) is found where all
functions are known (maps.filling.nan_keys): here it is noted under that function, its parameter and the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from mapleak.resolve.spell import spell
from mapleak.syntax import ast

RECEIVER = "recv"
_WORD = re.compile(r"\w+")
_WAYS = 8
"""Ways that meet and are compared with each other; of more, as in long switches, only what is common is kept."""

_OPPOSITE = {"true": "false", "false": "true", "nil": "some", "some": "nil"}


class Known(NamedTuple):
    """What is known at some place of an expression, as it is written.

    ``kind``: number (no NaN), told (no NaN if the function in ``detail`` says so by that answer, ``F$p0=false``),
    answer (the variable holds the answer of ``detail``, ``F$p0``, about ``of``), is (a flag or an error is true,
    false, nil or some, as ``detail`` says), when (if it is that, then ``of`` is a number).
    """

    kind: str
    text: str
    detail: str = ""
    of: str = ""


State = frozenset[Known]
NOTHING: State = frozenset()

_NEW_ERRORS = frozenset(("errors.New", "fmt.Errorf"))


def value_of(e: ast.Expr) -> str:
    """The flag or error that an expression is, as in ``is``; "" for all others."""
    match e:
        case ast.Name(name="true" | "false" | "nil" as value):
            return value
        case ast.Unary(op="&") | ast.Composite():
            return "some"
        case ast.Call(fun=fun):
            return "some" if spell(fun) in _NEW_ERRORS else ""
    return ""


@lru_cache(4096)
def words(text: str) -> frozenset[str]:
    """The names in source text."""
    return frozenset(_WORD.findall(text))


def without(state: State, name: str) -> State:
    """What is still known after the variable ``name`` has got another value."""
    if not state:
        return state
    return frozenset([k for k in state if name not in words(k.text) and name not in words(k.of)])


class Tests:
    """Reads the conditions of one function; ``callees`` are the functions of the tree that it calls, by call end."""

    def __init__(self, callees: Mapping[int, str]) -> None:
        self._callees = callees

    def of(self, condition: ast.Expr, state: State, *, holds: bool) -> State:
        """What more is known where ``condition`` holds, or where it does not."""
        match condition:
            case ast.Unary(op="!", x=x):
                return self.of(x, state, holds=not holds)
            case ast.Binary(op="&&" | "||" as op, x=x, y=y):
                if holds == (op == "&&"):
                    return self.of(x, state, holds=holds) | self.of(y, state, holds=holds)
                left, right = self.of(x, state, holds=not holds), self.of(y, state, holds=holds)
                return (self.of(x, state, holds=holds) & (left | right)) | _when(left, right)
            case ast.Binary(op="==" | "!=", x=x, y=ast.Name(name="nil")):
                return self._is(spell(x), "nil" if holds == (condition.op == "==") else "some", state)
            case ast.Binary(op="==" | "<" | "<=" | ">" | ">=", x=x, y=y):
                return frozenset(_numbers(x, y)) if holds else NOTHING
            case ast.Binary(op="!=", x=x, y=y):
                return NOTHING if holds else frozenset(_numbers(x, y))
            case ast.Name(name=name):
                return self._is(name, "true" if holds else "false", state)
            case ast.Call():
                return self._called(condition, holds=holds)
        return NOTHING

    def about(self, e: ast.Expr | None) -> Iterator[tuple[str, str]]:
        """The functions that a call asks (``F$p0``), each with the argument that it is asked about, as written."""
        callee = self._callees.get(e.end) if isinstance(e, ast.Call) else None
        if callee is None or not isinstance(e, ast.Call):
            return
        for index, arg in enumerate(e.args):
            yield f"{callee}$p{index}", spell(arg.x if isinstance(arg, ast.Unary) and arg.op == "&" else arg)
        if isinstance(e.fun, ast.Selector) and callee.startswith("("):
            yield f"{callee}${RECEIVER}", spell(e.fun.x)

    def _called(self, call: ast.Call, *, holds: bool) -> State:
        name = spell(call.fun).lower()
        if name.endswith("isnan"):
            return NOTHING if holds else frozenset(Known("number", spell(arg)) for arg in call.args[:1])
        if name.endswith("isinf"):
            return frozenset(Known("number", spell(arg)) for arg in call.args[:1]) if holds else NOTHING
        answer = "true" if holds else "false"
        return frozenset(Known("told", text, f"{asked}={answer}") for asked, text in self.about(call))

    def _is(self, text: str, answer: str, state: State) -> State:
        """What follows where a flag or an error is found to be this."""
        found = {Known("is", text, answer)}
        for k in state:
            if k.text == text and k.kind == "answer":
                found.add(Known("told", k.of, f"{k.detail}={answer}"))
            elif k.text == text and k.kind == "when" and k.detail == answer:
                found.add(Known("number", k.of))
        return frozenset(found)


def meet(states: list[State]) -> State:
    """What is known where several ways meet: what is known on all of them, and what a flag or an error then tells."""
    common = frozenset.intersection(*states)
    if not 1 < len(states) <= _WAYS:
        return common
    told = {k for state in states for k in state if k.kind == "when"}
    for state in states:
        told |= {
            Known("when", k.text, _OPPOSITE[k.detail], number.text)
            for k in state
            if k.kind == "is"
            for other in states
            for number in other - state
            if number.kind == "number"
        }
    return common | {k for k in told if all(_holds(k, state) for state in states)}


def _holds(k: Known, state: State) -> bool:
    """Whether ``if it is that, then it is a number`` holds where this is known."""
    return not {k, Known("is", k.text, _OPPOSITE[k.detail]), Known("number", k.of)}.isdisjoint(state)


def _when(condition: State, then: State) -> State:
    """Numbers that are known where a flag or an error is this."""
    return frozenset(
        Known("when", k.text, k.detail, number.text)
        for k in condition
        if k.kind == "is"
        for number in then
        if number.kind == "number"
    )


def _numbers(*compared: ast.Expr) -> Iterator[Known]:
    """The numbers in a comparison that was true; a NaN makes each of these calculations and functions give NaN."""
    for e in compared:
        match e:
            case ast.Name() | ast.Selector() | ast.Index() | ast.Star():
                yield Known("number", spell(e))
            case ast.Unary(op="-" | "+", x=x):
                yield from _numbers(x)
            case ast.Binary(op="+" | "-" | "*" | "/", x=x, y=y):
                yield from _numbers(x, y)
            case ast.Call():
                yield Known("number", spell(e))
                yield from _numbers(*e.args)
