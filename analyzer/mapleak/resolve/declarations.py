"""Package-level variables, fields and types as later stages need them."""

from __future__ import annotations

from mapleak.program.packages import File, Package
from mapleak.resolve.enums import Enums
from mapleak.resolve.model import MethodFact, TypeFacts, Variable
from mapleak.resolve.shapes import bounded_key, map_shape, spell_type
from mapleak.types import declared
from mapleak.types.lookup import method_set
from mapleak.types.types import (
    Array,
    Basic,
    Chan,
    FieldVar,
    Interface,
    Map,
    Named,
    Pointer,
    Slice,
    Struct,
    Type,
)

_MUTEXES = frozenset(("sync.Mutex", "sync.RWMutex"))
_DEPTH = 6


def package_variables(package: Package, enums: Enums) -> list[Variable]:
    """Map-like package variables and fields, and fields of anonymous structs held by variables."""
    found: list[Variable] = []
    seen: set[tuple[str, str, int]] = set()
    for file in package.files:
        for spec in file.facts.vars:
            for ident in spec.names:
                variable = package.find(ident.name, file)
                if isinstance(variable, declared.Variable):
                    _add(found, seen, variable.node, "var", file.path, ident.pos, package, "", variable.type, enums)
                    _anonymous_fields(found, seen, variable.type, package, file, enums)
        for type_spec in file.facts.types:
            name = package.find(type_spec.name, file)
            if isinstance(name, declared.TypeName) and name.declaration is not None:
                instance = name.declaration.instance()
                struct = instance.underlying
                if isinstance(struct, Struct) and struct.owner == name.declaration.qualified:
                    _fields(found, seen, struct, package, file, enums, 0)
                else:
                    _anonymous_fields(found, seen, struct, package, file, enums)
    return found


def _fields(
    found: list[Variable],
    seen: set[tuple[str, str, int]],
    struct: Struct,
    package: Package,
    file: File,
    enums: Enums,
    depth: int,
) -> None:
    if depth > _DEPTH or struct.file != file.path:
        return
    for field in struct.fields:
        node = f"{struct.owner}.{field.name}"
        if (node, file.path, field.pos) in seen:
            continue
        _add(found, seen, node, "field", file.path, field.pos, package, struct.owner, field.type, enums)
        seen.add((node, file.path, field.pos))
        _anonymous_fields(found, seen, field.type, package, file, enums, depth + 1)


def _anonymous_fields(
    found: list[Variable],
    seen: set[tuple[str, str, int]],
    t: Type,
    package: Package,
    file: File,
    enums: Enums,
    depth: int = 0,
) -> None:
    """Fields of struct types written in place, behind pointers, slices, maps and channels too."""
    if depth > _DEPTH:
        return
    match t:
        case Struct():
            _fields(found, seen, t, package, file, enums, depth)
        case Pointer() | Slice() | Array() | Chan():
            _anonymous_fields(found, seen, t.elem, package, file, enums, depth + 1)
        case Map():
            _anonymous_fields(found, seen, t.value, package, file, enums, depth + 1)
            _anonymous_fields(found, seen, t.key, package, file, enums, depth + 1)


def _add(
    found: list[Variable],
    seen: set[tuple[str, str, int]],
    node: str,
    kind: str,
    path: str,
    pos: int,
    package: Package,
    owner: str,
    t: Type,
    enums: Enums,
) -> None:
    shape = map_shape(t)
    if shape is None or (node, path, pos) in seen:
        return
    seen.add((node, path, pos))
    name = node.rsplit(".", 1)[-1]
    found.append(
        Variable(
            node, kind, path, pos, pos + len(name.encode()), package.path, "", owner, spell_type(t, package.path),
            shape.container, spell_type(shape.key, package.path), spell_type(shape.value, package.path),
            bounded_key(shape.key, enums),
        )
    )  # fmt: skip


def holders(package: Package) -> list[tuple[str, str]]:
    """Package variables and the named types they hold, pointers and containers looked through."""
    found: list[tuple[str, str]] = []
    for file in package.files:
        for spec in file.facts.vars:
            for ident in spec.names:
                variable = package.find(ident.name, file)
                if isinstance(variable, declared.Variable):
                    found += [(variable.node, name) for name in held_types(variable.type)]
    return found


def type_facts(package: Package) -> list[TypeFacts]:
    """Facts of every defined type of a package, once per name."""
    found: dict[str, TypeFacts] = {}
    for file in package.files:
        for spec in file.facts.types:
            name = package.find(spec.name, file)
            if isinstance(name, declared.TypeName) and name.declaration is not None:
                found.setdefault(name.declaration.qualified, _type_facts(name.declaration))
    return list(found.values())


def _type_facts(declaration: declared.TypeDeclaration) -> TypeFacts:
    instance = declaration.instance()
    u = instance.underlying
    fields = u.fields if isinstance(u, Struct) else ()
    methods = tuple(
        MethodFact(name, function.name, function.signature.text, pointer)
        for name, (function, pointer) in sorted(method_set(instance).items())
    )
    return TypeFacts(
        name=declaration.qualified,
        package=declaration.package,
        file=declaration.file,
        pos=declaration.pos,
        exported=declaration.exported,
        underlying=_kind(u),
        methods=methods,
        embeds=tuple(sorted({f.type.name for f in fields if isinstance(f.type, Named)})),
        field_types=tuple(sorted({name for f in fields for name in held_types(f.type)} | _element_types(u))),
        has_mutex=any(_is_mutex(f) for f in fields),
    )


def _kind(u: Type) -> str:
    match u:
        case Struct():
            return "struct"
        case Map():
            return "map"
        case Interface():
            return "interface"
    return "other"


def _is_mutex(field: FieldVar) -> bool:
    t = field.type.elem if isinstance(field.type, Pointer) else field.type
    return isinstance(t, Named) and t.name in _MUTEXES


def _element_types(u: Type) -> set[str]:
    return set(held_types(u)) if isinstance(u, Map | Slice | Array | Chan) else set()


def held_types(t: Type, depth: int = 0) -> list[str]:
    """Named types of the values that a value of type ``t`` leads to, without looking inside them."""
    if depth > _DEPTH or isinstance(t, Basic):
        return []
    match t:
        case Named():
            return [t.name] + [name for a in t.args for name in held_types(a, depth + 1)]
        case Pointer() | Slice() | Array() | Chan():
            return held_types(t.elem, depth + 1)
        case Map():
            return held_types(t.key, depth + 1) + held_types(t.value, depth + 1)
        case Struct():
            return [name for f in t.fields for name in held_types(f.type, depth + 1)]
    return []
