"""Types as written, turned into types (Go spec, "Types")."""

from __future__ import annotations

from mapleak.program.constants import integer
from mapleak.program.scope import Scope
from mapleak.syntax import ast
from mapleak.types.declared import PackageName, TypeName
from mapleak.types.generics import substitute
from mapleak.types.types import (
    UNKNOWN,
    Array,
    Chan,
    FieldVar,
    Interface,
    Map,
    Pointer,
    Signature,
    Slice,
    Struct,
    Type,
    TypeParam,
    underlying,
)
from mapleak.types.universe import UNSAFE_POINTER


def read_type(expr: ast.Expr | None, scope: Scope, owner: str) -> Type:
    """The type that ``expr`` spells, UNKNOWN when it spells none.

    ``owner`` names what is being declared: fields of anonymous struct types inside are named after it.
    """
    match expr:
        case ast.Name():
            found = scope.lookup(expr.name)
            return found.type if isinstance(found, TypeName) else UNKNOWN
        case ast.Selector():
            named = type_name(expr, scope)
            return named.type if named is not None else _special(expr, scope)
        case ast.Index():
            return _instance(expr, scope, owner)
        case ast.Star():
            return Pointer(read_type(expr.x, scope, owner))
        case ast.ArrayType():
            elem = read_type(expr.elem, scope, owner)
            return Slice(elem) if expr.slice else _array(elem, expr.length, scope)
        case ast.MapType():
            return Map(read_type(expr.key, scope, owner), read_type(expr.value, scope, owner))
        case ast.ChanType():
            return Chan(expr.dir, read_type(expr.elem, scope, owner))
        case ast.FuncType():
            return read_signature(expr, scope, owner)
        case ast.StructType():
            return _struct(expr, scope, owner)
        case ast.InterfaceType():
            return _interface(expr, scope, owner)
        case ast.Binary(op="|") | ast.Unary(op="~"):
            return _interface(ast.InterfaceType(expr.pos, expr.end, (), (expr,)), scope, owner)
    return UNKNOWN


def _array(elem: Type, length: ast.Expr | None, scope: Scope) -> Array:
    return Array(elem, _length(length), lambda: integer(length, scope))


def _length(expr: ast.Expr | None) -> str:
    match expr:
        case ast.BasicLit():
            return expr.text
        case ast.Name():
            return expr.name
    return "…"


def type_name(expr: ast.Expr, scope: Scope) -> TypeName | None:
    """The type name that an identifier or qualified identifier denotes."""
    match expr:
        case ast.Name():
            found = scope.lookup(expr.name)
        case ast.Selector(x=ast.Name() as qualifier):
            package_name = scope.lookup(qualifier.name)
            if not isinstance(package_name, PackageName) or package_name.path == "unsafe":
                return None
            package = scope.file.package.program.package(package_name.path, scope.file)
            found = package.find(expr.name, scope.file) if package is not None else None
        case _:
            return None
    return found if isinstance(found, TypeName) else None


def _special(expr: ast.Selector, scope: Scope) -> Type:
    if isinstance(expr.x, ast.Name) and expr.name == "Pointer":
        found = scope.lookup(expr.x.name)
        if isinstance(found, PackageName) and found.path == "unsafe":
            return UNSAFE_POINTER
    return UNKNOWN


def _instance(expr: ast.Index, scope: Scope, owner: str) -> Type:
    named = type_name(expr.x, scope)
    if named is None:
        return UNKNOWN
    args = tuple(read_type(i, scope, owner) for i in expr.indices)
    if named.declaration is not None:
        return named.declaration.instance(args)
    if named.params is not None:  # a generic alias
        return substitute(named.type, dict(zip(named.params(), args, strict=False)))
    return named.type


def read_signature(expr: ast.FuncType, scope: Scope, owner: str) -> Signature:
    """A function type's signature; its own type parameters are declared in a scope of their own."""
    type_params: tuple[TypeParam, ...] = ()
    if expr.type_params:
        scope = scope.child()
        type_params = declare_type_params(expr.type_params, scope, owner)
    params = tuple(
        Slice(read_type(p.type, scope, owner)) if p.variadic else read_type(p.type, scope, owner) for p in expr.params
    )
    variadic = bool(expr.params) and expr.params[-1].variadic
    return Signature(params, tuple(read_type(r.type, scope, owner) for r in expr.results), variadic, type_params)


def declare_type_params(params: tuple[ast.Param, ...], scope: Scope, owner: str) -> tuple[TypeParam, ...]:
    """Enter type parameters into ``scope``; constraints may refer to any of them."""
    declared = []
    for p in params:
        parameter = TypeParam(p.name, lambda p=p: read_type(p.type, scope, owner))  # type: ignore[misc]
        scope.names[p.name] = TypeName(p.name, parameter)
        declared.append(parameter)
    return tuple(declared)


def _struct(expr: ast.StructType, scope: Scope, owner: str) -> Struct:
    def field(f: ast.Field) -> FieldVar:
        pos = _name_of_embedded(f.type) if f.embedded else f.pos
        place = (f.embedded, pos, f.end, f.struct_tag)
        return FieldVar(f.name, lambda: read_type(f.type, scope, f"{owner}.{f.name}"), *place)

    return Struct(tuple(field(f) for f in expr.fields), owner, scope.file.path, scope.file.package.path)


def _name_of_embedded(t: ast.Expr) -> int:
    """Offset of an embedded field's name: that of its type, without qualifier."""
    while isinstance(t, ast.Star | ast.Index):
        t = t.x
    return t.name_pos if isinstance(t, ast.Selector) else t.pos


def _interface(expr: ast.InterfaceType, scope: Scope, owner: str) -> Interface:
    def load() -> tuple[dict[str, Signature], tuple[Type, ...]]:
        package = scope.file.package.path
        methods = {
            m.name if m.name[:1].isupper() else f"{package}.{m.name}": read_signature(m.type, scope, owner)
            for m in expr.methods
        }
        terms: list[Type] = []
        for embedded in expr.embeds:
            for term in _union_terms(embedded):
                _embed(read_type(term, scope, owner), methods, terms)
        return methods, tuple(terms)

    return Interface(load)


def _embed(t: Type, methods: dict[str, Signature], terms: list[Type]) -> None:
    inner = underlying(t)
    if isinstance(inner, Interface):
        for name, signature in inner.methods.items():
            methods.setdefault(name, signature)
        terms.extend(inner.terms)
    elif t is not UNKNOWN:
        terms.append(t)


def _union_terms(expr: ast.Expr) -> list[ast.Expr]:
    """``~A | B`` taken apart into its terms, tildes dropped."""
    terms: list[ast.Expr] = []
    pending = [expr]
    while pending:
        match pending.pop():
            case ast.Binary(op="|", x=x, y=y):
                pending += (y, x)
            case ast.Unary(op="~", x=x):
                terms.append(x)
            case term:
                terms.append(term)
    return terms
