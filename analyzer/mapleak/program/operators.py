"""What operators, conversions and predeclared functions make of the types of their operands.

Go spec, "Operators", "Constant expressions", "Built-in functions", "Package unsafe".
"""

from __future__ import annotations

from mapleak.program.values import Value
from mapleak.types.generics import infer, substitute
from mapleak.types.types import UNKNOWN, Array, Map, Pointer, Signature, Slice, Tuple, Type, underlying
from mapleak.types.universe import BASIC, BOOL, STRING, UNSAFE_POINTER, UNTYPED, default_type

_COMPARISONS = frozenset(("==", "!=", "<", "<=", ">", ">="))


def element_type(t: Type) -> Type:
    """The type of ``x[i]``, and of what is ranged over as a value, for ``x`` of type ``t``."""
    u = underlying(t)
    if isinstance(u, Pointer):
        u = underlying(u.elem)
    match u:
        case Map():
            return u.value
        case Slice() | Array():
            return u.elem
    if u is STRING or u is UNTYPED["string"]:
        return BASIC["uint8"]
    return UNKNOWN


def spread_results(value: Value) -> tuple[Value, ...]:
    """``f(g())`` with several results of g as the arguments of f."""
    assert isinstance(value.type, Tuple)
    return tuple(Value(t, f"{value.node}{i}", operand=value.operand) for i, t in enumerate(value.type.types))


def inferred(signature: Signature, args: tuple[Value, ...]) -> Signature:
    pairs: list[tuple[Type, Type]] = []
    last = len(signature.params) - 1
    for i, a in enumerate(args):
        if i < last or (i == last and not signature.variadic):
            pairs.append((signature.params[i], a.type))
        elif signature.variadic and last >= 0:
            rest = signature.params[last]
            pairs.append((rest.elem if isinstance(rest, Slice) else rest, a.type))
    bindings = infer(signature.type_params, [p for p in pairs if p[1] is not UNKNOWN])
    bound = substitute(Signature(signature.params, signature.results, signature.variadic), bindings)
    assert isinstance(bound, Signature)
    return bound


def operate(op: str, x: Value, y: Value) -> Value:
    mode = "constant" if x.mode == y.mode == "constant" else "value"
    if op in _COMPARISONS:
        return Value(UNTYPED["bool"], "", mode)
    if op in ("&&", "||"):
        return Value(BOOL if x.type is BOOL else x.type, "", mode)
    if op in ("<<", ">>"):
        return Value(x.type, "", mode)
    if default_type(x.type) is not x.type:  # an untyped operand takes the other's type
        wider = y.type if default_type(y.type) is y.type else _wider(x.type, y.type)
        return Value(wider, "", mode)
    return Value(x.type if x.type is not UNKNOWN else y.type, "", mode)


_KINDS = ["untyped int", "untyped rune", "untyped float", "untyped imaginary"]


def _wider(x: Type, y: Type) -> Type:
    if x.text in _KINDS and y.text in _KINDS:
        return x if _KINDS.index(x.text) >= _KINDS.index(y.text) else y
    return x


def unsafe_function(name: str, first: Value) -> Value:
    match name:
        case "unsafe.Sizeof" | "unsafe.Alignof" | "unsafe.Offsetof":
            return Value(BASIC["uintptr"], "", "constant")
        case "unsafe.Add":
            return Value(UNSAFE_POINTER)
        case "unsafe.String":
            return Value(STRING)
        case "unsafe.StringData":
            return Value(Pointer(BASIC["uint8"]))
        case "unsafe.Slice":
            u = underlying(first.type)
            return Value(Slice(u.elem) if isinstance(u, Pointer) else UNKNOWN)
        case "unsafe.SliceData":
            u = underlying(first.type)
            return Value(Pointer(u.elem) if isinstance(u, Slice) else UNKNOWN)
    return Value(UNKNOWN, "", "void")
