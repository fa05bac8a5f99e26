"""Makes text from source files harmless on a terminal."""

from __future__ import annotations

import re

UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # control characters: terminal escapes, line breaks, carriage returns
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # turn the direction of writing, so that text lies about itself
    "\u2028\u2029\ufeff"  # line and paragraph separators, byte order mark
    "\ud800-\udfff]"  # halves of surrogate pairs, from file names that are not UTF-8
)


def safe(text: str) -> str:
    """The text with every character that a terminal would obey, hide or choke on written as an escape."""
    return UNSAFE.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    character = match.group()
    if character in "\t\n\r":
        return {"\t": " ", "\n": "\\n", "\r": "\\r"}[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
