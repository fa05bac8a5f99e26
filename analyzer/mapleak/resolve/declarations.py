"""Package-level variables, fields and types as later stages need them."""

from __future__ import annotations

from collections.abc import Iterable

from mapleak.program.packages import File, Package
from mapleak.resolve.entries import entry_layouts
from mapleak.resolve.enums import Enums
from mapleak.resolve.model import MethodFact, TypeFacts, Variable
from mapleak.resolve.settings import is_left_out, is_setting
from mapleak.resolve.shapes import bounded_key, map_shape, signature_text, spell_type
from mapleak.resolve.wrapping import container_shape, followed, instance_of, wrapper_shape
from mapleak.types import declared
from mapleak.types.lookup import method_set, promoted_from_interfaces
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


class VariableCensus:
    """Lists the map-like variables and fields of a file of a package.

    Fields of struct types written in place belong to the variable, field or parameter declared with them.
    ``found`` has each once, in the order in which they were added.
    """

    def __init__(self, package: Package, enums: Enums) -> None:
        self.found: list[Variable] = []
        self.wrapped: list[Variable] = []  # of wrapper types
        self.containers: list[Variable] = []  # what may hold maps (or functions) without being a map
        self._package = package
        self._enums = enums
        self._seen: set[tuple[str, str, int]] = set()

    def add_file(self, file: File) -> None:
        """Everything a file declares at package level."""
        for spec in file.code.vars:
            for ident in spec.names:
                variable = self._package.find(ident.name, file)
                if isinstance(variable, declared.Variable):
                    self._add(variable.node, "var", file.path, ident.pos, "", variable.type)
                    self.add_fields(variable.type, file.path)
        for type_spec in file.code.types:
            name = self._package.find(type_spec.name, file)
            if isinstance(name, declared.TypeName):
                self.add_type(name, file.path)

    def add_type(self, name: declared.TypeName, path: str) -> None:
        """The fields of a declared type, or of what an alias stands for when it is written in place."""
        self.add_fields(name.declaration.instance().underlying if name.declaration is not None else name.type, path)

    def add_fields(self, t: Type, path: str, depth: int = 0) -> None:
        """Fields of struct types written in place in ``t``, behind pointers, slices, maps and channels too."""
        if depth > _DEPTH:
            return
        match t:
            case Struct():
                self._struct(t, path, depth)
            case Pointer() | Slice() | Array() | Chan():
                self.add_fields(t.elem, path, depth + 1)
            case Map():
                self.add_fields(t.value, path, depth + 1)
                self.add_fields(t.key, path, depth + 1)

    def _struct(self, struct: Struct, path: str, depth: int) -> None:
        if struct.file != path:
            return
        for field in struct.fields:
            node = f"{struct.owner}.{field.name}"
            if (node, path, -field.pos) in self._seen:
                continue
            self._seen.add((node, path, -field.pos))  # the field's type may lead back here
            self._add(node, "field", path, field.pos, struct.owner, field.type)
            self.add_fields(field.type, path, depth + 1)

    def _add(self, node: str, kind: str, path: str, pos: int, owner: str, t: Type) -> None:
        shape = container_shape(t)
        if (node, path, pos) in self._seen or (shape is None and not followed(t)):
            return
        self._seen.add((node, path, pos))
        package = self._package.path
        end = pos + len(node.rsplit(".", 1)[-1].encode())
        written = spell_type(t, package)
        if shape is None:
            layouts = entry_layouts(t)
            holder = Variable(node, kind, path, pos, end, package, "", owner, written, "", "", "", "", layouts)
            self.containers.append(holder)
            return
        key, value = spell_type(shape.key, package), spell_type(shape.value, package)
        bounded = bounded_key(shape.key, self._enums) if map_shape(t) is not None else ""  # wrappers may have more
        listed = self.found if map_shape(t) is not None else self.wrapped
        listed.append(
            Variable(
                node, kind, path, pos, end, package, "", owner, written, shape.container, key, value, bounded,
                entry_layouts(t), instance_of(t),
            )
        )  # fmt: skip


def holders(file: File) -> list[tuple[str, str]]:
    """A file's package variables and the named types they hold, pointers and containers looked through."""
    found: list[tuple[str, str]] = []
    for spec in file.code.vars:
        for ident in spec.names:
            variable = file.package.find(ident.name, file)
            if isinstance(variable, declared.Variable):
                found += [(variable.node, name) for name in held_types(variable.type)]
    return found


def type_facts(file: File) -> list[TypeFacts]:
    """Facts of every type that a file defines at package level."""
    found: dict[str, TypeFacts] = {}
    for spec in file.code.types:
        name = file.package.find(spec.name, file)
        if isinstance(name, declared.TypeName) and name.declaration is not None:
            found.setdefault(name.declaration.qualified, _type_facts(name.declaration))
    return list(found.values())


def _type_facts(declaration: declared.TypeDeclaration) -> TypeFacts:
    instance = declaration.instance()
    u = instance.underlying
    fields = u.fields if isinstance(u, Struct) else ()
    methods = [
        MethodFact(name, function.name, signature_text(function.signature), pointer)
        for name, (function, pointer) in method_set(instance).items()
    ]
    if isinstance(u, Struct):
        methods += [
            MethodFact(name, f"({interface}).{name}", signature_text(signature), False)
            for name, (interface, signature) in promoted_from_interfaces(instance).items()
        ]
    return TypeFacts(
        name=declaration.qualified,
        package=declaration.package,
        file=declaration.file,
        pos=declaration.pos,
        exported=declaration.exported,
        underlying=_kind(u),
        methods=tuple(sorted(methods, key=lambda m: m.name)),
        embeds=tuple(sorted({f.type.name for f in fields if isinstance(f.type, Named)})),
        field_types=tuple(sorted({name for f in fields for name in held_types(f.type)} | _element_types(u))),
        has_mutex=any(_is_mutex(f) for f in fields),
        wraps=wrapper_shape(instance) is not None,
        settings=tuple(f.name for f in fields if is_setting(f.tag)),
        setting_types=_types_of(f for f in fields if is_setting(f.tag)),
        part_types=_types_of(f for f in fields if f.name[:1].isupper() and not is_left_out(f.tag)),
    )


def _types_of(fields: Iterable[FieldVar]) -> tuple[str, ...]:
    return tuple(sorted({name for f in fields for name in held_types(f.type)}))


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
