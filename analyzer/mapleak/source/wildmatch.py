"""The patterns of ``.gitignore`` as regular expressions over bytes: git's ``wildmatch``."""

from __future__ import annotations

import re
from collections.abc import Callable

Matcher = Callable[[bytes], object]

_STAR = b"*"
_CLASSES = {
    b"alnum": rb"0-9A-Za-z", b"alpha": rb"A-Za-z", b"blank": rb" \t", b"cntrl": rb"\x00-\x1f\x7f", b"digit": rb"0-9",
    b"graph": rb"!-~", b"lower": rb"a-z", b"print": rb" -~", b"punct": rb"!-/:-@\[-`{-~", b"space": rb"\t-\r ",
    b"upper": rb"A-Z", b"xdigit": rb"0-9A-Fa-f",
}  # fmt: skip


def compile_pattern(pattern: bytes, *, across_folders: bool) -> Matcher | None:
    """What tells whether a name (or, ``across_folders``, a relative path) matches; None for an invalid pattern.

    ``**`` between slashes stands for any folders when ``across_folders``, else it is two stars.
    """
    parts = _parts(pattern, across_folders=across_folders)
    if not parts:
        return None
    try:
        return re.compile(_joined(parts), re.DOTALL).fullmatch
    except re.error:  # no known pattern, but no pattern of a stranger's may end the run
        return None


def _parts(pattern: bytes, *, across_folders: bool) -> list[bytes]:
    """The pattern as regular expressions, with ``_STAR`` for a star; [] when it is invalid."""
    parts: list[bytes] = []
    position = 0
    while position < len(pattern):
        character = pattern[position : position + 1]
        end = position + 1
        if character == b"*":
            while pattern[end : end + 1] == b"*":
                end += 1
            starts = position == 0 or pattern[position - 1 : position] == b"/"
            if across_folders and end - position >= 2 and starts and pattern[end : end + 1] in (b"/", b""):
                folders = end < len(pattern)
                parts.append(rb"(?:.*/)?" if folders else rb".*")
                end += folders
            elif not parts or parts[-1] is not _STAR:
                parts.append(_STAR)
        elif character == b"?":
            parts.append(rb"[^/]")
        elif character == b"[":
            bracket, end = _bracket(pattern, end)
            if not bracket:
                return []
            parts.append(bracket)
        else:
            if character == b"\\":
                character = pattern[end : end + 1]
                end += 1
                if not character:
                    return []
            parts.append(re.escape(character))
        position = end
    return parts


def _bracket(pattern: bytes, position: int) -> tuple[bytes, int]:
    """The expression for a ``[…]`` whose contents start at ``position``, and where it ends; b"" when never closed."""
    negated = pattern[position : position + 1] in (b"!", b"^")
    position += negated
    first = position
    content = b""
    previous: int | None = None  # the character that a range may start with
    while pattern[position : position + 1] != b"]" or position == first:
        if position >= len(pattern):
            return b"", position
        if pattern[position : position + 2] == b"[:":
            closing = pattern.find(b":]", position)
            name = pattern[position + 2 : closing] if closing >= 0 else b""
            if name not in _CLASSES:
                return b"", position
            content += _CLASSES[name]
            position, previous = closing + 2, None
            continue
        is_range = (
            pattern[position : position + 1] == b"-"
            and previous is not None
            and pattern[position + 1 : position + 2] not in (b"]", b"")
        )
        position += is_range
        if pattern[position : position + 1] == b"\\":
            position += 1
        if position >= len(pattern):
            return b"", position
        character = pattern[position]
        if is_range and previous is not None:
            content += _literal(previous) + b"-" + _literal(character) if previous <= character else b""
            previous = None
        else:
            content += _literal(character)
            previous = character
        position += 1
    return (rb"(?!/)[" + (b"^" if negated else b"") + content + b"]"), position + 1


def _literal(character: int) -> bytes:
    return b"\\x%02x" % character


def _joined(parts: list[bytes]) -> bytes:
    """One expression. A star takes as little as it can and never thinks again, except the last before a slash:
    that loses no match and keeps ``*a*a*a*a…`` from trying every way to divide a name.
    """
    expression = b""
    run: list[bytes] = []  # what follows a star
    after_star = False
    for part in [*parts, b""]:
        barrier = part in (b"", re.escape(b"/"), rb"(?:.*/)?", rb".*")
        if part is not _STAR and not barrier:
            run.append(part)
            continue
        fixed = b"".join(run)
        if after_star:
            expression += rb"[^/]*" + fixed if barrier else rb"(?>[^/]*?" + fixed + b")"
        else:
            expression += fixed
        run = []
        after_star = part is _STAR
        if barrier:
            expression += part
    return expression
