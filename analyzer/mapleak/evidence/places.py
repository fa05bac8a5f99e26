"""From the places that findings name to the compiler's facts about them.

A fact is matched by real file, line and byte column. Where a line directive renames the file, it is matched by the
package being compiled and the directive's file name instead, whose spelling differs between Go versions.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import msgspec

from mapleak.evidence.compile import Compilation
from mapleak.evidence.escape import EscapeFact, base_name
from mapleak.evidence.positions import ReportedPosition, ReportedPositions
from mapleak.model import Location
from mapleak.source.model import SourceFile

Item = TypeVar("Item")

_Key = tuple[str, str, int, int | None]  # real folder, file name, line, column


class Printed(Protocol):
    """Something with a position as the compiler prints it."""

    @property
    def path(self) -> str: ...

    @property
    def line(self) -> int: ...

    @property
    def column(self) -> int | None: ...


class Place(msgspec.Struct, frozen=True):
    """A place in a file that can be read: its real folder, its name there, and where the compiler says it is."""

    location: Location
    folder: str
    name: str
    reported: ReportedPosition

    @property
    def wanted(self) -> tuple[str, int]:
        """The base name and line that a fact about this place has."""
        return base_name(self.reported.file or self.name), self.reported.line


def find_places(locations: Iterable[Location], files: Mapping[str, SourceFile]) -> dict[Location, Place | str]:
    """Each location's place, or why it has none; ``files`` is by path."""
    found: dict[Location, Place | str] = {}
    opened: dict[str, ReportedPositions | str] = {}
    for location in locations:
        if location in found:
            continue
        file = files.get(location.file)
        if file is None:
            found[location] = "the file is not part of the scanned tree"
            continue
        if file.path not in opened:
            opened[file.path] = _open(file.absolute)
        positions = opened[file.path]
        if isinstance(positions, str):
            found[location] = positions
            continue
        folder, name = os.path.split(file.absolute)
        found[location] = Place(location, os.path.realpath(folder), name, positions.at(location.line, location.column))
    return found


def _open(path: str) -> ReportedPositions | str:
    try:
        return ReportedPositions(Path(path).read_bytes())
    except OSError as error:
        return f"the file cannot be read: {error.strerror}"


class PlaceIndex(Generic[Item]):
    """What compilations printed, by the place it is about."""

    def __init__(self) -> None:
        self._items: dict[_Key, list[Item]] = {}
        self._renamed: dict[_Key, list[Item]] = {}

    def at(self, place: Place) -> list[Item]:
        """Everything about a place, in the order in which it was printed."""
        reported = place.reported
        if reported.file is None:
            return self._items.get((place.folder, place.name, reported.line, reported.column), [])
        key = (place.folder, base_name(reported.file), reported.line, reported.column)
        return self._renamed.get(key, [])

    def add(self, compilation: Compilation, printed: Iterable[tuple[str, Printed, Item]]) -> None:
        """Adds what a compilation printed: the package being compiled, the position, the item."""
        folders = {package.import_path: package.directory for package in compilation.packages if package.directory}
        resolved: dict[tuple[str, str], str] = {}
        for package, position, item in printed:
            name = base_name(position.path)
            path = (package, position.path)
            if path not in resolved:
                resolved[path] = _folder(position.path, package, compilation.request.directory, folders)
            self._items.setdefault((resolved[path], name, position.line, position.column), []).append(item)
            if package in folders:
                self._renamed.setdefault((folders[package], name, position.line, position.column), []).append(item)


class FactIndex:
    """The facts of compilations, by the place they are about."""

    def __init__(self, compilations: Iterable[Compilation]) -> None:
        self._index: PlaceIndex[EscapeFact] = PlaceIndex()
        for compilation in compilations:
            self._index.add(compilation, ((item.package, item.fact, item.fact) for item in compilation.facts))

    def at(self, place: Place) -> tuple[EscapeFact, ...]:
        """The distinct facts about a place, in the order of their text."""
        distinct = {(fact.kind, fact.text): fact for fact in self._index.at(place)}
        return tuple(sorted(distinct.values(), key=lambda fact: fact.text))


def _folder(path: str, package: str, directory: str, folders: Mapping[str, str]) -> str:
    """The real folder of a path as printed: relative to the working folder, or an import path under ``-trimpath``.

    A path that leads nowhere may have been printed from another folder and replayed from the build cache; the file
    is then that of the package being compiled.
    """
    full = Path(directory, path)
    if full.exists():
        return os.path.realpath(full.parent)
    import_path, _, name = path.rpartition("/")
    if import_path in folders:
        return folders[import_path]
    own = folders.get(package, "")
    return own if own and Path(own, name).exists() else ""
