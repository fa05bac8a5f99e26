"""The node vocabulary of the value-flow graph: what kind of thing a node's name stands for.

Node names are those of mapleak.resolve.model. A *place* is something that keeps a value beyond a call and
that a map is named after: a package variable, a field, and what is stored inside one of them. Locals,
parameters, results and calls only pass values on.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Container, Mapping

from mapleak.resolve.model import Variable

ELEMENT = "[]"
_POSITION = re.compile(r"\$(?:p\d+|r\d+|recv)$")
_RESULT = re.compile(r"\$r\d+$")
_OFFSET = re.compile(r"@(?P<file>.*):(?P<pos>\d+)")


class NodeKind(enum.Enum):
    """What a node stands for."""

    PLACE = "place"  # package variable, field, element of one
    LOCAL = "local"  # local variable or named result, element of one
    PARAM = "param"  # parameter variable, element of one
    POSITION = "position"  # F$p0, F$recv, F$r0, call@…$r0
    MAKE = "make"
    FUNCTION = "function"
    OUTSIDE = "outside"


_PASSING = (NodeKind.LOCAL, NodeKind.PARAM, NodeKind.POSITION)


def container_of(node: str) -> str:
    """The variable whose element, element's element … ``node`` is; ``node`` itself when it is no element."""
    while node.endswith(ELEMENT):
        node = node[: -len(ELEMENT)]
    return node


def element_depth(node: str) -> int:
    """How many levels of elements ``node`` names: 2 for ``p.V[][]``."""
    return (len(node) - len(container_of(node))) // len(ELEMENT)


def is_result(node: str) -> bool:
    """Whether a node is a function's result by position (``F$r0``, ``call@…$r0``)."""
    return _RESULT.search(node) is not None


def position_function(node: str) -> str:
    """The function of a position node (``F`` of ``F$p0``), "" for every other node."""
    return node.rpartition("$")[0] if _POSITION.search(node) and not node.startswith("call@") else ""


def make_place(node: str) -> tuple[str, int]:
    """File and offset of a ``make@FILE:POS`` node."""
    match = _OFFSET.search(node)
    return (match["file"], int(match["pos"])) if match else ("", 0)


def short_name(node: str) -> str:
    """A node in few words, for ``through …``: the variable's own name, or whose parameter or result it is."""
    if node.endswith(ELEMENT):
        return f"element of {short_name(node[: -len(ELEMENT)])}"
    if node.startswith("call@"):
        return "the result of a call"
    if _POSITION.search(node):
        what = "the result of" if is_result(node) else "the argument of"
        return f"{what} {node.rpartition('$')[0].rpartition('/')[2]}"
    return node.rpartition(".")[2].partition("#")[0]


def brief(name: str) -> str:
    """A qualified Go name without the folders of its import path: ``(*cart.Server).Add``."""
    head, slash, last = name.rpartition("/")
    if not slash:
        return name
    return ("(*" if head.startswith("(*") else "(" if head.startswith("(") else "") + last


class _Kinds(dict[str, NodeKind]):
    """The kinds asked for so far; a further one is worked out."""

    def __init__(self, work_out: Callable[[str], NodeKind]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, node: str) -> NodeKind:
        kind = self[node] = self._work_out(node)
        return kind


class Nodes:
    """Kinds of nodes, decided by the variables and functions that the program declares."""

    def __init__(self, variables: Mapping[str, Variable], functions: Container[str]) -> None:
        self._variables = variables
        self._functions = functions
        self._kinds = _Kinds(self._work_out)
        self.kind: Callable[[str], NodeKind] = self._kinds.__getitem__  # asked for a million times

    def _work_out(self, node: str) -> NodeKind:
        kind = self._kind(container_of(node))
        if kind is NodeKind.MAKE and node.endswith(ELEMENT):
            return NodeKind.LOCAL  # what is stored in something made is passed on, and not made there
        return kind

    def is_place(self, node: str) -> bool:
        return self.kind(node) is NodeKind.PLACE

    def passes_on(self, node: str) -> bool:
        """Whether a node is a mere alias: a local, parameter, result, or what is stored in one."""
        return self.kind(node) in _PASSING

    def function(self, node: str) -> str:
        """The function that declares the variable or position a node belongs to, "" for places and values."""
        node = container_of(node)
        if (owner := position_function(node)) or (owner := node.rpartition(".")[0]) in self._functions:
            return owner
        return ""

    def _kind(self, node: str) -> NodeKind:
        prefix, at, _ = node.partition("@")
        if at and prefix in ("make", "call"):
            return NodeKind.MAKE if prefix == "make" else NodeKind.POSITION
        if node.startswith("func:"):
            return NodeKind.FUNCTION
        if node.startswith("outside:"):
            return NodeKind.OUTSIDE
        if _POSITION.search(node):
            return NodeKind.POSITION
        variable = self._variables.get(node)
        if variable is not None:
            if variable.kind in ("var", "field"):
                return NodeKind.PLACE
            return NodeKind.PARAM if variable.kind == "param" else NodeKind.LOCAL
        return NodeKind.LOCAL if node.rpartition(".")[0] in self._functions else NodeKind.PLACE
