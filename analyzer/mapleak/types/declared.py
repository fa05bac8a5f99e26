"""Declared things: what an identifier can denote (Go spec, "Declarations and scope")."""

from __future__ import annotations

from collections.abc import Callable

from mapleak.types.types import UNKNOWN, Named, Signature, Type, TypeParam


def loaded(load: Callable[[], Type] | None) -> Type:
    """The type that ``load`` works out; None stands for a declaration that refers to itself.

    A chain of declarations too long to follow (thousands of aliases of aliases) is unknown at its far end.
    """
    if load is None:
        return UNKNOWN
    try:
        return load()
    except RecursionError:
        return UNKNOWN


class TypeDeclaration:
    """A defined type, generic or not. ``methods`` fills up while the package is linked."""

    __slots__ = (
        "_instances", "_load", "_params", "_underlying", "end", "exported", "file", "methods", "name", "package",
        "pos", "qualified", "substitute",
    )  # fmt: skip

    def __init__(
        self,
        package: str,
        name: str,
        qualified: str,
        file: str,
        pos: int,
        end: int,
        load: Callable[[], tuple[tuple[TypeParam, ...], Callable[[], Type]]],
        substitute: Callable[[Type, dict[TypeParam, Type]], Type],
    ) -> None:
        self.package = package
        self.name = name
        self.qualified = qualified
        self.file = file
        self.pos = pos
        self.end = end
        self.exported = name[:1].isupper()
        self.methods: dict[str, Function] = {}
        self.substitute = substitute
        self._load = load
        self._params: tuple[TypeParam, ...] | None = None
        self._underlying: Callable[[], Type] | Type = UNKNOWN
        self._instances: dict[str | int, Named] = {}

    @property
    def params(self) -> tuple[TypeParam, ...]:
        if self._params is None:
            self._params, self._underlying = self._load()
        return self._params

    def instance(self, args: tuple[Type, ...] = ()) -> Named:
        """The type itself, or its instance for ``args`` (missing ones stay the parameters)."""
        if not args:
            found = self._instances.get(0)
            if found is None:
                found = self._instances[0] = Named(self, ())
            return found
        key = ",".join(str(id(a)) if isinstance(a, TypeParam) else a.text for a in args)
        found = self._instances.get(key)
        if found is None:
            found = self._instances[key] = Named(self, args)
        return found

    def underlying_of(self, args: tuple[Type, ...]) -> Type:
        params = self.params
        generic = self._underlying
        if not isinstance(generic, Type):
            self._underlying = UNKNOWN
            generic = self._underlying = generic()
        if args and params:
            return self.substitute(generic, dict(zip(params, args, strict=False)))
        return generic


class Function:
    """A declared function or method. ``signature`` is worked out when first asked for.

    ``name`` is the name in reports: ``p.F``, ``(p.T).M``, ``(*p.T).M``. ``receiver_params`` are the type
    parameters as the receiver spells them, in order.
    """

    __slots__ = (
        "_load", "_signature", "exported", "file", "in_tree", "name", "package", "param_names", "pointer_receiver",
        "pos", "receiver_params", "short",
    )  # fmt: skip

    def __init__(
        self,
        package: str,
        short: str,
        name: str,
        file: str,
        pos: int,
        in_tree: bool,
        pointer_receiver: bool,
        load: Callable[[], tuple[Signature, tuple[TypeParam, ...]]],
    ) -> None:
        self.package = package
        self.short = short
        self.name = name
        self.file = file
        self.pos = pos
        self.in_tree = in_tree
        self.exported = short[:1].isupper()
        self.pointer_receiver = pointer_receiver
        self._load = load
        self._signature: Signature | None = None
        self.receiver_params: tuple[TypeParam, ...] = ()

    @property
    def signature(self) -> Signature:
        if self._signature is None:
            self._signature, self.receiver_params = self._load()
        return self._signature


class Typed:
    """Something with a type that is worked out when first asked for."""

    __slots__ = ("_load", "_type")

    def __init__(self, load: Callable[[], Type] | Type) -> None:
        self._load: Callable[[], Type] | None = None if isinstance(load, Type) else load
        self._type: Type | None = load if isinstance(load, Type) else None

    @property
    def type(self) -> Type:
        """The type; UNKNOWN while it is being worked out, for what refers to itself."""
        if self._type is None:
            load, self._load = self._load, None
            self._type = loaded(load)
        return self._type


class Variable(Typed):
    """A variable, parameter, result or field-less receiver. ``node`` names it in the value-flow graph.

    ``origin`` remembers where a local's value came from, and ``parts`` where the fields of a struct literal
    did, by field name (both set by resolve, for the classification of keys).
    """

    __slots__ = ("function", "name", "node", "origin", "package", "parts")

    def __init__(self, name: str, node: str, package: str, function: str, load: Callable[[], Type] | Type) -> None:
        super().__init__(load)
        self.name = name
        self.node = node
        self.package = package
        self.function = function  # "" for package variables
        self.origin: object = None
        self.parts: dict[str, object] = {}


class Constant(Typed):
    """A constant: its type, and whether it is declared as ``false``, since what that guards never runs.

    ``number`` works out its value when it is an integer, None where that is not known.
    """

    __slots__ = ("_number", "name", "off", "package")

    def __init__(
        self,
        name: str,
        package: str,
        load: Callable[[], Type] | Type,
        off: bool = False,
        number: Callable[[], int | None] | int | None = None,
    ) -> None:
        super().__init__(load)
        self.name = name
        self.package = package
        self.off = off
        self._number = number

    @property
    def number(self) -> int | None:
        """The integer it stands for; None while it is being worked out, for what refers to itself."""
        if callable(self._number):
            work_out, self._number = self._number, None
            self._number = work_out()
        return self._number


class TypeName(Typed):
    """A name for a type: of a defined type, an alias, a type parameter or a predeclared type.

    A generic alias has ``params``; ``type`` then mentions them.
    """

    __slots__ = ("declaration", "name", "params")

    def __init__(
        self,
        name: str,
        load: Callable[[], Type] | Type,
        declaration: TypeDeclaration | None = None,
        params: Callable[[], tuple[TypeParam, ...]] | None = None,
    ) -> None:
        super().__init__(load)
        self.name = name
        self.declaration = declaration
        self.params = params


class PackageName:
    """An imported package's name in a file."""

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path


class Builtin:
    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Nil:
    __slots__ = ()


Object = Variable | Constant | TypeName | Function | PackageName | Builtin | Nil
