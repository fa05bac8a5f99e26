"""Selectors: fields and methods of a type, through pointers and embedded fields (Go spec, "Selectors").

Breadth first: the shallowest field or method of that name wins.
"""

from __future__ import annotations

import msgspec

from mapleak.types.declared import Function
from mapleak.types.generics import substitute
from mapleak.types.types import (
    FieldVar,
    Interface,
    Named,
    Pointer,
    Signature,
    Struct,
    Type,
    TypeParam,
    underlying,
)

MAX_EMBEDDING = 32
"""How deep embedded fields are searched. Real types embed a handful of levels; chains of thousands are an attack."""


class Selection(msgspec.Struct, frozen=True):
    """What ``x.name`` selects.

    ``path`` are the embedded fields passed through, as (owner, name) pairs. For a field ``owner`` is the
    struct's owner; for a concrete method ``function`` is set; for an interface method ``interface`` is the
    static type it is called through. ``type`` is the field's type or the method's signature.
    """

    name: str
    type: Type
    path: tuple[tuple[str, str], ...]
    owner: str = ""
    field: FieldVar | None = None
    struct: Struct | None = None
    function: Function | None = None
    interface: Type | None = None


def dispatching(selection: Selection) -> Type:
    """The interface that decides what the method of an interface is: of a type parameter its constraint."""
    assert selection.interface is not None
    return selection.interface.constraint if isinstance(selection.interface, TypeParam) else selection.interface


def method_key(selection: Selection, package: str) -> str:
    """A method's name, that of one which is not exported with its package; as in method sets."""
    return selection.name if selection.name[:1].isupper() else f"{package}.{selection.name}"


def interface_method(selection: Selection, package: str) -> str:
    """The node of an interface's method as a value, "" for any other selection."""
    if selection.interface is None:
        return ""
    return f"func:({dispatching(selection).text}).{method_key(selection, package)}"


def select(t: Type, name: str, package: str) -> Selection | None:
    """Find field or method ``name`` of a value of type ``t``, as seen from ``package``; None if there is none."""
    if isinstance(t, Pointer):
        t = t.elem
    if isinstance(t, Named):
        key = name if name[:1].isupper() else f"{package}.{name}"
        if key in t.lookups:
            found = t.lookups[key]
            return found if isinstance(found, Selection) else None
        selection = _search(t, name, package)
        t.lookups[key] = selection
        return selection
    return _search(t, name, package)


def _search(start: Type, name: str, package: str) -> Selection | None:
    level: list[tuple[Type, tuple[tuple[str, str], ...]]] = [(start, ())]
    seen: set[int] = set()
    for _ in range(MAX_EMBEDDING):
        following: list[tuple[Type, tuple[tuple[str, str], ...]]] = []
        for t, path in level:
            found = _own(t, name, package, path)
            if found is not None:
                return found
            struct = underlying(t)
            if isinstance(t, Named):
                if id(t) in seen:
                    continue
                seen.add(id(t))
            if isinstance(struct, Pointer) and not isinstance(t, Named):
                struct = underlying(struct.elem)
            if isinstance(struct, Struct):
                for field in struct.fields:
                    if field.embedded:
                        inner = field.type.elem if isinstance(field.type, Pointer) else field.type
                        following.append((inner, (*path, (struct.owner, field.name))))
        level = following
    return None


def _own(t: Type, name: str, package: str, path: tuple[tuple[str, str], ...]) -> Selection | None:
    """Field or method that ``t`` itself declares."""
    if isinstance(t, Named):
        function = t.declaration.methods.get(name)
        if function is not None and (function.exported or function.package == package):
            return Selection(name, method_signature(function, t), path, function=function)
    u = underlying(t)
    if isinstance(u, Struct):
        for field in u.fields:
            if field.name == name and (name[:1].isupper() or u.package == package):
                return Selection(name, field.type, path, owner=u.owner, field=field, struct=u)
    elif isinstance(u, Interface):
        methods = u.methods
        signature = methods.get(name) or methods.get(f"{package}.{name}")
        if signature is not None:
            return Selection(name, signature, path, interface=t)
    return None


def method_signature(function: Function, receiver: Named) -> Signature:
    """The method's signature with the receiver's type arguments put in."""
    signature = function.signature
    if receiver.args and function.receiver_params:
        bindings = dict(zip(function.receiver_params, receiver.args, strict=False))
        result = substitute(signature, bindings)
        return result if isinstance(result, Signature) else signature
    return signature


def method_set(t: Named) -> dict[str, tuple[Function, bool]]:
    """Every concrete method of ``*t``, promoted ones included: name to (function, only with a pointer).

    Unexported names are qualified by their package. Methods of embedded interfaces have no body of their own:
    see :func:`promoted_from_interfaces`.
    """
    return {name: found for name, found in _all_methods(t).items() if isinstance(found[0], Function)}


def promoted_from_interfaces(t: Named) -> dict[str, tuple[str, Signature]]:
    """Methods that ``t`` has from interfaces it embeds, at any depth: name to (the interface, signature)."""
    return {name: found for name, found in _all_methods(t).items() if isinstance(found[0], str)}


def _all_methods(t: Named) -> dict[str, tuple[Function, bool] | tuple[str, Signature]]:
    """Both kinds of methods: the shallowest of a name hides the others, whatever its kind."""
    result: dict[str, tuple[Function, bool] | tuple[str, Signature]] = {}
    hidden: set[str] = set()
    level: list[tuple[Type, bool]] = [(t, False)]
    seen: set[int] = set()
    for _ in range(MAX_EMBEDDING):
        following: list[tuple[Type, bool]] = []
        names: set[str] = set()
        for current, through_pointer in level:
            if id(current) in seen:
                continue
            seen.add(id(current))
            if isinstance(current, Named):
                for name, function in current.declaration.methods.items():
                    key = name if function.exported else f"{function.package}.{name}"
                    if key not in result and name not in hidden:
                        result[key] = (function, function.pointer_receiver and not through_pointer)
                        names.add(name)
            struct = underlying(current)
            if isinstance(current, Named) and isinstance(struct, Interface):
                for key, signature in struct.methods.items():
                    name = key.rpartition(".")[2]
                    if key not in result and name not in hidden:
                        result[key] = (current.name, signature)
                        names.add(name)
            if isinstance(struct, Struct):
                for field in struct.fields:
                    names.add(field.name)
                    if field.embedded:
                        pointer = isinstance(field.type, Pointer)
                        inner = field.type.elem if isinstance(field.type, Pointer) else field.type
                        following.append((inner, through_pointer or pointer))
        hidden |= names
        level = following
    return result
