"""What a run was asked to do: every option of the command line as one frozen value."""

from __future__ import annotations

import enum

import msgspec

from mapleak.model import Confidence, Level

COMPILER_TIMEOUT = 300.0
"""Seconds the compiler may take for all packages together."""


class CompilerMode(enum.Enum):
    """Whether findings are put to the Go compiler: when a toolchain is found, never, or always."""

    AUTO = "auto"
    OFF = "off"
    REQUIRE = "require"


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """The options of one run; the defaults are those of ``mapleak scan``.

    ``select``, ``extend_select`` and ``ignore`` hold rule ids, their prefixes (``ML1``) or rule names.
    ``ignores`` is false when suppression comments are to be disregarded.
    """

    paths: tuple[str, ...] = (".",)
    include_vendor: bool = False
    exclude: tuple[str, ...] = ()
    respect_gitignore: bool = True
    force_exclude: bool = False
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    min_confidence: Confidence = Confidence.MEDIUM
    min_level: Level = Level.NOTE
    tests: bool = False
    generated: bool = False
    ignores: bool = True
    compiler: CompilerMode = CompilerMode.AUTO
    go: str = ""
    compiler_timeout: float = COMPILER_TIMEOUT
    jobs: int = 0  # 0: as many as the process may use
