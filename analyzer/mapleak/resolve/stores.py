"""Fields that keys are read from: of all assignments to fields, those to them are kept.

A key that is read from a field takes as many values as the field is given, and what deletes under it may find that the
field holds something else by then. Which fields these are is known only when all functions are resolved; the other
assignments, most by far, say nothing about maps and go.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from msgspec import structs

from mapleak.resolve.model import FunctionFacts, KeyFact


def with_stores_of_keys(functions: Iterable[FunctionFacts]) -> list[FunctionFacts]:
    """The functions, with the assignments to fields that some key may be read from."""
    functions = list(functions)
    read = {key.node for function in functions for key in _keys(function) if key.origin in ("field", "element")}
    return [_only(function, read) if function.stores else function for function in functions]


def _only(function: FunctionFacts, read: set[str]) -> FunctionFacts:
    kept = tuple(store for store in function.stores if store[0] in read)
    return function if len(kept) == len(function.stores) else structs.replace(function, stores=kept)


def _keys(function: FunctionFacts) -> Iterator[KeyFact]:
    """Whatever may become a key, stored or deleted, with what it is made of."""
    found = [op.key for op in function.ops if op.effect in ("insert", "remove") and op.key is not None]
    found += [key for call in function.calls for key in call.arg_keys if key is not None]
    found += chain.from_iterable(function.results)
    found += [key for _, key in function.stores]
    for key in found:
        yield key
        found += key.sources
