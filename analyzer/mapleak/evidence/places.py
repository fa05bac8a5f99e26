"""From the places that findings name to the compiler's facts about them.

A fact is matched by real file, line and byte column. Where a line directive renames the file, it is matched by the
package being compiled and the directive's file name instead, whose spelling differs between Go versions.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mapleak.evidence.compile import Compilation
from mapleak.evidence.escape import EscapeFact, base_name
from mapleak.evidence.positions import ReportedPosition, ReportedPositions
from mapleak.model import Location
from mapleak.source.model import SourceFile

_Key = tuple[str, str, int, int | None]  # real folder, file name, line, column


@dataclass(frozen=True, slots=True)
class Place:
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


class FactIndex:
    """The facts of compilations, by the place they are about."""

    def __init__(self, compilations: Iterable[Compilation]) -> None:
        self._facts: dict[_Key, list[EscapeFact]] = {}
        self._renamed: dict[_Key, list[EscapeFact]] = {}
        for compilation in compilations:
            self._add(compilation)

    def at(self, place: Place) -> tuple[EscapeFact, ...]:
        """The distinct facts about a place, in the order of their text."""
        reported = place.reported
        if reported.file is None:
            found = self._facts.get((place.folder, place.name, reported.line, reported.column), [])
        else:
            key = (place.folder, base_name(reported.file), reported.line, reported.column)
            found = self._renamed.get(key, [])
        distinct = {(fact.kind, fact.text): fact for fact in found}
        return tuple(sorted(distinct.values(), key=lambda fact: fact.text))

    def _add(self, compilation: Compilation) -> None:
        folders = {package.import_path: package.directory for package in compilation.packages if package.directory}
        resolved: dict[tuple[str, str], str] = {}
        for item in compilation.facts:
            fact = item.fact
            name = base_name(fact.path)
            path = (item.package, fact.path)
            if path not in resolved:
                resolved[path] = _folder(fact.path, item.package, compilation.request.directory, folders)
            self._facts.setdefault((resolved[path], name, fact.line, fact.column), []).append(fact)
            if item.package in folders:
                self._renamed.setdefault((folders[item.package], name, fact.line, fact.column), []).append(fact)


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
