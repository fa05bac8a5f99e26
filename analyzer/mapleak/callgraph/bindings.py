"""Binds what calls pass and receive to the parameters and results of the functions they call.

The resolved facts tie each parameter variable to its position (``F.x`` takes ``F$p0``) and each result
position to what is returned; calls only list their arguments. This module makes the flows between the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from mapleak.callgraph.static import Site
from mapleak.resolve.model import FunctionFacts, InterfaceFacts, ResolvedProgram

Binding = tuple[str, str]
"""Target and source of a flow."""

_RESULT = re.compile(r"(call@.+?:\d+)\$r(\d+)")


class Shape(msgspec.Struct, frozen=True):
    """What binding must know of a callee's parameters: which are named, whether the last one is variadic."""

    name: str
    named: tuple[bool, ...] | None  # None: not known how many there are
    variadic: bool
    method: bool


def parameter_list(signature: str) -> list[str] | None:
    """Split the parameter list of a canonical signature at its top-level commas; None when there is none."""
    parts: list[str] = []
    depth, start = 0, -1
    for place, character in enumerate(signature):
        if character in "([{":
            depth += 1
            if depth == 1:
                start = place + 1
        elif character in ")]}":
            depth -= 1
            if depth == 0:
                last = signature[start:place].strip()
                return [*parts, last] if last else parts
        elif character == "," and depth == 1:
            parts.append(signature[start:place].strip())
            start = place + 1
    return None


def _is_variadic(signature: str) -> bool:
    """Tell whether the last parameter is variadic: canonical signatures spell it ``[]T...``."""
    parameters = parameter_list(signature) if "..." in signature else None
    return any(parameter.endswith("...") for parameter in (parameters or ())[-1:])


def shape_of(variants: tuple[FunctionFacts, ...]) -> Shape:
    """Return the shape of a function of the tree; a parameter counts as named when one variant names it."""
    first = variants[0]
    count = max(len(v.params) for v in variants)
    named = tuple(any(len(v.params) > i and v.params[i] != "" for v in variants) for i in range(count))
    return Shape(first.name, named, _is_variadic(first.signature), first.receiver_type != "")


def interface_method(key: str, method: str) -> str:
    """Name an interface's method as if it were a function: the node prefix that its calls share."""
    return f"({key}).{method}"


def shape_of_method(interface: InterfaceFacts, method: str) -> Shape:
    """Return the shape of an interface's method from its signature."""
    signature = next((text for name, text in interface.methods if name == method), "unknown")
    parameters = parameter_list(signature) if "unknown" not in signature else None
    named = None if parameters is None else (True,) * len(parameters)
    return Shape(interface_method(interface.key, method), named, _is_variadic(signature), False)


def bind(site: Site, callee: Shape, results: Mapping[str, tuple[int, ...]]) -> Iterator[Binding]:
    """Yield the flows between a call and one function it calls.

    An argument that is passed to a variadic parameter becomes an element of it; a last argument in the
    variadic place may also be the slice itself (``f(xs...)``), which the facts do not tell apart.
    A method called with one argument too many is a method expression: the first one is the receiver.
    """
    function, call = site
    receiver, args = call.receiver, call.args
    named = callee.named
    if callee.method and named is not None and not receiver and not callee.variadic and len(args) == len(named) + 1:
        receiver, args = args[0], args[1:]
    if receiver:
        yield f"{callee.name}$recv", receiver
    for position, arg in enumerate(args):
        if arg:
            yield from _bind_argument(callee, position, arg)
    where = f"call@{function.file}:{call.end}"
    for index in results.get(where, ()):
        yield f"{where}$r{index}", f"{callee.name}$r{index}"


def _bind_argument(callee: Shape, position: int, arg: str) -> Iterator[Binding]:
    named = callee.named
    if named is None:
        yield f"{callee.name}$p{position}", arg
        return
    last = len(named) - 1
    if callee.variadic and position >= last:
        if named[last]:
            yield f"{callee.name}$p{last}[]", arg
            if position == last:
                yield f"{callee.name}$p{last}", arg
    elif position <= last and named[position]:
        yield f"{callee.name}$p{position}", arg


def followed_results(resolved: ResolvedProgram) -> dict[str, tuple[int, ...]]:
    """Return, by call (``call@FILE:POS``), the positions of its results that some fact mentions."""
    found: dict[str, set[int]] = {}
    for node in _mentioned(resolved):
        if node.startswith("call@"):
            match = _RESULT.match(node)
            if match:
                found.setdefault(match[1], set()).add(int(match[2]))
    return {where: tuple(sorted(indexes)) for where, indexes in found.items()}


def _mentioned(resolved: ResolvedProgram) -> Iterable[str]:
    """Yield every node of the facts that may be the result of a call."""
    for function in resolved.functions:
        for flow in function.flows:
            yield flow.source
            yield flow.target
        for call in function.calls:
            yield call.callee
            yield call.receiver
            yield from call.args
        for op in function.ops:
            yield op.node
            yield op.stored
            if op.key is not None:
                yield op.key.node
        for ranging in function.ranges:
            yield ranging.node
            yield ranging.callback
        for start in function.gos:
            yield from start.captured
            yield from start.passed
