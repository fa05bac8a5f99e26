"""The words of findings: short names of Go things, and phrases for keys, operations and lifetimes."""

from __future__ import annotations

import re
from typing import assert_never

from mapleak.maps.model import Key, KeyOrigin, Operation

_DIRECTORIES = re.compile(r"(?:[\w.~%+-]+/)+(?P<version>v\d+(?=\.))?")
_LONGEST_TEXT = 48


def short(name: str) -> str:
    """A qualified Go name with the folders of its import path left out: ``(*cart.Server).Add``.

    A path that ends in a major version keeps the element before it: ``example.com/shop/v2.Run`` is ``shop.Run``.
    """
    return _DIRECTORIES.sub(_last_element, name)


def _last_element(match: re.Match[str]) -> str:
    return match[0].split("/")[-2] if match["version"] else ""


def clip(text: str) -> str:
    """Source text on one line, cut where it becomes unreadable."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST_TEXT else flat[: _LONGEST_TEXT - 1] + "…"


def key_text(key: Key | None) -> str:
    """The key of an insertion as it is written, quoted; ``key`` when the source does not show it."""
    return f"'{clip(key.text)}'" if key is not None and key.text else "key"


def as_key(key: Key | None) -> str:
    """``key 'id'``, or ``key`` alone when the source does not show it."""
    return f"key {key_text(key)}" if key is not None and key.text else "key"


def key_origin(key: Key | None) -> str:  # noqa: C901 - one case for each member
    """Where the key of an insertion comes from, in words."""
    if key is None:
        return "keys that the source does not show"
    match key.origin:
        case KeyOrigin.CONSTANT:
            return "a constant"
        case KeyOrigin.ENUM:
            return "one of a few values"
        case KeyOrigin.TYPE:
            return "a type"
        case KeyOrigin.INDEX:
            return "a loop index"
        case KeyOrigin.SAME_MAP:
            return "a key of this very map"
        case KeyOrigin.OTHER_MAP:
            return "a key of another map"
        case KeyOrigin.PARAMETER:
            return "a parameter"
        case KeyOrigin.FIELD:
            return "a field"
        case KeyOrigin.CALL:
            return "the result of a call"
        case KeyOrigin.FRESH:
            return "something allocated for this insertion"
        case KeyOrigin.COUNTER:
            return "a counter that only goes up"
        case KeyOrigin.ELEMENT:
            return "an element of a collection or channel"
        case KeyOrigin.UNKNOWN:
            return "a value of unknown origin"
    assert_never(key.origin)


def filled(op: Operation) -> str:
    """An insertion in words: form, key, where the key comes from, through what it reaches the map."""
    key = op.key
    detail = f" ({clip(key.detail)})" if key is not None and key.detail else ""
    named = f"{key_text(key)}, {key_origin(key)}{detail}" if key is not None else key_origin(key)
    return f"{named}{through(op)}"


def through(op: Operation) -> str:
    """The alias, parameter or wrapper by which an operation reaches its map."""
    return f", through {short(op.via)}" if op.via else ""


def plural(count: int, noun: str) -> str:
    """``1 insertion``, ``2 insertions``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def prose(text: str) -> str:
    """Wrapped and indented Markdown as reports need it: every paragraph on one line."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))
