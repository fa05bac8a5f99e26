"""Errors that end a run with one clear line. Everything else is a bug."""

from __future__ import annotations


class MapleakError(Exception):
    """Something the user can mend: bad usage, bad configuration, a required toolchain that is missing.

    The command line prints ``error: <message>`` and exits with 2.
    """


class RuleError(MapleakError):
    """A rule raised: an internal error that names the rule and the map it was looking at."""


class NoGoFilesError(MapleakError):
    """The paths hold no Go files; the command line exits with 3."""
