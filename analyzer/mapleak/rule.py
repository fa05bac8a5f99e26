"""The contract between the engine and a rule: a rule is a value, metadata plus a pure function."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from mapleak.maps.model import MapModel
from mapleak.model import Confidence, Finding, Level


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule.

    The texts are Markdown, one line per paragraph, true of the Go runtime. ``bad`` and ``good`` are whole
    Go files (package p): the smallest program the rule reports, and its repaired twin; both run as tests.
    ``check`` gets the map model and yields findings; it reads no syntax and does no I/O. A rule with no
    ``check`` (ML901, ML902) is reported by triage itself.
    """

    id: str  # ML101
    name: str  # global-map-without-delete
    summary: str  # one sentence
    rationale: str
    not_reported: str  # what looks like it and is not
    remedy: str
    bad: str
    good: str
    level: Level
    confidence: Confidence  # of a finding with nothing against it
    precision: str  # SARIF: very-high, high, medium, low
    tags: tuple[str, ...] = ()
    cwe: int | None = None
    since: str = "0.1.0"
    check: Callable[[MapModel], Iterator[Finding]] | None = None
