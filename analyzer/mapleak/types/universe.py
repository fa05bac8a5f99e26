"""The universe block: predeclared types, constants and functions (Go spec, "Predeclared identifiers")."""

from __future__ import annotations

from mapleak.types.declared import Builtin, Constant, Nil, Object, TypeDeclaration, TypeName
from mapleak.types.types import Basic, Interface, Signature, Type

_INTEGERS = ("int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr")
_BASIC_NAMES = ("bool", "string", *_INTEGERS, "float32", "float64", "complex64", "complex128")
_UNTYPED_NAMES = ("bool", "int", "rune", "float", "imaginary", "string", "nil")
_BUILTINS = (
    *("append", "cap", "clear", "close", "complex", "copy", "delete", "imag", "len", "make"),
    *("max", "min", "new", "panic", "print", "println", "real", "recover"),
)

BASIC: dict[str, Basic] = {name: Basic(name) for name in _BASIC_NAMES}
UNTYPED: dict[str, Basic] = {name: Basic(f"untyped {name}") for name in _UNTYPED_NAMES}
UNSAFE_POINTER = Basic("unsafe.Pointer")

BOOL = BASIC["bool"]
INT = BASIC["int"]
STRING = BASIC["string"]

_DEFAULTS: dict[str, Basic] = {
    "untyped bool": BOOL,
    "untyped int": INT,
    "untyped rune": BASIC["int32"],
    "untyped float": BASIC["float64"],
    "untyped imaginary": BASIC["complex128"],
    "untyped string": STRING,
}

EMPTY_INTERFACE = Interface(lambda: ({}, ()))
_COMPARABLE = Interface(lambda: ({}, ()))


def _error_type() -> Type:
    declaration = TypeDeclaration(
        package="",
        name="error",
        qualified="error",
        file="",
        pos=0,
        end=0,
        load=lambda: ((), lambda: Interface(lambda: ({"Error": Signature((), (STRING,))}, ()))),
        substitute=lambda t, _: t,
    )
    return declaration.instance()


ERROR = _error_type()


def default_type(t: Type) -> Type:
    """The type an untyped constant takes when nothing else gives it one."""
    return _DEFAULTS.get(t.name, t) if isinstance(t, Basic) and t.untyped else t


def _universe() -> dict[str, Object]:
    scope: dict[str, Object] = {name: TypeName(name, t) for name, t in BASIC.items()}
    scope["byte"] = TypeName("byte", BASIC["uint8"])
    scope["rune"] = TypeName("rune", BASIC["int32"])
    scope["any"] = TypeName("any", EMPTY_INTERFACE)
    scope["comparable"] = TypeName("comparable", _COMPARABLE)
    scope["error"] = TypeName("error", ERROR)
    scope["true"] = Constant("true", "", UNTYPED["bool"])
    scope["false"] = Constant("false", "", UNTYPED["bool"])
    scope["iota"] = Constant("iota", "", UNTYPED["int"])
    scope["nil"] = Nil()
    scope.update({name: Builtin(name) for name in _BUILTINS})
    return scope


UNIVERSE: dict[str, Object] = _universe()
"""Every predeclared identifier and what it denotes."""
