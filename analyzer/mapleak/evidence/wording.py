"""Turns what a toolchain prints into words that fit a report, whatever it printed."""

from __future__ import annotations

LONGEST = 200
"""Characters of one note or reason: the go command's sentences are shorter, and nobody reads on."""

CUT = "..."


def one_line(text: str) -> str:
    """One line of at most LONGEST characters; what no terminal should be given becomes the replacement character."""
    words = " ".join(text[: 8 * LONGEST].split())
    shown = "".join(character if character.isprintable() else "\ufffd" for character in words)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - len(CUT)] + CUT
