"""The hash by which GitHub's code scanning follows an alert from one version of a file to the next.

The value must equal what its uploader would compute, to the last digit, or the uploader complains: for each
line a polynomial hash (base 37, modulo 2**64) of the 100 UTF-16 units from the line's start on, blanks and
tabs left out, every line end counted as one line feed, the end of the file as 65535 and zeros after it; then
a colon, and how many lines of the file have had that hash so far.
"""

from __future__ import annotations

from array import array
from collections import Counter

WINDOW = 100
BASE = 37
MASK = (1 << 64) - 1
BEGIN = pow(BASE, WINDOW, 1 << 64)
TAB, LINE_FEED, CARRIAGE_RETURN, BLANK, END = 9, 10, 13, 32, 65535


def line_hashes(data: bytes) -> list[str]:
    """The hash of every line of a file; element 0 is line 1. A file's end counts as one more line after a line end."""
    units, starts = _significant(_utf16(data))
    prefix = _prefix_hashes(units)
    seen: Counter[int] = Counter()
    hashes = []
    for start in starts:
        value = (prefix[start + WINDOW] - prefix[start] * BEGIN) & MASK
        seen[value] += 1
        hashes.append(f"{value:x}:{seen[value]}")
    return hashes


def _utf16(data: bytes) -> array[int]:
    units = array("H")
    units.frombytes(data.decode("utf-8", "replace").encode("utf-16-le"))
    if array("H", [1]).tobytes() != b"\x01\x00":
        units.byteswap()
    return units


def _significant(units: array[int]) -> tuple[list[int], list[int]]:
    """The units that count, closed by END and a window of zeros, and where among them each line starts."""
    kept: list[int] = []
    starts: list[int] = []
    line_start = True
    after_return = False
    for unit in units:
        if unit in (BLANK, TAB) or (after_return and unit == LINE_FEED):
            after_return = False
            continue
        after_return = unit == CARRIAGE_RETURN
        if line_start:
            starts.append(len(kept))
        line_start = unit in (LINE_FEED, CARRIAGE_RETURN)
        kept.append(LINE_FEED if after_return else unit)
    if line_start:
        starts.append(len(kept))
    kept.append(END)
    kept.extend([0] * WINDOW)
    return kept, starts


def _prefix_hashes(units: list[int]) -> list[int]:
    """Hashes of all beginnings of ``units``: the hash of a window is a difference of two of them."""
    prefix = [0] * (len(units) + 1)
    value = 0
    for index, unit in enumerate(units):
        value = (value * BASE + unit) & MASK
        prefix[index + 1] = value
    return prefix
