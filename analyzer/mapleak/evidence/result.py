"""What the compiler step gives, apart from the code that asks: most scans never do."""

from __future__ import annotations

import msgspec

from mapleak.model import Finding


class CrosscheckResult(msgspec.Struct, frozen=True):
    """The findings in their order, with verdicts; ``toolchain`` is its version or ""; ``notes`` are for the user."""

    findings: tuple[Finding, ...]
    toolchain: str
    notes: tuple[str, ...]
