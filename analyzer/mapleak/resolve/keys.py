"""Where a key comes from (Go spec, "Index expressions"): the classification that growth is judged by."""

from __future__ import annotations

from typing import NamedTuple

from mapleak.program.values import Member, Value
from mapleak.resolve.enums import Enums
from mapleak.resolve.known import ADDRESS_OF
from mapleak.resolve.model import KeyFact
from mapleak.resolve.shapes import bounded_key, hazards_of, is_interface, spell_type
from mapleak.resolve.spell import spell
from mapleak.syntax import ast
from mapleak.types.declared import Function, Variable
from mapleak.types.lookup import Selection
from mapleak.types.types import UNKNOWN, Basic, Named, Pointer, Type, underlying
from mapleak.types.universe import UNSAFE_POINTER, default_type


class Origin(NamedTuple):
    """Where a value comes from. ``origin`` is a value of maps.model.KeyOrigin; ``node`` may be followed on.

    ``address`` is true when it is an address turned into an integer.
    """

    origin: str
    detail: str = ""
    node: str = ""
    address: bool = False


UNKNOWN_ORIGIN = Origin("unknown")


def merge(a: object, b: Origin) -> Origin:
    """The origin of a variable that is assigned more than once."""
    if not isinstance(a, Origin) or a == b:
        return b
    if a.origin == "constant":
        return b  # `id := ""; id = f()`: what matters is where it may come from
    if b.origin == "constant":
        return a
    address = a.address or b.address
    if a.origin == b.origin:
        return Origin(a.origin, a.detail, a.node if a.node == b.node else "", address)
    return Origin("unknown", "assigned more than once", "", address)


def origin_of(e: ast.Expr, value: Value) -> Origin:
    """Where the value of ``e`` comes from; ``value`` is what evaluating it gave."""
    if value.mode == "constant":
        return Origin("constant", spell(e))
    match e:
        case ast.Name():
            return _origin_of_name(e, value)
        case ast.Selector():
            return _origin_of_field(e, value)
        case ast.Index():
            return Origin("element", spell(e), value.node)
        case ast.Unary():
            return _origin_of_unary(e, value)
        case ast.Star() | ast.SliceExpr() | ast.TypeAssert():
            return origin_of(e.x, Value(UNKNOWN, value.node, "value", value.denotes))
        case ast.Call():
            return _origin_of_call(e, value)
        case ast.Composite():
            return _origin_of_parts(e, value)
        case ast.Binary(op="+"):
            return _origin_of_sum(e, value)
        case ast.Binary():
            return Origin("index" if e.op == "%" else "unknown", spell(e))
    return UNKNOWN_ORIGIN


def _origin_of_name(e: ast.Name, value: Value) -> Origin:
    if isinstance(value.denotes, Variable):
        known = value.denotes.origin
        if isinstance(known, Origin):
            return known
        if not value.denotes.function:
            return Origin("field", e.name, value.node)
    return UNKNOWN_ORIGIN


def _origin_of_field(e: ast.Selector, value: Value) -> Origin:
    """A field of a local struct literal comes from where the literal took it."""
    holder = value.operand.denotes if value.operand is not None else None
    if isinstance(holder, Variable) and isinstance(e.x, ast.Name):
        known = holder.parts.get(e.name)
        if isinstance(known, Origin):
            return known
    return Origin("field", spell(e), value.node)


def origins_of_parts(value: Value) -> dict[str, object]:
    """Where the fields of a struct literal come from, by field name."""
    return {where.removeprefix("field "): origin_of(part, v) for where, part, v in value.parts}


def _origin_of_unary(e: ast.Unary, value: Value) -> Origin:
    if e.op == "&":
        return Origin("fresh" if isinstance(e.x, ast.Composite) else "field", spell(e), value.node)
    if e.op == "<-":
        return Origin("element", f"received: {spell(e)}", value.node)
    return UNKNOWN_ORIGIN


_LOOSEST_FIRST = (
    *("fresh", "counter", "parameter", "field", "call", "element", "unknown"),
    *("other-map", "index", "type", "enum", "same-map", "constant"),
)
"""Origins in the order in which they decide about a key made of several parts: the least bounded part wins."""


def _origin_of_sum(e: ast.Binary, value: Value) -> Origin:
    """A concatenation is as bounded as its least bounded part, but it is none of its parts: the node is dropped."""
    loosest = _origin_of_parts(e, value)
    if loosest.origin in ("same-map", "other-map"):
        return Origin("unknown", spell(e))  # a key made from a map's key is another key
    return Origin(loosest.origin, spell(e))


def _origin_of_parts(e: ast.Composite | ast.Binary, value: Value) -> Origin:
    """A struct or array literal as a key is as bounded as its least bounded part."""
    origins = [origin_of(part, part_value) for _, part, part_value in value.parts]
    if not origins:
        empty = isinstance(e, ast.Composite) and not e.elements
        return Origin("constant" if empty else "element", spell(e))
    loosest = min(origins, key=lambda o: _LOOSEST_FIRST.index(o.origin))
    return loosest._replace(address=False)


def _origin_of_call(e: ast.Call, value: Value) -> Origin:
    if value.mode == "converted" and value.operand is not None and e.args:
        inner = origin_of(e.args[-1], value.operand)
        address = underlying(value.type).text == "uintptr" and underlying(value.operand.type) is UNSAFE_POINTER
        return inner._replace(address=True) if address else inner
    if isinstance(e.fun, ast.Name) and e.fun.name == "new":
        return Origin("fresh", spell(e))
    address = value.operand is not None and callee_name(value.operand.denotes) in ADDRESS_OF
    return Origin("call", spell(e.fun), value.node, address)


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


def key_fact(
    e: ast.Expr, value: Value, origin: Origin, key_type: Type, map_node: str, package: str, enums: Enums
) -> KeyFact:
    """The key of one operation on the map ``map_node`` with keys of type ``key_type``."""
    kind, detail, node, address = origin
    written = default_type(value.type) if value.type is not UNKNOWN else key_type
    bounded = bounded_key(key_type, enums) or (bounded_key(written, enums) if is_interface(key_type) else "")
    if kind == "other-map" and node == map_node:
        kind = "same-map"
    elif kind not in ("constant", "same-map") and bounded:
        kind, detail = ("type" if bounded == "reflect.Type" else "enum"), bounded
    if kind == "unknown" and isinstance(written, Pointer) and isinstance(e, ast.Unary):
        kind = "fresh"
    hazards = list(hazards_of(key_type))
    hazards += [
        ("uintptr-of-pointer", where) for where, part, part_value in value.parts if origin_of(part, part_value).address
    ]
    if address:
        hazards.append(("uintptr-of-pointer", "" if not is_interface(key_type) else "dynamic value"))
    if is_interface(key_type) and written is not key_type:
        hazards += [(h, "dynamic value") for h, _ in hazards_of(written)]
    shown = written if is_interface(key_type) and isinstance(written, Named | Basic | Pointer) else key_type
    return KeyFact(spell_type(shown, package), spell(e), kind, detail, node, tuple(dict.fromkeys(hazards)))
