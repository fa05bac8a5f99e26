"""Reads the source lines that reports show; the analysis itself never comes here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Sources:
    """Lines of the files under a root, each file read once; a file that is gone has no lines."""

    def __init__(self, root: str, real_paths: Mapping[str, str]) -> None:
        """``root`` is the absolute folder that report paths are relative to, unless ``real_paths`` has another."""
        self._root = Path(root)
        self._real_paths = real_paths
        self._data: dict[str, bytes] = {}
        self._lines: dict[str, list[bytes]] = {}

    def data(self, file: str) -> bytes:
        """The bytes of a file, or none when it cannot be read any more."""
        if file not in self._data:
            try:
                self._data[file] = (self._root / self.real_path(file)).read_bytes()
            except OSError:
                self._data[file] = b""
        return self._data[file]

    def real_path(self, file: str) -> str:
        """The path on disk of a file in a report: another one where the name is not UTF-8."""
        return self._real_paths.get(file, file)

    def line(self, file: str, number: int) -> bytes:
        """A line by its 1-based number without its end, as Go counts lines: at line feeds only."""
        if file not in self._lines:
            self._lines[file] = self.data(file).split(b"\n")
        lines = self._lines[file]
        return lines[number - 1].removesuffix(b"\r") if 1 <= number <= len(lines) else b""

    def utf16_column(self, file: str, line: int, column: int) -> int:
        """The 1-based column in UTF-16 units of a 1-based byte column; a byte order mark is not part of the text."""
        before = self.line(file, line)[: column - 1]
        if line == 1:
            before = before.removeprefix(BYTE_ORDER_MARK)
        return len(before.decode("utf-8", "replace").encode("utf-16-le")) // 2 + 1
