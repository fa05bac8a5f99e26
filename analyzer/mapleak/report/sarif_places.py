"""Places in SARIF: relative percent-encoded URIs, regions in UTF-16 columns, snippets, GitHub's line hashes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import quote

from mapleak.model import Location
from mapleak.report.jsonout import JsonObject
from mapleak.report.sources import Sources
from mapleak.triage.linehash import line_hashes

ROOT_BASE = "%SRCROOT%"

LONGEST_SNIPPET = 400
"""Characters of source shown with a result: a viewer shows a line or two, and minified files have endless ones."""


def artifact(path: str) -> JsonObject:
    """The location of a file by its path on disk: relative to the root, with nothing that a URI does not allow."""
    return {"uri": quote(os.fsencode(path), safe="/~"), "uriBaseId": ROOT_BASE}


class Places:
    """Turns locations into SARIF, reading each source file at most once."""

    def __init__(self, root: str, real_paths: Mapping[str, str]) -> None:
        """``root`` is the absolute folder that locations are relative to, unless ``real_paths`` has another."""
        self._sources = Sources(root, real_paths)
        self._hashes: dict[str, list[str]] = {}

    def file(self, path: str) -> JsonObject:
        """The location of a file by its path in the report."""
        return artifact(self._sources.real_path(path))

    def physical(self, location: Location) -> JsonObject:
        """A physical location whose region stays within its first line, where pull requests show it."""
        return {"artifactLocation": self.file(location.file), "region": self.region(location)}

    def region(self, location: Location) -> JsonObject:
        """The region in UTF-16 columns; ``endColumn`` is exclusive and after ``startColumn``."""
        start = self._sources.utf16_column(location.file, location.line, location.column)
        end_column = location.end_column
        if location.end_line != location.line:
            end_column = len(self._sources.line(location.file, location.line)) + 1
        end = self._sources.utf16_column(location.file, location.line, end_column)
        return {
            "startLine": location.line,
            "startColumn": start,
            "endLine": location.line,
            "endColumn": max(end, start + 1),
        }

    def with_snippets(self, location: Location) -> JsonObject:
        """The same with the text of the region and of the lines around it."""
        line = self._sources.line(location.file, location.line)
        end = location.end_column if location.end_line == location.line else len(line) + 1
        found = self.physical(location)
        marked = line[location.column - 1 : end - 1].decode("utf-8", "replace")
        if marked and len(marked) <= LONGEST_SNIPPET:
            found["region"] = {**self.region(location), "snippet": {"text": marked}}
        context = self._context(location)
        if context is not None:
            found["contextRegion"] = context
        return found

    def _context(self, location: Location) -> JsonObject | None:
        """The line with its neighbours, which must hold more than the region; None when that is too much text."""
        first, last = max(1, location.line - 1), location.line + 1
        while last > location.line and not self._sources.line(location.file, last):
            last -= 1
        lines = [self._sources.line(location.file, number) for number in range(first, last + 1)]
        text = "\n".join(line.decode("utf-8", "replace") for line in lines)
        if not text.strip() or len(text) > LONGEST_SNIPPET:
            return None
        return {"startLine": first, "endLine": last, "snippet": {"text": text}}

    def line_hash(self, location: Location) -> str:
        """GitHub's hash of the location's line, "" when the file has no such line any more."""
        if location.file not in self._hashes:
            data = self._sources.data(location.file)
            self._hashes[location.file] = line_hashes(data) if data else []
        hashes = self._hashes[location.file]
        return hashes[location.line - 1] if location.line <= len(hashes) else ""
