"""Type parameters: substitution and inference (Go spec, "Instantiations", "Type unification")."""

from __future__ import annotations

from mapleak.types.types import (
    UNKNOWN,
    Array,
    Chan,
    FieldVar,
    Interface,
    Map,
    Named,
    Pointer,
    Signature,
    Slice,
    Struct,
    Tuple,
    Type,
    TypeParam,
    core_type,
    underlying,
)
from mapleak.types.universe import default_type

Bindings = dict[TypeParam, Type]

_MAX_DEPTH = 24
"""Types nest a few levels in real code; deeper ones only come from a type that expands for ever."""


def substitute(t: Type, bindings: Bindings, depth: int = 0) -> Type:
    """``t`` with type parameters replaced. Gives ``t`` itself when none of them occurs in it."""
    if not bindings:
        return t
    if depth > _MAX_DEPTH:
        return UNKNOWN
    if isinstance(t, TypeParam):
        return bindings.get(t, t)
    depth += 1
    match t:
        case Named():
            args = _substitute_all(t.args, bindings, depth) if t.args else None
            return t.declaration.instance(args) if args is not None else t
        case Pointer():
            elem = substitute(t.elem, bindings, depth)
            return t if elem is t.elem else Pointer(elem)
        case Slice():
            elem = substitute(t.elem, bindings, depth)
            return t if elem is t.elem else Slice(elem)
        case Array():
            elem = substitute(t.elem, bindings, depth)
            return t if elem is t.elem else t.of(elem)
        case Chan():
            elem = substitute(t.elem, bindings, depth)
            return t if elem is t.elem else Chan(t.dir, elem)
        case Map():
            key, value = substitute(t.key, bindings, depth), substitute(t.value, bindings, depth)
            return t if key is t.key and value is t.value else Map(key, value)
        case Tuple():
            types = _substitute_all(t.types, bindings, depth)
            return t if types is None else Tuple(types)
        case Signature():
            return _substitute_signature(t, bindings, depth)
        case Struct():
            return _substitute_struct(t, bindings)
        case Interface():
            return _substitute_interface(t, bindings, depth)
    return t


def _substitute_all(types: tuple[Type, ...], bindings: Bindings, depth: int) -> tuple[Type, ...] | None:
    """All types substituted, or None when nothing changed."""
    new = tuple(substitute(t, bindings, depth) for t in types)
    return None if all(a is b for a, b in zip(new, types, strict=True)) else new


def _substitute_signature(t: Signature, bindings: Bindings, depth: int) -> Signature:
    params = _substitute_all(t.params, bindings, depth)
    results = _substitute_all(t.results, bindings, depth)
    if params is None and results is None:
        return t
    return Signature(params or t.params, results or t.results, t.variadic, t.type_params)


def _substitute_struct(t: Struct, bindings: Bindings) -> Struct:
    def late(field: FieldVar) -> FieldVar:
        place = (field.embedded, field.pos, field.end, field.tag)
        return FieldVar(field.name, lambda: substitute(field.type, bindings), *place)

    return Struct(tuple(late(f) for f in t.fields), t.owner, t.file, t.package)


def _substitute_interface(t: Interface, bindings: Bindings, depth: int) -> Interface:
    def load() -> tuple[dict[str, Signature], tuple[Type, ...]]:
        methods = {name: _substitute_signature(s, bindings, depth) for name, s in t.methods.items()}
        return methods, tuple(substitute(term, bindings, depth) for term in t.terms)

    return Interface(load)


def infer(params: tuple[TypeParam, ...], pairs: list[tuple[Type, Type]], given: tuple[Type, ...] = ()) -> Bindings:
    """Bind type parameters from explicit arguments and (parameter type, argument type) pairs.

    What cannot be inferred is bound to UNKNOWN.
    """
    bindings: Bindings = dict(zip(params, given, strict=False))
    wanted = set(params)
    untyped: list[tuple[Type, Type]] = []
    for parameter, argument in pairs:
        if default_type(argument) is not argument:
            untyped.append((parameter, default_type(argument)))
        else:
            unify(parameter, argument, wanted, bindings)
    for parameter, argument in untyped:
        unify(parameter, argument, wanted, bindings)
    for p in params:
        _infer_from_core(p, wanted, bindings)
    for p in params:
        bindings.setdefault(p, UNKNOWN)
    return bindings


def _infer_from_core(p: TypeParam, wanted: set[TypeParam], bindings: Bindings) -> None:
    """``S ~[]E`` binds E from S, and S from E."""
    core = core_type(p)
    if isinstance(core, Interface) or core is UNKNOWN:
        return
    bound = bindings.get(p)
    if bound is not None:
        unify(core, underlying(bound), wanted, bindings)
    else:
        bindings[p] = substitute(core, bindings)


def unify(x: Type, y: Type, wanted: set[TypeParam], bindings: Bindings, depth: int = 0) -> None:
    """Bind the wanted parameters in ``x`` so that it becomes ``y``, where the two have the same shape."""
    if isinstance(x, TypeParam):
        if x in wanted and bindings.get(x, UNKNOWN) is UNKNOWN:
            bindings[x] = y
        return
    if depth > _MAX_DEPTH:
        return
    depth += 1
    if isinstance(x, Named) and isinstance(y, Named):
        if x.declaration is y.declaration:
            for a, b in zip(x.args, y.args, strict=False):
                unify(a, b, wanted, bindings, depth)
        return
    if not isinstance(x, Named):
        y = underlying(y)
    match x, y:
        case (
            (Pointer(elem=a), Pointer(elem=b))
            | (Slice(elem=a), Slice(elem=b))
            | (Array(elem=a), Array(elem=b))
            | (Chan(elem=a), Chan(elem=b))
        ):
            unify(a, b, wanted, bindings, depth)
        case Map(), Map():
            unify(x.key, y.key, wanted, bindings, depth)
            unify(x.value, y.value, wanted, bindings, depth)
        case Signature(), Signature():
            for a, b in zip(x.params + x.results, y.params + y.results, strict=False):
                unify(a, b, wanted, bindings, depth)
        case _:
            return
