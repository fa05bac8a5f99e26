"""Expectations written into Go files as ``// want`` comments, in the syntax of Go's analysistest.

``// want "regexp" `regexp` `` expects one finding for each pattern on its own line, ``// want +1 "…"`` on the line
below (any signed offset). A pattern is a Go string literal, interpreted or raw, and must be found in ``RULE: message``.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

COMMENT = re.compile(r"//\s*want\s+(?P<rest>.*)$")
OFFSET = re.compile(r"(?P<offset>[+-]\d+)\s+")
LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`')


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a file, as findings and expectations name it."""

    file: str
    line: int


class MalformedWantError(ValueError):
    """A ``// want`` comment that says nothing, or says it in no known syntax."""


def wanted(file: str, source: str) -> dict[Place, list[str]]:
    """The patterns expected at each line of one file; raises MalformedWantError."""
    expected: dict[Place, list[str]] = defaultdict(list)
    for number, line in enumerate(source.splitlines(), start=1):
        match = COMMENT.search(line)
        if match:
            offset, patterns = _parse(match["rest"], f"{file}:{number}")
            expected[Place(file, number + offset)] += patterns
    return dict(expected)


def _parse(rest: str, where: str) -> tuple[int, list[str]]:
    shift = OFFSET.match(rest)
    offset = int(shift["offset"]) if shift else 0
    text = rest[shift.end() :] if shift else rest
    patterns = []
    while text.strip():
        literal = LITERAL.match(text.lstrip())
        if literal is None:
            raise MalformedWantError(f"{where}: not a Go string: {text.strip()}")
        patterns.append(_unquote(literal[0], where))
        text = text.lstrip()[literal.end() :]
    if not patterns:
        raise MalformedWantError(f"{where}: no pattern")
    return offset, patterns


def _unquote(literal: str, where: str) -> str:
    text = literal[1:-1] if literal.startswith("`") else ast.literal_eval(literal)
    try:
        re.compile(text)
    except re.error as error:
        raise MalformedWantError(f"{where}: {text}: {error}") from error
    return str(text)


def differences(expected: Mapping[Place, Iterable[str]], found: Iterable[tuple[Place, str]]) -> list[str]:
    """One line for each finding nobody wanted and each want nobody met; each pattern takes one finding."""
    open_wants = {place: list(patterns) for place, patterns in expected.items()}
    problems = []
    for place, text in sorted(found):
        patterns = open_wants.get(place, [])
        met = next((pattern for pattern in patterns if re.search(pattern, text)), None)
        if met is None:
            problems.append(f"{place.file}:{place.line}: unexpected: {text}")
        else:
            patterns.remove(met)
    missing = [(place, pattern) for place, patterns in open_wants.items() for pattern in patterns]
    return problems + [f"{place.file}:{place.line}: missing: {pattern}" for place, pattern in sorted(missing)]
