"""Functions that leave the tree as values, and what becomes of them there.

After function values have been followed, what is left are functions that code outside the tree was handed
(as an argument, in a field of its types, as methods of a value it sees through an interface), and functions
whose value went where nothing follows it. Both may still run: this module says because of whom, and how often.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from mapleak.callgraph.bindings import interface_method, parameter_list
from mapleak.callgraph.knowledge import (
    METHODS,
    SERVICE_MARKER,
    CallbackMethod,
    Handling,
    handling_of,
    handling_of_field,
    is_handler_shaped,
)
from mapleak.callgraph.static import Site
from mapleak.callgraph.values import CONTAINER_DEPTH, ELEMENT, FUNCTION, ValueFlow
from mapleak.resolve.model import FunctionFacts, MethodFact, TypeFacts

PROGRAM = ""
"""Stands for the start of the program where no function is known to hand a function over."""

FunctionIndex = Mapping[str, tuple[FunctionFacts, ...]]


class Handed(msgspec.Struct, frozen=True):
    """``function`` was handed over by ``by`` to ``place``; ``site`` is the call, None when it was stored."""

    by: str
    function: str
    place: str
    handling: Handling | None
    site: Site | None


def reaching(values: ValueFlow, node: str) -> set[str]:
    """Return the functions that may be the value of ``node`` or what it contains."""
    found = set(values.functions(node))
    if node.startswith(FUNCTION):
        found.add(node.removeprefix(FUNCTION))
    for depth in range(1, CONTAINER_DEPTH + 1):
        found |= values.functions(node, depth)
    return found


def handed_in_calls(
    functions: FunctionIndex, values: ValueFlow, meant: Callable[[str], tuple[str, ...]], sites: Iterable[Site]
) -> Iterator[Handed]:
    """Yield each function of the tree that one of ``sites``, calls of code outside it, is given.

    ``meant`` gives the functions that a value stands for: the method of an interface may be any implementation's.
    """
    for site in sites:
        call = site.call
        place = interface_method(call.callee, call.method) if call.mode == "interface" else call.callee
        given: set[str] = set()
        for node in (call.receiver, *call.args):
            if node:
                given |= reaching(values, node)
        for name in sorted({name for value in given for name in meant(value)}):
            handling = handling_of(place) if call.mode in ("static", "interface") else None
            yield Handed(site.function.name, name, place, _by_shape(functions, name, handling), site)


def handed_in_fields(
    functions: FunctionIndex,
    values: ValueFlow,
    meant: Callable[[str], tuple[str, ...]],
    takers: Mapping[str, tuple[str, ...]],
    packages: frozenset[str],
) -> Iterator[Handed]:
    """Yield each function of the tree that is stored in a field or variable of a package outside it.

    Those who named the function count as those who handed it over.
    """
    for node in sorted(values.nodes()):
        place = outside_place(node, packages)
        if not place:
            continue
        for name in sorted({name for value in reaching(values, node) for name in meant(value)}):
            handling = _by_shape(functions, name, handling_of_field(place))
            for by in takers.get(name, (PROGRAM,)):
                yield Handed(by, name, place, handling, None)


def _by_shape(functions: FunctionIndex, name: str, handling: Handling | None) -> Handling | None:
    """A handler's shape decides where nothing is known of the place it is handed to."""
    if handling is None and is_handler_shaped(functions[name][0].signature):
        return Handling.KEEPS
    return handling


def outside_place(node: str, packages: frozenset[str]) -> str:
    """Return the variable or field outside the tree that ``node`` stands for, "" when it is in the tree."""
    while node.endswith(ELEMENT):
        node = node.removesuffix(ELEMENT)
    if node.startswith("outside:"):
        return node.removeprefix("outside:")
    if node.startswith((FUNCTION, "call@", "make@", "(")) or "$" in node:
        return ""
    # A path may hold dots (gopkg.in/yaml.v3): every dot of its last element may end it.
    dot = node.find(".", node.rfind("/") + 1)
    while dot != -1:
        if node[:dot] in packages:
            return ""
        dot = node.find(".", dot + 1)
    return node


def is_outside_interface(key: str, packages: frozenset[str]) -> bool:
    """Tell whether an interface is declared outside the tree: types we do not see may implement it."""
    return "." in key and "{" not in key and outside_place(key, packages) != ""


def takers_of(functions: FunctionIndex, meant: Callable[[str], tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return, for each function of the tree used as a value, the functions that name it, sorted.

    A closure is named by the function around it.
    """
    found: dict[str, set[str]] = {}
    named: dict[str, set[str]] = {}  # as written
    for name, variants in functions.items():
        for function in variants:
            if function.parent:
                found.setdefault(name, set()).add(function.parent)
            for node in _named(function):
                named.setdefault(node, set()).add(name)
    for node, by in named.items():
        for name in meant(node.removeprefix(FUNCTION)):
            found.setdefault(name, set()).update(by)
    return {name: tuple(sorted(by)) for name, by in found.items()}


def _named(function: FunctionFacts) -> Iterator[str]:
    """The functions that a function names as values, as nodes."""
    for flow in function.flows:
        if flow.source.startswith(FUNCTION):
            yield flow.source
    for op in function.ops:
        if op.stored.startswith(FUNCTION):
            yield op.stored
    for call in function.calls:
        if call.receiver.startswith(FUNCTION):
            yield call.receiver
        for node in call.args:
            if node.startswith(FUNCTION):
                yield node


_ERROR = ("error", "error)", "unknown", "unknown)")
"""Ends of canonical signatures whose last result is an error, or may be one."""

_BASIC = frozenset({"string", "bool", "int", "int32", "int64", "uint32", "uint64", "float64", "[]byte", "[]string"})
"""Types that no message of a service is, nor a stream."""


class CalledBack(msgspec.Struct, frozen=True):
    """``function`` is a method that ``interface``'s package calls once ``by`` has made a value of its type."""

    by: str
    function: str
    interface: str
    repeats: bool


def called_back(
    functions: FunctionIndex,
    types: Mapping[str, tuple[TypeFacts, ...]],
    makers: Mapping[str, tuple[str, ...]],
    packages: frozenset[str],
) -> Iterator[CalledBack]:
    """Yield the methods of the types that are made which code outside the tree calls through an interface.

    An interface whose own package is in the tree is left out: calls through it are seen.
    """
    for name in sorted(makers):
        for declared in types[name]:
            service = any(SERVICE_MARKER.search(part) for part in declared.embeds)
            for method in declared.methods:
                if method.function not in functions:
                    continue
                known = METHODS.get(method.name)
                if known is not None and known.package not in packages and _agrees(method, known):
                    interface, repeats = known.interface, known.repeats
                elif service and _is_rpc(method) and _declared_by(functions, method.function, name):
                    interface, repeats = f"{name}'s RPC service", True
                else:
                    continue
                for by in makers[name]:
                    yield CalledBack(by, method.function, interface, repeats)


def _is_rpc(method: MethodFact) -> bool:
    """Heuristic ``rpc-shape``: what a service answers calls with returns an error, and is given messages, streams and
    a context: other exported methods are there for the program itself."""
    parameters = parameter_list(method.signature)
    returns_error = method.signature.endswith(_ERROR)
    return method.name[:1].isupper() and returns_error and not any(part in _BASIC for part in parameters or ())


def _agrees(method: MethodFact, known: CallbackMethod) -> bool:
    return known.has(method.signature) or "unknown" in method.signature


def _declared_by(functions: FunctionIndex, function: str, type_name: str) -> bool:
    return functions[function][0].receiver_type == type_name
