"""Which insertions put a piece of a large buffer into their map, and so keep all of the buffer alive.

A piece may be cut where it is stored, by a function that returns it, or by a caller that passes it on; a buffer may be
read by a caller as well. Calls are followed by name and through the call graph, ``DEEPEST`` of them: at each step the
facts of one function (mapleak.resolve.cuts) say what is a piece of what.

A part of the buffer of a reader that goes on using it (bufio.Scanner.Bytes) is told of as well, whole or not: it does
not keep much alive, but what it holds changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import structs
from msgspec.structs import replace

from mapleak.maps.census import Census, Site
from mapleak.maps.context import Context
from mapleak.maps.model import AbstractMap, Effect, Operation
from mapleak.maps.nodes import brief
from mapleak.maps.removal.effects import effect_of
from mapleak.maps.sharing import Pin
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts
from mapleak.resolve.sharing_facts import Cut

DEEPEST = 4
"""Calls between the place where a buffer is made and the insertion."""

_UNLIMITED = (Certainty.LIKELY, "how much there is to read is not limited here")
_SIZES = dict.fromkeys(
    (
        *("io.ReadAll", "io/ioutil.ReadAll", "(*bytes.Buffer).Bytes", "(*bytes.Buffer).String"),
        "(*strings.Builder).String",
    ),
    _UNLIMITED,
)
_LINE = (Certainty.ASSUMED, "it is a line, and how long lines get is not known")
_OTHER = (Certainty.ASSUMED, "how large it gets is not known")
_LINES = frozenset(("(*bufio.Reader).ReadString", "(*bufio.Reader).ReadBytes", "(*bufio.Scanner).Text"))

PIECE, WHOLE = "piece", "whole"


class Pins:
    """Finds the buffers behind what insertions store."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._stored: dict[tuple[str, str, int, int], list[Cut]] = defaultdict(list)
        self._passed: dict[tuple[str, str, int, int], list[Cut]] = defaultdict(list)
        self._results: dict[str, list[tuple[FunctionFacts, Cut]]] = defaultdict(list)
        for function in context.resolved.functions:
            for cut in function.cuts:
                if cut.place == "result":
                    self._results[function.name].append((function, cut))
                elif cut.place == "argument":
                    self._passed[function.name, function.file, cut.pos, cut.index].append(cut)
                else:
                    self._stored[function.name, function.file, cut.pos, cut.end].append(cut)
        self._fed = self._fed_parameters()

    def __bool__(self) -> bool:
        return bool(self._stored or self._passed)

    def of(self, site: Site) -> tuple[Pin, ...]:
        """The buffers that an insertion keeps alive by a piece of them."""
        function, op = site.function, site.op
        found: dict[Pin, None] = {}
        cuts = self._stored.get((function.name, function.file, op.pos, op.end), ())
        for cut in cuts:
            found.update(dict.fromkeys(self._behind(function, cut, cut.place, cut.shape, DEEPEST)))
        key = op.key
        if key is not None and key.origin == "parameter" and key.node and not any(cut.place == "key" for cut in cuts):
            pins = self._passed_as(function.name, key.node, "key", key.text, WHOLE, DEEPEST)
            found.update(dict.fromkeys(pins))
        return tuple(found)

    def _behind(self, function: FunctionFacts, cut: Cut, role: str, shape: str, left: int) -> Iterator[Pin]:
        """The buffers that a value is a piece of; ``shape`` is what it is of the buffer of the fact."""
        if cut.inner or left == 0:
            return
        match cut.kind:
            case "read" | "made":
                if shape == PIECE:
                    yield self._pin(function, cut, role)
            case "lent" if role == "value":
                yield self._pin(function, cut, role)
            case "parameter":
                yield from self._passed_as(function.name, cut.name, role, cut.text, shape, left - 1)
            case "result" | "copied":
                yield from self._returned_by(function, cut, role, shape, left - 1)

    def _passed_as(self, function: str, node: str, role: str, text: str, shape: str, left: int) -> Iterator[Pin]:
        """What the callers of a function pass as the parameter ``node``."""
        name, _, position = node.rpartition("$p")
        if name != function or not position.isdigit() or left <= 0 or (function, int(position)) not in self._fed:
            return
        for edge in self._context.graph.callers.get(function, ()):
            for variant in self._context.graph.functions.get(edge.caller, ()):
                if variant.file != edge.file or self._context.is_test(variant.file):
                    continue
                cuts = self._passed.get((edge.caller, edge.file, edge.pos, int(position)), ())
                for cut in cuts:
                    if cut.is_bytes and role == "key":
                        continue  # no byte slice is a key: it was converted on its way, and so copied
                    piece = PIECE if PIECE in (shape, cut.shape) else WHOLE
                    written = replace_text(cut, text) if cut.shape == WHOLE else cut
                    yield from self._behind(variant, written, role, piece, left)
                if not cuts:
                    yield from self._handed_on(variant, edge.pos, int(position), role, text, shape, left)

    def _fed_parameters(self) -> set[tuple[str, int]]:
        """Functions and positions of parameters that a fact about an argument may lead to, by however many calls."""
        callees, functions = self._context.graph.callees, self._context.graph.functions
        found: set[tuple[str, int]] = set()
        queue: list[tuple[str, int]] = []

        def feed(caller: str, file: str, pos: int, position: int) -> None:
            for edge in callees.get(caller, ()):
                if edge.pos == pos and edge.file == file and (edge.callee, position) not in found:
                    found.add((edge.callee, position))
                    queue.append((edge.callee, position))

        for caller, file, pos, index in self._passed:
            feed(caller, file, pos, index)
        for name, index in queue:
            node = f"{name}$p{index}"
            for variant in functions.get(name, ()):
                for call in variant.calls:
                    for position, key in enumerate(call.arg_keys):
                        if key is not None and key.node == node:
                            feed(name, variant.file, call.pos, position)
        return found

    def _handed_on(
        self, caller: FunctionFacts, pos: int, position: int, role: str, text: str, shape: str, left: int
    ) -> Iterator[Pin]:
        """A caller that passes a parameter of its own."""
        for call in caller.calls:
            if call.pos == pos and position < len(call.arg_keys):
                key = call.arg_keys[position]
                if key is not None and key.origin == "parameter" and key.node and call.loop_depth == 0:
                    yield from self._passed_as(caller.name, key.node, role, text, shape, left - 1)

    def _returned_by(self, function: FunctionFacts, cut: Cut, role: str, shape: str, left: int) -> Iterator[Pin]:
        """What the function called gives back: a buffer, a piece of one, or a piece of its argument."""
        for callee, result in self._results.get(cut.name, ()):
            if cut.kind == "copied" and (result.shape == PIECE or result.kind == "parameter"):
                continue  # only that was copied
            piece = PIECE if PIECE in (shape, result.shape) else WHOLE
            if result.kind != "parameter":
                written = replace_text(result, cut.text)
                yield from self._behind(callee, written, role, piece, left)
                continue
            name, _, position = result.name.rpartition("$p")
            if name != callee.name or not position.isdigit() or result.inner:
                continue
            for passed in self._passed.get((function.name, function.file, cut.at, int(position)), ()):
                yield from self._behind(function, replace_text(passed, cut.text), role, piece, left)

    def _pin(self, function: FunctionFacts, cut: Cut, role: str) -> Pin:
        location = self._context.location(function.file, cut.at, cut.at_end)
        if cut.kind == "made":
            buffer = f"a buffer of {int(cut.name) >> 10} KiB"
            return Pin(role, cut.text, buffer, location, function.name, Certainty.SURE, f"it is {buffer}")
        if cut.kind == "lent":
            buffer = f"what {brief(cut.name)} lends"
            reason = "the reader goes on using it, and what it reads next takes its place"
            return Pin(role, cut.text, buffer, location, function.name, Certainty.SURE, reason, lent=True)
        certainty, reason = _SIZES.get(cut.name, _LINE if cut.name in _LINES else _OTHER)
        return Pin(role, cut.text, f"what {brief(cut.name)} gives", location, function.name, certainty, reason)


def replace_text(cut: Cut, text: str) -> Cut:
    """The fact with the words of the place where the piece is stored."""
    return structs.replace(cut, text=text)


def with_pins(context: Context, census: Census, maps: Mapping[str, AbstractMap]) -> dict[str, AbstractMap]:
    """The maps, each insertion with the buffers that it keeps alive by a piece of them."""
    pins = Pins(context)
    if not pins:
        return dict(maps)
    return {node: _with_pins(pins, census, node, found) for node, found in maps.items()}


def _with_pins(pins: Pins, census: Census, node: str, found: AbstractMap) -> AbstractMap:
    sites = [site for site in census.subjects[node].sites if effect_of(site) is Effect.INSERT]
    behind = [pins.of(site) for site in sites]
    if not any(behind):
        return found
    inserts: tuple[Operation, ...] = tuple(
        replace(op, pins=pinned) if pinned else op for op, pinned in zip(found.inserts, behind, strict=True)
    )
    return replace(found, inserts=inserts)
