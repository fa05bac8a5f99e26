"""Names for findings that stay the same while the code around them moves.

A fingerprint is made of the rule, the package, the map, the function and an ordinal among equals. It holds
no line, no message and no path, so that baselines and other trackers survive edits and moves.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from mapleak.model import Finding
from mapleak.registry import report_order


def with_fingerprints(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in report order, each with its fingerprint; those that share all of it are numbered from 0."""
    seen: Counter[tuple[str, ...]] = Counter()
    named = []
    for finding in sorted(findings, key=report_order):
        identity = _identity(finding)
        named.append(replace(finding, fingerprint=fingerprint(identity, seen[identity])))
        seen[identity] += 1
    return tuple(named)


def fingerprint(identity: tuple[str, ...], ordinal: int) -> str:
    """Thirty-two hexadecimal digits; the parts are separated by a character that none of them can hold."""
    text = "\0".join((*identity, str(ordinal)))
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def _identity(finding: Finding) -> tuple[str, ...]:
    if not finding.map.name:  # about a comment: its text and its file are all it has
        return (finding.rule, finding.package, finding.message, finding.location.file)
    return (finding.rule, finding.package, finding.map.name, finding.function)
