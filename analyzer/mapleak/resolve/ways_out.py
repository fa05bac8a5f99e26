"""Why loops are left, and what that tells of what they are there for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_FINDS_OUT = re.compile(r"[=!<>]=|[<>]|\w\(")
_IS_TOLD = re.compile(
    r"<-|(?i:err(?![a-z])|eof|clos|stop|quit|exit|done|shut|cancel|kill|end|term|alive|running|active|finish)"
    r"|[=!<>]=? (?:nil|0|-1|false|\"\")(?!\w)"
)
"""Heuristic ``works-off``: a loop that is left when it finds something out (``n == total``, ``ready(answer)``), other
than that something failed, that it is told to stop or that nothing comes any more (``message == nil``), is there for a
piece of work, whatever it waits for meanwhile."""

_FAILURE = re.compile(r"\w*[eE]rr\w* != nil")
"""Conditions of branches that only an error leads to."""


class Exit(NamedTuple):
    """One way out of a loop, or a branch that one may stand in."""

    reason: str
    needs: str  # what must happen for it to be taken, as in mapleak.resolve.timeline.Wait
    told: bool = False  # another goroutine says so: the context is done, something has been closed


def way_out(branches: Sequence[Exit], depth: int) -> Exit:
    """Why something is left inside ``branches``, and what must happen for the branches from ``depth`` on."""
    reason = next((branch.reason for branch in reversed(branches) if branch.reason), "can leave the loop")
    inside = branches[depth:]
    needs = next((branch.needs for branch in reversed(inside) if branch.needs), "")
    return Exit(reason, needs, any(branch.told for branch in inside))


def works_off(way: Exit) -> bool:
    """``works-off``, of one way out of a loop."""
    return way.reason == "err == nil" or (bool(_FINDS_OUT.search(way.reason)) and not _IS_TOLD.search(way.reason))


def until_told(exits: Sequence[Exit]) -> bool:
    """Heuristic ``until-told``: whether a loop is left when another goroutine says so, or on an error, and on no other
    occasion. What it does never brings it to an end, so it serves whoever it gets its work from, wait as it may."""
    return any(way.told for way in exits) and all(way.told or _FAILURE.fullmatch(way.reason) for way in exits)
