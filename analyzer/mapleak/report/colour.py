"""Decides whether text output is coloured."""

from __future__ import annotations

import enum
from collections.abc import Mapping


class Colour(enum.Enum):
    """What the ``--color`` option says."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def coloured(choice: Colour, environment: Mapping[str, str], *, terminal: bool) -> bool:
    """The option decides, then NO_COLOR, then FORCE_COLOR or CLICOLOR_FORCE, then whether a terminal reads it."""
    if choice is not Colour.AUTO:
        return choice is Colour.ALWAYS
    if environment.get("NO_COLOR"):
        return False
    if any(environment.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return terminal and environment.get("TERM") != "dumb" and environment.get("CLICOLOR") != "0"
