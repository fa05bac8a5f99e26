"""The only door to tree-sitter: the Go grammar, its node kinds, and how handlers see a node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

import tree_sitter_go
from tree_sitter import Language, Node, Parser, Point, Range

GO = Language(tree_sitter_go.language())

Value = TypeVar("Value")

FREE_STEPS = 1000
STEPS_PER_BYTE = 0.2
"""Progress reports that parsing a file of so many bytes may take.

tree-sitter follows all readings of ambiguous code at once; on some garbage their number grows with its length.
Real code takes one report for 50 bytes at the most. Reports are counted, not time: the same bytes always
give the same result.
"""


class SyntaxNode(Protocol):
    """What a handler may ask of a node: tree-sitter's own nodes and repaired ones look alike."""

    @property
    def kind_id(self) -> int: ...
    @property
    def start_byte(self) -> int: ...
    @property
    def end_byte(self) -> int: ...
    @property
    def child_count(self) -> int: ...
    @property
    def children(self) -> Sequence[SyntaxNode]: ...


def kind(name: str) -> int:
    """The number of the named node kind ``name``, or of the token where no named kind is called so."""
    for named in (True, False):
        number = GO.id_for_node_kind(name, named)
        if number is not None:
            return number
    raise ValueError(f"the grammar has no node kind {name!r}")


def table(values: Mapping[str, Value], default: Value) -> list[Value]:
    """A list from kind number to value: an index is cheaper than a hash, and there is one per node."""
    numbered = {kind(name): value for name, value in values.items()}
    return [numbered.get(number, default) for number in range(GO.node_kind_count)]


def parse(code: bytes, spans: Sequence[tuple[int, int]] = ()) -> Node | None:
    """The root of the syntax tree of ``code``, or only of the stretches of it that ``spans`` lists in order.

    What does not parse is in the tree as error nodes. None if the parser is lost in alternatives.
    """
    parser = Parser(GO)
    if spans:
        parser.included_ranges = [Range(Point(0, start), Point(0, end), start, end) for start, end in spans]
    left = FREE_STEPS + int(len(code) * STEPS_PER_BYTE)
    views: list[memoryview] = []

    def read(offset: int, _point: Point) -> memoryview | None:
        if offset >= len(code):
            return None
        views.append(memoryview(code)[offset:])
        return views[-1]

    def lost(_offset: int, _has_error: bool) -> bool:
        nonlocal left
        left -= 1
        return left < 0

    try:
        return parser.parse(read, progress_callback=lost).root_node
    except ValueError:
        if left < 0:
            return None
        raise
    finally:
        for view in views:  # the binding never lets go of what it read, so at least the code must not hang on it
            view.release()
