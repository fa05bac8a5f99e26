"""What can be said of Go source without parsing it: comments, literals, brackets, lines."""

from __future__ import annotations

import re
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

COMMENT_OR_LITERAL = re.compile(
    rb"""//[^\n]*
    | /\*[^*]*\*+(?:[^/*][^*]*\*+)*/
    | /\*.*
    | "[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"?
    | `[^`]*`?
    | '[^'\\\n]*(?:\\[^\n][^'\\\n]*)*'?""",
    re.VERBOSE | re.DOTALL,
)
"""Comments and literals; a third alternative for a comment that is not closed, closers optional elsewhere."""

SUPPRESSIONS = (b"//mapleak:", b"//nolint", b"//lint:ignore", b"//lint:file-ignore")
VISIBLE = re.compile(rb"[^\n]")
BRACKET = re.compile(rb"[()\[\]{}]")
BRACE = re.compile(rb"[{}]")
CLOSER = {b"(": b")", b"[": b"]", b"{": b"}"}


class Scan(NamedTuple):
    """A file before parsing; every byte is where it was.

    ``code`` is what to parse: valid UTF-8 without comments, byte order mark and NUL bytes.
    ``suppressions`` are the extents of comments that may suppress findings; ``notes`` say what was wrong.
    """

    code: bytes
    suppressions: tuple[tuple[int, int], ...]
    notes: tuple[tuple[int, str], ...]


def scan(data: bytes) -> Scan:
    """Prepare a file's bytes for parsing."""
    code, notes = cleaned(data)
    suppressions: list[tuple[int, int]] = []

    def without_comment(match: re.Match[bytes]) -> bytes:
        text = match.group()
        if text[:1] != b"/":
            return text
        if text.startswith(b"//"):
            if text.startswith(SUPPRESSIONS):
                suppressions.append(match.span())
            return b" " * len(text)
        if not text.endswith(b"*/") or len(text) < len("/**/"):
            notes.append((match.start(), "comment not closed"))
        return VISIBLE.sub(b" ", text)

    code = COMMENT_OR_LITERAL.sub(without_comment, code)
    return Scan(code, tuple(suppressions), tuple(notes))


def cleaned(data: bytes) -> tuple[bytes, list[tuple[int, str]]]:
    """The bytes with what no Go file may hold replaced, length unchanged, and notes of it."""
    notes: list[tuple[int, str]] = []
    if data.startswith(BYTE_ORDER_MARK):
        data = b" " * len(BYTE_ORDER_MARK) + data[len(BYTE_ORDER_MARK) :]
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as problem:
        notes.append((problem.start, "not valid UTF-8"))
        lone_surrogate = re.compile("[\udc80-\udcff]")
        data = lone_surrogate.sub("?", data.decode("utf-8", "surrogateescape")).encode("utf-8")
    if b"\0" in data:
        notes.append((data.index(b"\0"), "NUL byte"))
        data = data.replace(b"\0", b" ")
    return data, notes


def plain(code: bytes) -> bytes:
    """Code without comments, with literals replaced by as many quotes: only tokens are left."""
    return COMMENT_OR_LITERAL.sub(_quotes, code)


def _quotes(match: re.Match[bytes]) -> bytes:
    literal = match.group()
    return VISIBLE.sub(b'"', literal) if b"\n" in literal else b'"' * len(literal)


def unclosed(plain_code: bytes) -> bytes:
    """The closing brackets that are missing at the end of code, innermost first."""
    stack: list[bytes] = []
    for match in BRACKET.finditer(plain_code):
        bracket = match.group()
        if bracket in CLOSER:
            stack.append(CLOSER[bracket])
        elif stack and stack[-1] == bracket:
            stack.pop()
        elif bracket in stack:
            while stack.pop() != bracket:
                pass
    return b"".join(reversed(stack))


def pairs(plain_code: bytes) -> dict[int, int]:
    """For the offset of every bracket that is closed, the offset after the one that closes it."""
    ends: dict[int, int] = {}
    stack: list[tuple[int, bytes]] = []
    for match in BRACKET.finditer(plain_code):
        bracket = match.group()
        if bracket in CLOSER:
            stack.append((match.start(), CLOSER[bracket]))
        elif stack and stack[-1][1] == bracket:
            ends[stack.pop()[0]] = match.end()
    return ends


def closing(plain_code: bytes, opener: int, brackets: re.Pattern[bytes] = BRACKET) -> int:
    """The offset after the bracket that closes the one at ``opener``; -1 if nothing does.

    ``brackets`` are those that count: braces alone are faster, and enough for the end of a block.
    """
    depth = 0
    for match in brackets.finditer(plain_code, opener):
        depth += 1 if match.group() in CLOSER else -1
        if depth == 0:
            return match.end()
    return -1


class Lines:
    """Where the lines of a file begin."""

    __slots__ = ("count", "starts")

    def __init__(self, data: bytes) -> None:
        if data.count(b"\r") == data.count(b"\r\n"):
            lengths: Iterator[int] = map(len, data.splitlines(keepends=True))
        else:  # splitlines would also break at a carriage return on its own
            lengths = (len(line) + 1 for line in data.split(b"\n"))
        starts = array("I", accumulate(lengths, initial=0))
        self.count = data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
        self.starts = starts[: max(self.count, 1)]

    def line(self, offset: int) -> int:
        """The 1-based line of an offset."""
        return bisect_right(self.starts, offset)

    def position(self, offset: int) -> tuple[int, int]:
        """The 1-based line and byte column of an offset."""
        line = self.line(offset)
        return line, offset - self.starts[line - 1] + 1

    def encoded(self) -> bytes:
        """The starts as little-endian 32-bit numbers."""
        starts = self.starts
        if sys.byteorder == "big":
            starts = array("I", starts)
            starts.byteswap()
        return starts.tobytes()
