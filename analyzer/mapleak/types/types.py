"""Go's types as far as the analysis needs them (Go spec, "Types").

A type that could not be found out is :data:`UNKNOWN`; it spreads through whatever is built from it and is
never guessed away. Named types and type parameters compare by identity, all others by structure
(their ``text``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # only names in annotations: a declaration knows its type and the type its declaration
    from mapleak.types.declared import TypeDeclaration


class Type:
    """Base of all types. ``text`` is the fully qualified spelling, the same for identical types."""

    __slots__ = ("_text", "memo")

    def __init__(self) -> None:
        self._text: str | None = None
        self.memo: dict[str, object] | None = None  # what later stages worked out about the type

    @property
    def text(self) -> str:
        cached = self._text
        if cached is None:
            cached = self._text = self._spell()
        return cached

    def _spell(self) -> str:
        raise NotImplementedError

    def __repr__(self) -> str:
        return self.text


class Unknown(Type):
    __slots__ = ()

    def _spell(self) -> str:
        return "unknown"


class Basic(Type):
    """A predeclared type, ``unsafe.Pointer``, or an untyped constant's kind (``untyped int``)."""

    __slots__ = ("name", "untyped")

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.untyped = name.startswith("untyped ")

    def _spell(self) -> str:
        return self.name


class Pointer(Type):
    __slots__ = ("elem",)

    def __init__(self, elem: Type) -> None:
        super().__init__()
        self.elem = elem

    def _spell(self) -> str:
        return "*" + self.elem.text


class Slice(Type):
    __slots__ = ("elem",)

    def __init__(self, elem: Type) -> None:
        super().__init__()
        self.elem = elem

    def _spell(self) -> str:
        return "[]" + self.elem.text


class Array(Type):
    """``length`` is the length as written, ``count`` the number it stands for, None where that is not known.

    Two arrays are the same type where they are written with the same length.
    """

    __slots__ = ("_counted", "elem", "length")

    def __init__(self, elem: Type, length: str, counted: Callable[[], int | None] | None = None) -> None:
        super().__init__()
        self.elem = elem
        self.length = length
        self._counted: Callable[[], int | None] | int | None = counted

    @property
    def count(self) -> int | None:
        """The length, worked out when first asked for; None for what is no integer constant that can be read."""
        if callable(self._counted):
            self._counted = self._counted()
        return self._counted

    def of(self, elem: Type) -> Array:
        """An array of the same length with other elements."""
        same = Array(elem, self.length)
        same._counted = self._counted
        return same

    def _spell(self) -> str:
        return f"[{self.length}]{self.elem.text}"


class Map(Type):
    __slots__ = ("key", "value")

    def __init__(self, key: Type, value: Type) -> None:
        super().__init__()
        self.key = key
        self.value = value

    def _spell(self) -> str:
        return f"map[{self.key.text}]{self.value.text}"


class Chan(Type):
    __slots__ = ("dir", "elem")

    def __init__(self, direction: str, elem: Type) -> None:
        super().__init__()
        self.dir = direction
        self.elem = elem

    def _spell(self) -> str:
        prefix = {"both": "chan ", "send": "chan<- ", "recv": "<-chan "}[self.dir]
        return prefix + self.elem.text


class Tuple(Type):
    """The results of a call with none or several of them."""

    __slots__ = ("types",)

    def __init__(self, types: tuple[Type, ...]) -> None:
        super().__init__()
        self.types = types

    def _spell(self) -> str:
        return "(" + ", ".join(t.text for t in self.types) + ")"


class Signature(Type):
    """A function's type; a variadic function's last parameter has its slice type."""

    __slots__ = ("params", "results", "type_params", "variadic")

    def __init__(
        self,
        params: tuple[Type, ...],
        results: tuple[Type, ...],
        variadic: bool = False,
        type_params: tuple[TypeParam, ...] = (),
    ) -> None:
        super().__init__()
        self.params = params
        self.results = results
        self.variadic = variadic
        self.type_params = type_params

    def _spell(self) -> str:
        params = ",".join(t.text for t in self.params) + ("..." if self.variadic else "")
        return f"func({params})({','.join(t.text for t in self.results)})"


class FieldVar:
    """A struct field; ``pos`` and ``end`` say where it is declared, ``tag`` is its tag as written."""

    __slots__ = ("_resolve", "_type", "embedded", "end", "name", "pos", "tag")

    def __init__(
        self, name: str, resolve: Callable[[], Type], embedded: bool, pos: int, end: int, tag: str = ""
    ) -> None:
        self.name = name
        self.tag = tag
        self.embedded = embedded
        self.pos = pos
        self.end = end
        self._resolve: Callable[[], Type] | None = resolve
        self._type: Type | None = None

    @property
    def type(self) -> Type:
        """The field's type, worked out when first asked for (types may refer to each other)."""
        if self._type is None:
            resolve, self._resolve = self._resolve, None
            self._type = resolve() if resolve is not None else UNKNOWN
        return self._type


class Struct(Type):
    """A struct type. ``owner`` names its fields: the declared type (``p.T``), or for an anonymous struct the
    variable or field declared with it (``p.V``). ``file`` is the path of the declaring file."""

    __slots__ = ("fields", "file", "owner", "package")

    def __init__(self, fields: tuple[FieldVar, ...], owner: str, file: str, package: str) -> None:
        super().__init__()
        self.fields = fields
        self.owner = owner
        self.file = file
        self.package = package

    def _spell(self) -> str:
        self._text = "struct{…}"  # a struct that contains itself through a literal
        return "struct{" + ";".join(f"{f.name} {f.type.text}" for f in self.fields) + "}"


class Interface(Type):
    """An interface. ``methods`` and ``embeds`` are worked out when first asked for.

    ``union`` holds the type terms when it is a constraint with ``|`` or ``~``.
    """

    __slots__ = ("_load", "_methods", "_terms")

    def __init__(self, load: Callable[[], tuple[dict[str, Signature], tuple[Type, ...]]]) -> None:
        super().__init__()
        self._load: Callable[[], tuple[dict[str, Signature], tuple[Type, ...]]] | None = load
        self._methods: dict[str, Signature] = {}
        self._terms: tuple[Type, ...] = ()

    def _complete(self) -> None:
        if self._load is not None:
            load, self._load = self._load, None
            self._methods, self._terms = load()

    @property
    def methods(self) -> dict[str, Signature]:
        """Name (``pkg.name`` when unexported) to signature, embedded interfaces included."""
        self._complete()
        return self._methods

    @property
    def terms(self) -> tuple[Type, ...]:
        """Type terms of the type set, empty when it is not restricted."""
        self._complete()
        return self._terms

    def _spell(self) -> str:
        self._text = "interface{…}"
        methods = self.methods
        if not methods and not self.terms:
            return "any"
        parts = [f"{name}{methods[name].text[4:]}" for name in sorted(methods)]
        parts += [t.text for t in self.terms]
        return "interface{" + ";".join(parts) + "}"


class TypeParam(Type):
    """A type parameter; ``constraint`` is worked out when first asked for."""

    __slots__ = ("_constraint", "_resolve", "name")

    def __init__(self, name: str, resolve: Callable[[], Type]) -> None:
        super().__init__()
        self.name = name
        self._resolve: Callable[[], Type] | None = resolve
        self._constraint: Type | None = None

    @property
    def constraint(self) -> Type:
        if self._constraint is None:
            resolve, self._resolve = self._resolve, None
            self._constraint = resolve() if resolve is not None else UNKNOWN
        return self._constraint

    def _spell(self) -> str:
        return f"${self.name}"


class Named(Type):
    """A defined type, instantiated with ``args`` when it is generic. One object per instance."""

    __slots__ = ("_underlying", "args", "declaration", "lookups")

    def __init__(self, declaration: TypeDeclaration, args: tuple[Type, ...]) -> None:
        super().__init__()
        self.declaration = declaration
        self.args = args
        self._underlying: Type | None = None
        self.lookups: dict[str, object] = {}

    @property
    def name(self) -> str:
        """Qualified name without type arguments: ``example.com/p.T``."""
        return self.declaration.qualified

    @property
    def underlying(self) -> Type:
        if self._underlying is None:
            self._underlying = UNKNOWN  # an invalid recursive type stays unknown
            self._underlying = self.declaration.underlying_of(self.args)
        return self._underlying

    def _spell(self) -> str:
        if not self.args:
            return self.declaration.qualified
        return f"{self.declaration.qualified}[{','.join(a.text for a in self.args)}]"


UNKNOWN = Unknown()


def underlying(t: Type) -> Type:
    """The underlying type; of a type parameter its core type when its constraint has one."""
    if isinstance(t, Named):
        return t.underlying
    if isinstance(t, TypeParam):
        return core_type(t)
    return t


def core_type(t: TypeParam) -> Type:
    """The single underlying type of all terms of the constraint, else the constraint's interface."""
    constraint = underlying(t.constraint) if not isinstance(t.constraint, TypeParam) else UNKNOWN
    if not isinstance(constraint, Interface):
        return constraint
    terms = constraint.terms
    if not terms:
        return constraint
    cores = [underlying(term) for term in terms]
    if all(c.text == cores[0].text for c in cores[1:]):
        return cores[0]
    return constraint
