"""Scopes: what an identifier denotes at a place in a file (Go spec, "Declarations and scope")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapleak.types.declared import Object, PackageName
from mapleak.types.universe import UNIVERSE

if TYPE_CHECKING:
    from mapleak.program.packages import File


class Scope:
    """A block inside a file.

    ``owner`` names what is declared here (``p.F`` in a function's body). ``naming`` is the variable whose
    initialiser is being evaluated, if any: struct types written in it are named after the variable.
    """

    __slots__ = ("file", "names", "naming", "owner", "parent")

    def __init__(self, file: File, parent: Scope | None, owner: str) -> None:
        self.file = file
        self.parent = parent
        self.owner = owner
        self.names: dict[str, Object] = {}
        self.naming = ""

    def child(self) -> Scope:
        return Scope(self.file, self, self.owner)

    def anonymous(self, pos: int) -> str:
        """The owner's name for a struct type written at offset ``pos`` outside any declaration of its own."""
        return self.naming or f"{self.owner}.struct@{pos}"

    def lookup(self, name: str) -> Object | None:
        """What ``name`` denotes: innermost block first, then the file's imports, the package, the universe."""
        scope: Scope | None = self
        while scope is not None:
            found = scope.names.get(name)
            if found is not None:
                return found
            scope = scope.parent
        file = self.file
        cached = file.resolved.get(name)
        if cached is None and name not in file.resolved:
            cached = file.resolved[name] = _lookup_outside(file, name)
        return cached


def _lookup_outside(file: File, name: str) -> Object | None:
    path = file.import_named(name)
    if path is not None:
        return PackageName(path)
    found = file.package.find(name, file)
    if found is not None:
        return found
    for path in file.dot_imports:
        package = file.package.program.package(path, file)
        if package is not None and name[:1].isupper():
            found = package.find(name, None)
            if found is not None:
                return found
    return UNIVERSE.get(name)
