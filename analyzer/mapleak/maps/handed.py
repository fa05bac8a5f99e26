"""What is handed to code that is not analysed, which may insert into it, empty it or keep it."""

from __future__ import annotations

import msgspec

from mapleak.maps.census import Subject
from mapleak.maps.closed_world import is_program
from mapleak.maps.context import Context
from mapleak.maps.knowledge import reads_only
from mapleak.maps.nodes import container_of, is_result, position_function
from mapleak.resolve.model import NO_BODY, CallFact, FunctionFacts

_REMOVING_METHODS = frozenset({"Clear", "CompareAndDelete", "Delete", "LoadAndDelete"})
"""What interfaces that describe a sync.Map call its removals."""


class Handed(msgspec.Struct, frozen=True):
    """For each node the functions (or source text of calls) outside the analysed code that get its value."""

    by_node: dict[str, tuple[str, ...]]
    unreadable: frozenset[str]  # packages with a file that could not be read in full

    def receivers(self, node: str) -> tuple[str, ...]:
        return self.by_node.get(node, ())


def find_handed(context: Context) -> Handed:
    """Looks through all calls for values that leave the analysed code. Functions that are known to only read
    what they get, or whose effect is an operation of its own, are left out; so is what tests compare."""
    found: dict[str, dict[str, None]] = {}
    in_sight = {name for name, variants in context.graph.functions.items() if not all(map(_out_of_sight, variants))}
    for function in context.resolved.functions:
        if context.is_test(function.file):
            continue
        followed: frozenset[int] | None = None
        for call in function.calls:
            if (call.mode == "static" and call.callee in in_sight) or not (call.receiver or any(call.args)):
                continue
            if followed is None:
                edges = context.graph.callees.get(function.name, ())
                followed = frozenset(edge.end for edge in edges if edge.file == function.file)
            if receiver := _outside(context, call, followed):
                for node in (call.receiver, *call.args):
                    if node:
                        found.setdefault(node, {})[receiver] = None
    unreadable = frozenset(info.package for info in context.resolved.files.values() if info.has_issues)
    return Handed({node: tuple(receivers) for node, receivers in found.items()}, unreadable)


def _outside(context: Context, call: CallFact, followed: frozenset[int]) -> str:
    """What a call leads to when it leads out of the analysed code, else "", those to functions in sight apart.
    ``followed`` are the ends of the calls that the call graph follows."""
    if call.mode == "static":
        known = call.callee not in context.graph.functions and reads_only(call.callee)
        return "" if known else call.callee
    if call.mode == "unknown":
        return call.callee or "a function that is not known"
    if call.end in followed:
        return ""
    return f"{call.callee}.{call.method}" if call.method else call.callee


def _out_of_sight(function: FunctionFacts) -> bool:
    """Whether a function does to what it is given what is not followed: it has no body in Go (assembly, linkname), or
    it removes through an interface, behind which a sync.Map may be."""
    return function.ending.reason == NO_BODY or any(
        call.mode == "interface" and call.method in _REMOVING_METHODS for call in function.calls
    )


def has_unseen_uses(context: Context, handed: Handed, subject: Subject) -> bool:
    """Whether code that is not seen may change a map: it is handed or returned out of the analysed code, comes from
    there, is too widely aliased to follow, can be named by importers, or its package has files with syntax errors."""
    if subject.capped or subject.outside or any(_gets_out(context, handed, alias) for alias in subject.aliases):
        return True
    variable = subject.variable or context.variables.get(container_of(subject.node))
    if variable is None:
        return True
    if variable.package in handed.unreadable:
        return True
    return variable.kind in ("var", "field") and _importers_see(context, variable.node, variable.package)


def _gets_out(context: Context, handed: Handed, alias: str) -> bool:
    """Whether a name of a map is handed to code outside, or returned to callers that are not seen."""
    root = context.graph.roots.get(position_function(alias)) if is_result(alias) else None
    unseen = root is not None and root.kind == "exported" and not _in_program(context, root.function)
    return unseen or bool(handed.receivers(alias))


def _in_program(context: Context, function: str) -> bool:
    """Whether all callers of an exported function are in the tree: it is there for the program that it is a part of."""
    return any(is_program(variant.package, context.programs) for variant in context.graph.functions.get(function, ()))


def _importers_see(context: Context, node: str, package: str) -> bool:
    """Whether code outside the tree may name a variable or field: exported, of a library, not internal."""
    names = node[len(package) + 1 :].split(".") if node.startswith(package + ".") else [""]
    if not all(name[:1].isupper() for name in names):
        return False
    if package in context.resolved.main_packages or "internal" in package.split("/"):
        return False
    return not is_program(package, context.programs)
