"""Where a value comes from, as far as one function tells: the classification that growth is judged by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mapleak.program.values import Literal, Member, Value
from mapleak.resolve.enums import Enums
from mapleak.resolve.formats import verbs_of
from mapleak.resolve.known import ADDRESS_OF, COMBINING, TWO_WAYS
from mapleak.resolve.model import DEREFERENCED
from mapleak.resolve.shapes import bounded_key
from mapleak.resolve.spell import spell
from mapleak.syntax import ast
from mapleak.types.declared import Function, Variable
from mapleak.types.lookup import Selection
from mapleak.types.types import UNKNOWN, underlying
from mapleak.types.universe import UNSAFE_POINTER, UNTYPED


class Origin(NamedTuple):
    """Where a value comes from. ``origin`` is a value of maps.model.KeyOrigin; ``node`` may be followed on.

    ``address`` is true when it is an address turned into an integer; ``callee`` names the function whose
    result it is, where that is known. ``path`` are the nodes of the fields it was read through, ``parts`` what it was
    combined from, as written. ``sources`` are the origins of what it is made of or may be one of: it takes as many
    values as the source that takes most. ``part_of``, of a field of a ``known.TWO_WAYS`` type, is where the struct
    comes from: a parameter's node, the function that gave it.
    """

    origin: str
    detail: str = ""
    node: str = ""
    address: bool = False
    callee: str = ""
    path: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    sources: tuple[Origin, ...] = ()
    part_of: str = ""


_SPRINTF = "fmt.Sprintf"
UNKNOWN_ORIGIN = Origin("unknown")
ZERO_VALUE = Origin("constant", "zero value")
NIL = Origin("constant", "nil")

_LOOSEST_FIRST = (
    *("fresh", "counter", "parameter", "field", "call", "element", "unknown"),
    *("other-map", "index", "type", "enum", "same-map", "constant"),
)
"""Origins in the order in which they decide about a key made of several parts: the least bounded part wins."""

_FINITE = frozenset(("constant", "enum", "type", "same-map"))


def merge(a: object, b: Origin) -> Origin:
    """The origin of a variable that is assigned more than once."""
    if not isinstance(a, Origin) or a == b:
        return b
    if a.origin == "constant":
        return b  # `id := ""; id = f()`: what matters is where it may come from
    if b.origin == "constant":
        return a
    address, sources = a.address or b.address, _all_of((a, b))
    if a.origin == b.origin:
        return Origin(a.origin, a.detail, a.node if a.node == b.node else "", address, sources=sources)
    return Origin("unknown", "assigned more than once", "", address, sources=sources)


_SOURCES_LIMIT = 8
"""Sources of one value that are kept apart; what has more of them is not known."""


def _all_of(origins: Iterable[Origin]) -> tuple[Origin, ...]:
    """The sources of what comes from several origins, each once, constants left out as they add nothing."""
    found: dict[Origin, None] = {}
    for origin in origins:
        for source in origin.sources or (origin,):
            if source.origin != "constant" and not _holds_nothing(source):
                found[source] = None
    return tuple(found) if len(found) <= _SOURCES_LIMIT else (UNKNOWN_ORIGIN,)


def _holds_nothing(collection: Origin) -> bool:
    """Whether something is a slice as it was made: what it holds is what it is given later."""
    return collection.detail == "make" and not collection.sources


def given(collection: object, element: Origin) -> Origin:
    """The origin of a slice, and so of its elements, that is given another one."""
    known = collection if isinstance(collection, Origin) else UNKNOWN_ORIGIN
    return Origin("call", known.detail, sources=_all_of((known, element)))


def mixed(a: object, b: Origin) -> Origin:
    """The origin of a struct or array one part of which comes from ``b``: of neither alone, so the node goes."""
    if not isinstance(a, Origin):
        return b._replace(node="", callee="")
    loosest = min(a, b, key=lambda o: _LOOSEST_FIRST.index(o.origin))
    return loosest._replace(node="", callee="", address=False, sources=_all_of((a, b)))


def summed(a: object, b: Origin, text: str) -> Origin:
    """The origin of a text ``text`` that has got another one after it: as bounded as its least bounded part."""
    known = a if isinstance(a, Origin) else UNKNOWN_ORIGIN
    loosest = min(known, b, key=lambda o: _LOOSEST_FIRST.index(o.origin))
    origin = "unknown" if loosest.origin in ("same-map", "other-map") else loosest.origin
    return Origin(origin, text, sources=_all_of((known, b)))


class Origins:
    """Classifies the values of one function; ``enums`` tells which types have finitely many values."""

    def __init__(self, enums: Enums) -> None:
        self._enums = enums
        self.arguments: dict[
            int, tuple[tuple[ast.Expr, Value], ...]
        ] = {}  # of rewriting calls, by the offset of their end

    def of(self, e: ast.Expr, value: Value) -> Origin:
        """Where the value of ``e`` comes from; ``value`` is what evaluating it gave."""
        if value.mode == "constant":
            return Origin("constant", spell(e))
        origin = self._by_syntax(e, value)
        if origin.origin not in _FINITE:
            bounded = bounded_key(value.type, self._enums)
            if bounded:
                kind = "type" if bounded == "reflect.Type" else "enum"
                return Origin(kind, bounded, origin.node, origin.address)
        return origin

    def stored(self, e: ast.Expr | None, value: Value) -> Origin:
        """Where a value that is stored comes from, nil being a constant; ``e`` is None for one of several results."""
        if e is None:
            return Origin("call", "", value.node)
        return NIL if value.type is UNTYPED["nil"] else self.of(e, value)

    def parts(self, value: Value) -> dict[str, object]:
        """Where the fields of a struct literal come from, by field name."""
        fields = [part for part in value.parts if part[0].startswith("field ")]
        return {where.removeprefix("field "): self.of(part, v) for where, part, v in fields}

    def addresses(self, value: Value) -> list[str]:
        """Where inside a struct or array literal an address stands as an integer."""
        return [where for where, part, v in value.parts if self.of(part, v).address]

    def _by_syntax(self, e: ast.Expr, value: Value) -> Origin:
        match e:
            case ast.Name():
                return _of_name(e, value)
            case ast.Selector():
                return _of_field(e, value)
            case ast.Index():
                return self.element(e.x, value.operand, spell(e), value.node)
            case ast.Unary():
                return _of_unary(e, value)
            case ast.Star() | ast.SliceExpr() | ast.TypeAssert():
                origin = self.of(e.x, Value(UNKNOWN, value.node, "value", value.denotes))
                if not isinstance(e, ast.Star):
                    return origin
                # what a new pointer points to is equal to other values
                return UNKNOWN_ORIGIN if origin.origin == "fresh" else _pointed_to(origin)
            case ast.Call():
                return self._of_call(e, value)
            case ast.Composite():
                return self._of_parts(e, value)
            case ast.Binary(op="+"):
                return self._of_sum(e, value)
            case ast.Binary():
                return Origin("index" if e.op == "%" else "unknown", spell(e))
        return UNKNOWN_ORIGIN

    def element(self, container: ast.Expr, value: Value | None, detail: str, node: str) -> Origin:
        """Where an element of ``container`` comes from: what a call cut out of a text comes from the text, what a
        local slice was given from there; that of a call's result has the call's node."""
        cut = isinstance(container, ast.Name | ast.Call) and value is not None
        whole = self.of(container, value) if cut and value is not None else UNKNOWN_ORIGIN
        if whole.origin == "call" and whole.sources:
            return whole
        if whole.origin != "call":
            return Origin("element", detail, node)
        return Origin("element", detail, whole.node or node, callee=whole.callee)

    def result(self, e: ast.Call, value: Value) -> Origin:
        """One of several results of a call, not the first (``host, port, _ := strings.Cut(…)``). What is known of a
        function by its name (``callee``) is, for the tree's own, said of the first."""
        callee = callee_name(value.operand.denotes) if value.operand is not None else ""
        if value.operand is not None and in_tree(value.operand.denotes):
            return Origin("call", spell(e.fun), value.node)
        return Origin("call", spell(e.fun), value.node, callee=callee, sources=self._looked_through(e, callee) or ())

    def _of_call(self, e: ast.Call, value: Value) -> Origin:
        if value.mode == "converted" and value.operand is not None and e.args:
            inner = self.of(e.args[-1], value.operand)
            address = underlying(value.type).text == "uintptr" and underlying(value.operand.type) is UNSAFE_POINTER
            return inner._replace(address=True) if address else inner
        if isinstance(e.fun, ast.Name) and e.fun.name == "new":
            return Origin("fresh", spell(e))
        if value.parts and isinstance(e.fun, ast.Name):  # of append
            return Origin("call", spell(e.fun), value.node, sources=self._of_parts(e, value).sources)
        callee = callee_name(value.operand.denotes) if value.operand is not None else ""
        parts = tuple([spell(part) for part in _varying(e.args)]) if callee in COMBINING else ()
        sources = self._looked_through(e, callee)
        if sources is not None and not sources:
            return Origin("constant", spell(e))
        if callee == _SPRINTF and "p" in verbs_of(e):
            callee = ""  # the address of an object, and no text of what it holds
        return Origin(
            "call", spell(e.fun), value.node, callee in ADDRESS_OF, callee, parts=parts, sources=sources or ()
        )

    def _looked_through(self, e: ast.Call, callee: str) -> tuple[Origin, ...] | None:
        """What a call only rewrites: its results are no more than its arguments. None when it is no such call."""
        arguments = self.arguments.get(e.end, ())
        origins = [self.of(argument, value) for argument, value in arguments]
        for i, verb in enumerate(verbs_of(e) if callee == _SPRINTF else (), start=1):
            if verb == "T" and i < len(origins):
                origins[i] = Origin("type", spell(arguments[i][0]))
        return _all_of(origins) if arguments else None

    def _of_parts(self, e: ast.Composite | ast.Binary | ast.Call, value: Value) -> Origin:
        """A struct or array literal as a key, or what append makes, is as bounded as its least bounded part."""
        origins = [self.of(part, part_value) for _, part, part_value in value.parts]
        if not origins:
            empty = isinstance(e, ast.Composite) and not e.elements
            return Origin("constant" if empty else "element", spell(e))
        loosest = min(origins, key=lambda o: _LOOSEST_FIRST.index(o.origin))
        return loosest._replace(address=False, callee="", sources=_all_of(origins))

    def _of_sum(self, e: ast.Binary, value: Value) -> Origin:
        """A concatenation is as bounded as its least bounded part, but it is none of them: the node is dropped."""
        loosest = self._of_parts(e, value)
        parts = tuple([spell(part) for part in _varying([part for _, part, _ in value.parts])])
        if loosest.origin in ("same-map", "other-map"):
            return Origin(
                "unknown", spell(e), parts=parts, sources=loosest.sources
            )  # a key made from a map's key is another key
        return Origin(loosest.origin, spell(e), parts=parts, sources=loosest.sources)


def _of_name(e: ast.Name, value: Value) -> Origin:
    if isinstance(value.denotes, Variable):
        known = value.denotes.origin
        if isinstance(known, Origin):
            return known
        if not value.denotes.function:
            return Origin("field", e.name, value.node)
    return UNKNOWN_ORIGIN


def _of_field(e: ast.Selector, value: Value) -> Origin:
    """A field of a local struct literal comes from where the literal took it."""
    holder = value.operand.denotes if value.operand is not None else None
    if isinstance(holder, Variable) and isinstance(e.x, ast.Name):
        known = holder.parts.get(e.name)
        if isinstance(known, Origin):
            return known
    path, before = _path(value)
    return Origin("field", spell(e), value.node, path=path, part_of=_whole(path, before))


def _whole(path: tuple[str, ...], before: Origin) -> str:
    """Where that comes from whose field is read, if that tells what it is for."""
    if before.path or not path or path[0].removeprefix("outside:").rpartition(".")[0] not in TWO_WAYS:
        return before.part_of
    return before.callee if before.origin == "call" else before.node if before.origin == "parameter" else ""


def _path(value: Value) -> tuple[tuple[str, ...], Origin]:
    """The fields that a selector goes through, outermost first, on from where its variable came from; that, too."""
    fields: list[str] = []
    inner: Value | None = value
    while inner is not None and inner.operand is not None:
        if isinstance(inner.denotes, Selection) and inner.denotes.field is not None:
            fields.append(inner.node)
        elif inner.denotes is not None:
            break
        inner = inner.operand  # an element is passed through
    holder = inner.denotes if inner is not None else None
    before = holder.origin if isinstance(holder, Variable) and isinstance(holder.origin, Origin) else UNKNOWN_ORIGIN
    return (*before.path, *reversed(fields)), before


def _varying(exprs: Iterable[ast.Expr]) -> list[ast.Expr]:
    """What is no literal."""
    return [e for e in exprs if not isinstance(e, ast.BasicLit)]


def _of_unary(e: ast.Unary, value: Value) -> Origin:
    if e.op == "&":
        fresh = isinstance(e.x, ast.Composite)
        return Origin("fresh" if fresh else "field", spell(e), "" if fresh else value.node)
    if e.op == "<-":
        return Origin("element", f"received: {spell(e)}", value.node)
    return UNKNOWN_ORIGIN


def _pointed_to(pointer: Origin) -> Origin:
    """What a pointer points to that is read from a variable or field: where that is new, its contents need not be."""
    return pointer._replace(callee=DEREFERENCED) if pointer.origin in ("field", "parameter") else pointer


def callee_name(denotes: object) -> str:
    """The name of the function that a value denotes, or ""."""
    match denotes:
        case Function():
            return denotes.name
        case Member():
            return denotes.name
        case Selection() if denotes.function is not None:
            return denotes.function.name
    return ""


def in_tree(denotes: object) -> bool:
    """Whether a value denotes a function of the analysed tree."""
    match denotes:
        case Function():
            return denotes.in_tree
        case Selection() if denotes.function is not None:
            return denotes.function.in_tree
    return isinstance(denotes, Literal)
