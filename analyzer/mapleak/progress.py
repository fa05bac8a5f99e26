"""How long-running stages tell what they are doing; the command line draws it, everybody else ignores it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told of each stage as it starts, and of each unit of work done in it."""

    def stage(self, name: str, total: int | None = None) -> None:
        """A stage begins; ``total`` is how many units it has, when that is known."""

    def advance(self, count: int = 1) -> None:
        """So many units of the current stage are done."""


class Silent:
    """Progress that nobody watches."""

    def stage(self, name: str, total: int | None = None) -> None:
        """Nothing to show."""

    def advance(self, count: int = 1) -> None:
        """Nothing to show."""
