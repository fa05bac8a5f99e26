"""Enumerations: named basic types whose package declares constants of them."""

from __future__ import annotations

from mapleak.program.packages import Program
from mapleak.types.declared import Constant
from mapleak.types.types import Basic, Named

LEAST_CONSTANTS = 2
"""A type with one constant is a type with a default, not an enumeration."""


class Enums:
    """Answers whether a named type is an enumeration. A package's constants are looked at when first asked about."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._found: dict[str, frozenset[str]] = {}

    def __contains__(self, t: Named) -> bool:
        if not isinstance(t.underlying, Basic):
            return False
        package = t.declaration.package
        if package not in self._found:
            self._found[package] = self._of_package(package)
        return t.name in self._found[package]

    def _of_package(self, path: str) -> frozenset[str]:
        count: dict[str, int] = {}
        for package in self._program.known_as(path):
            for name in package.names():
                for found in package.variants(name):
                    if isinstance(found, Constant) and isinstance(found.type, Named):
                        count[found.type.name] = count.get(found.type.name, 0) + 1
        return frozenset(name for name, constants in count.items() if constants >= LEAST_CONSTANTS)
