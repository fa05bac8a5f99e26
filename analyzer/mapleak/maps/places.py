"""Byte offsets of the resolved facts turned into lines and columns."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_right
from collections.abc import Mapping

from mapleak.model import Location
from mapleak.resolve.model import FileInfo


class Places:
    """Where things are: (file, offset, offset) to Location, with the line tables decoded once per file."""

    def __init__(self, files: Mapping[str, FileInfo]) -> None:
        self._files = files
        self._starts: dict[str, array[int]] = {}

    def location(self, file: str, pos: int, end: int) -> Location:
        """The stretch from offset ``pos`` up to ``end``; line 1 column 1 for a file that is not known."""
        starts = self._line_starts(file)
        line = max(bisect_right(starts, pos), 1)
        end_line = max(bisect_right(starts, end), 1)
        return Location(file, line, pos - starts[line - 1] + 1, end_line, end - starts[end_line - 1] + 1)

    def _line_starts(self, file: str) -> array[int]:
        starts = self._starts.get(file)
        if starts is None:
            info = self._files.get(file)
            starts = array("I", info.line_starts if info is not None else b"")
            if sys.byteorder == "big":
                starts.byteswap()
            if not starts:
                starts.append(0)
            self._starts[file] = starts
        return starts
