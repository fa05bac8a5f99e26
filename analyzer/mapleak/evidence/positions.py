"""Where the compiler says a place in the source is.

It prints positions after ``//line`` and ``/*line*/`` directives (yacc and template output has them), so a syntax
position is translated the same way before it is looked up. The rules are those of ``go doc cmd/compile``, "Line".
"""

from __future__ import annotations

import re
from bisect import bisect_right

import msgspec

UNNAMED_FILE = "??"  # printed where a directive has an empty file name
_COLUMN_LIMIT = 255  # the first byte column that the compiler cannot represent

# Comments, and what may look as if it held one.
_TOKEN = re.compile(
    rb"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`[^`]*`""",
    re.DOTALL,
)


class ReportedPosition(msgspec.Struct, frozen=True):
    """A position as printed; ``file`` is None where no directive renames the file, ``column`` None where left out."""

    file: str | None
    line: int
    column: int | None


class _Directive(msgspec.Struct, frozen=True):
    """From (``line``, ``column``) of the real file on, positions count from what the directive says."""

    line: int
    column: int
    file: str | None
    reported_line: int
    reported_column: int | None


class ReportedPositions:
    """The translation for one file, given its bytes."""

    def __init__(self, data: bytes) -> None:
        self._directives = _directives(data)
        self._starts = [(directive.line, directive.column) for directive in self._directives]

    def at(self, line: int, column: int) -> ReportedPosition:
        """The printed position of a 1-based line and byte column of the real file."""
        index = bisect_right(self._starts, (line, column)) - 1
        if index < 0:
            return ReportedPosition(None, line, _representable(column))
        directive = self._directives[index]
        reported_line = directive.reported_line + line - directive.line
        if directive.reported_column is None:
            return ReportedPosition(directive.file, reported_line, None)
        if line == directive.line:
            column += directive.reported_column - directive.column
        return ReportedPosition(directive.file, reported_line, _representable(column))


def _representable(column: int) -> int | None:
    return column if column < _COLUMN_LIMIT else None


def _directives(data: bytes) -> list[_Directive]:
    if b"//line " not in data and b"/*line " not in data:
        return []
    found: list[_Directive] = []
    file: str | None = None
    line, start_of_line, counted = 1, 0, 0
    for match in _TOKEN.finditer(data):
        line += data.count(b"\n", counted, match.start())
        counted = match.start()
        start_of_line = data.rfind(b"\n", 0, match.start()) + 1
        column = match.start() - start_of_line + 1
        directive = _directive(match[0], line, column, file)
        if directive is not None:
            found.append(directive)
            file = directive.file
    return found


def _directive(comment: bytes, line: int, column: int, file: str | None) -> _Directive | None:
    """The directive that a token at a position is, or None; ``file`` is the name in force before it."""
    if comment.startswith(b"//line ") and column == 1:
        text, starts_at = comment[len(b"//line ") :].rstrip(b"\r"), (line + 1, 1)
    elif comment.startswith(b"/*line ") and b"\n" not in comment:
        text, starts_at = comment[len(b"/*line ") : -len(b"*/")], (line, column + len(comment))
    else:
        return None
    rest, last = _trailing_number(text)
    if last is None:
        return None
    name, second = _trailing_number(rest)
    if second is None:
        return _Directive(*starts_at, rest.decode("utf-8", "surrogateescape") or UNNAMED_FILE, last, None)
    if name:
        file = name.decode("utf-8", "surrogateescape")
    return _Directive(*starts_at, file, second, last)


def _trailing_number(text: bytes) -> tuple[bytes, int | None]:
    """Splits ``head:12`` into head and 12; the number is None where there is none, or none that the compiler takes."""
    head, colon, digits = text.rpartition(b":")
    if not colon or not digits.isdigit() or len(digits) > 9 or int(digits) == 0:
        return text, None
    return head, int(digits)
