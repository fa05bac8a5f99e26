"""Whether a method's signature is an interface's, where parts of one of them are not known.

Signatures are compared as canonical texts (``func(int,[]string...)(error)``). A type parameter, or a type that was not
found, reads ``unknown`` and stands for any type: how many parameters and results there are, and all other parts of
them, must be the same nevertheless (Go specification, "Method sets": identical names and types).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_UNKNOWN = re.compile(r"(?<![\w/-])(?<!\w\.)unknown(?![\w/-])(?!\.\w)")
"""The word as a type of its own, not as a part of a name or of a path."""

_OPENING, _CLOSING = "([{", ")]}"


def agree(signature: str, other: str) -> bool:
    """Whether two signatures may be the same one."""
    if signature == other:
        return True
    if not (_UNKNOWN.search(signature) or _UNKNOWN.search(other)):
        return False
    parts, others = _parts(signature), _parts(other)
    if parts is None or others is None:  # nothing at all is known of one of them
        return True
    return all(
        len(own) == len(theirs) and all(map(_may_be_same, own, theirs))
        for own, theirs in zip(parts, others, strict=True)
    )


@lru_cache(maxsize=4096)
def _parts(signature: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The parameters and the results, None for what is no function's type."""
    if not signature.startswith("func("):
        return None
    end = _closing(signature, 4)
    results = signature[end + 1 :].strip()
    if results.startswith("(") and _closing(results, 0) == len(results) - 1:
        results = results[1:-1]
    return tuple(_split(signature[5:end])), tuple(_split(results))


def _closing(text: str, start: int) -> int:
    """Where the bracket at ``start`` is closed."""
    depth = 0
    for index in range(start, len(text)):
        if text[index] in _OPENING:
            depth += 1
        elif text[index] in _CLOSING:
            depth -= 1
            if depth == 0:
                return index
    return len(text)


def _split(types: str) -> Iterator[str]:
    """The types of a list, cut at the commas that stand in no brackets."""
    depth = begin = 0
    for index, char in enumerate(types):
        if char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            depth -= 1
        elif char == "," and depth == 0:
            yield types[begin:index]
            begin = index + 1
    if types:
        yield types[begin:]


def _may_be_same(own: str, theirs: str) -> bool:
    """Whether two types may be the same one: where both have unknown parts, only that both are variadic or neither."""
    if own == theirs:
        return True
    if own.endswith("...") is not theirs.endswith("..."):
        return False
    unknown, known = (own, theirs) if _UNKNOWN.search(own) else (theirs, own)
    if not _UNKNOWN.search(unknown):
        return False
    if _UNKNOWN.search(known):
        return True
    pattern = ".+".join(re.escape(part) for part in _UNKNOWN.split(unknown))
    return re.fullmatch(pattern, known) is not None


@lru_cache(maxsize=4096)
def results_of(signature: str) -> str:
    """The results in a canonical signature: ``(int)`` of ``func(string,func()())(int)``."""
    return signature[_closing(signature, 4) + 1 :] if signature.startswith("func(") else ""
