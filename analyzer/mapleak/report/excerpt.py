"""Turns a source line into what a terminal can show: tabs and escapes resolved, cut to width, a caret line below."""

from __future__ import annotations

import unicodedata

import msgspec

from mapleak.report.safe import safe

TAB_WIDTH = 4
CUT = "..."
BYTE_ORDER_MARK = "\ufeff"


class Excerpt(msgspec.Struct, frozen=True):
    """One source line as shown, and the line of carets that goes below it."""

    text: str
    carets: str


def excerpt(line: bytes, start: int, end: int | None, width: int) -> Excerpt:
    """Show a line and mark its bytes from column ``start`` up to ``end`` (1-based, exclusive; None: to its end).

    Bytes that are not UTF-8 show as the replacement character. Not more than ``width`` terminal cells are used:
    a longer line is cut around the mark.
    """
    cells: list[str] = []
    used = 0
    mark_from = mark_to = -1
    stop = len(line) + 1 if end is None else end
    column = 1
    for character in line.decode("utf-8", "surrogateescape"):
        if mark_from < 0 and column >= start:
            mark_from = len(cells)
        if mark_to < 0 and column >= stop:
            mark_to = len(cells)
        if character == BYTE_ORDER_MARK and column == 1:
            column += len(BYTE_ORDER_MARK.encode())
            continue
        column += len(character.encode("utf-8", "surrogateescape"))
        shown = " " * (TAB_WIDTH - used % TAB_WIDTH) if character == "\t" else _shown(character)
        cells += shown
        used += sum(_cells(part) for part in shown)
    mark_from = len(cells) if mark_from < 0 else mark_from
    mark_to = max(len(cells) if mark_to < 0 else mark_to, mark_from + 1)
    return _cut(cells, mark_from, mark_to, width)


def _shown(character: str) -> str:
    return "\ufffd" if "\udc80" <= character <= "\udcff" else safe(character)


def _cells(character: str) -> int:
    """Terminal cells of a character: two for wide ones, none for those that combine with the one before."""
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _cut(cells: list[str], mark_from: int, mark_to: int, width: int) -> Excerpt:
    """Take what fits: everything, or a window that begins a third of the width before the mark."""
    first, head = 0, ""
    if sum(map(_cells, cells)) > width:
        budget = width // 3
        first = mark_from
        while first > 0 and budget >= _cells(cells[first - 1]):
            first -= 1
            budget -= _cells(cells[first])
        head = CUT if first else ""
    room = width - len(head)
    last, taken = first, 0
    while last < len(cells) and taken + _cells(cells[last]) <= room:
        taken += _cells(cells[last])
        last += 1
    tail = ""
    while last < len(cells) and taken > max(0, room - len(CUT)) and last > first + 1:
        last -= 1
        taken -= _cells(cells[last])
        tail = CUT
    before = len(head) + sum(map(_cells, cells[first:mark_from]))
    marked = sum(map(_cells, cells[mark_from : min(mark_to, max(last, mark_from + 1))]))
    return Excerpt(f"{head}{''.join(cells[first:last])}{tail}".rstrip(), " " * before + "^" * max(1, marked))
