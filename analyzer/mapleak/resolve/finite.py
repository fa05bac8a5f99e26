"""Results that are one of finitely many constants whatever the call: as keys they bound a map.

Whether a function is such is known only when it is resolved, so the keys made of its results are put right
when all functions are.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import structs

from mapleak.resolve.model import CallFact, FunctionFacts, KeyFact


def with_finite_results(functions: Iterable[FunctionFacts]) -> list[FunctionFacts]:
    """The functions, with keys that are such results classified as constants. All build variants must agree."""
    functions = list(functions)
    infinite = {f.name for f in functions if not f.finite_result}
    finite = {f.name for f in functions if f.finite_result} - infinite
    return [_corrected(f, finite) for f in functions] if finite else functions


def _corrected(function: FunctionFacts, finite: set[str]) -> FunctionFacts:
    ops = function.ops
    if any(op.key is not None and op.key.callee in finite for op in ops):
        ops = tuple(structs.replace(op, key=_key(op.key, finite)) for op in ops)
    calls = function.calls
    if any(key is not None and key.callee in finite for call in calls for key in call.arg_keys):
        calls = tuple(_call(call, finite) for call in calls)
    if ops is function.ops and calls is function.calls:
        return function
    return structs.replace(function, ops=ops, calls=calls)


def _call(call: CallFact, finite: set[str]) -> CallFact:
    return structs.replace(call, arg_keys=tuple(_key(key, finite) for key in call.arg_keys))


def _key(key: KeyFact | None, finite: set[str]) -> KeyFact | None:
    if key is None or key.callee not in finite:
        return key
    return structs.replace(key, origin="constant", detail=f"{key.callee} gives constants only", node="")
