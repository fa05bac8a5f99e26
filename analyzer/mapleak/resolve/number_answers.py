"""What a function tells its callers about the numbers it is given, by its last result: true, false, nil or an error.

``func bad(x float64) bool { return math.IsNaN(x) }`` answers false only for what is no NaN. An answer tells that when
every return that may give it stands where the parameter, or a part of it, is known to be no NaN.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mapleak.resolve.noted import FloatFact
from mapleak.resolve.number_flow import Flow
from mapleak.resolve.number_tests import Known, State, value_of
from mapleak.syntax import ast

ANSWERS = {"bool": ("true", "false"), "error": ("nil", "some")}
"""The answers of functions by the type of their last result."""


def answers(flow: Flow, kind: str, asked: Iterable[tuple[str, str]]) -> Iterator[FloatFact]:
    """What is told of the parameters ``asked``, (p0, its name) and so on, by results of type ``kind``."""
    for answer in ANSWERS.get(kind, ()):
        states = [state for leaving in flow.exits for state in _giving(flow, leaving.results, leaving.state, answer)]
        for position, name in asked:
            said = [_said(state, name) for state in states]
            if not said or None in said:
                continue
            definite = any(known is not None and not known for known in said)
            others = [known for known in said if known]
            unless = frozenset.intersection(*others) if others else frozenset()
            if not others or (unless and not definite):
                yield FloatFact("tells", 0, 0, answer, "", position, tuple(sorted(unless)))


def _giving(flow: Flow, results: tuple[ast.Expr, ...], state: State, answer: str) -> Iterator[State]:
    """What is known where these results give the answer; nothing when they never do."""
    if not results:
        yield state
        return
    last, of_error = results[-1], answer in ("nil", "some")
    value = value_of(last)
    if value:
        if value == answer:
            yield state
    elif isinstance(last, ast.Call) and of_error:
        told = (Known("told", text, f"{function}={answer}") for function, text in flow.tests.about(last))
        yield state | frozenset(told)
    elif isinstance(last, ast.Name) and of_error:
        if Known("is", last.name, "some" if answer == "nil" else "nil") not in state:
            compared = ast.Binary(last.pos, last.end, "==", last, ast.Name(last.pos, last.end, "nil"))
            yield state | flow.tests.of(compared, state, holds=answer == "nil")
    else:
        yield state if of_error else state | flow.tests.of(last, state, holds=answer == "true")


def _said(state: State, name: str) -> frozenset[str] | None:
    """Who says that a parameter is no NaN: nobody else needed, others (as in FloatFact.unless); None when none does."""
    about = [k for k in state if k.kind in ("number", "told") and (k.text == name or k.text.startswith(f"{name}."))]
    if any(k.kind == "number" for k in about):
        return frozenset()
    return frozenset(k.detail for k in about) or None
