"""Enumerations: named basic types whose package declares constants of them."""

from __future__ import annotations

from mapleak.program.packages import Package, Program
from mapleak.types.declared import Constant
from mapleak.types.types import Basic, Named

LEAST_CONSTANTS = 2
"""A type with one constant is a type with a default, not an enumeration."""


class Enums:
    """Answers whether a named type is an enumeration. A package's constants are looked at when first asked about."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._found: dict[str, frozenset[str]] = {}  # by file of the declaration

    def __contains__(self, t: Named) -> bool:
        if not isinstance(t.underlying, Basic):
            return False
        file = t.declaration.file
        if file not in self._found:
            package = self._program.package_of_file.get(file)  # None: of a package that is not on disk
            enums = _of_package(package) if package is not None else frozenset()
            self._found.update((other.path, enums) for other in (package.files if package is not None else ()))
            self._found.setdefault(file, enums)
        return t.name in self._found[file]


def _of_package(package: Package) -> frozenset[str]:
    count: dict[str, int] = {}
    for name in package.names():
        for found in package.variants(name):
            if isinstance(found, Constant) and isinstance(found.type, Named):
                count[found.type.name] = count.get(found.type.name, 0) + 1
    return frozenset(name for name, constants in count.items() if constants >= LEAST_CONSTANTS)
