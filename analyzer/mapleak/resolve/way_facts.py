"""The facts about the ways through a function: part of the contract of mapleak.resolve.model."""

from __future__ import annotations

import msgspec


class Awaited(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A statement that gives away what is waited for, ``given``, or takes it from a call."""

    pos: int
    end: int
    given: bool


class Arm(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One arm of a branching statement: what lies in it runs only on some ways through the function.

    ``kind`` is then, else, case, default or comm (a select's case); ``statement`` the offset of the statement it
    belongs to, ``pos`` and ``end`` its own extent. ``failure`` is what brings the function there when that is no
    success: error, cancelled (a context), timeout, else "". ``leaves`` is true when what follows the statement never
    runs after this arm. ``nil_parameter`` is the parameter that is nil here, "" when there is none.
    ``holds`` are the variables and fields (``s.cfg.Keep``) that are true here; those that are false have ``!`` before
    them. ``selects`` is true where something that the function has for itself, or a loop's index, equals something
    else: of all that run it, few may come here. ``aged`` is true when the condition, holding or not, asks how old
    something is. ``awaits``, of a failing arm after which the select does not wait again, or before the function waits:
    the statements that have to do with what the other arms, or it, wait for (mapleak.resolve.awaited).
    """

    kind: str
    statement: int
    pos: int
    end: int
    failure: str = ""
    leaves: bool = False
    nil_parameter: str = ""
    holds: tuple[str, ...] = ()
    selects: bool = False
    aged: bool = False
    awaits: tuple[Awaited, ...] = ()


class Exit(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A statement that leaves the function: ``kind`` is return or panic."""

    kind: str
    pos: int
