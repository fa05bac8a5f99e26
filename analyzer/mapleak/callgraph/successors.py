"""What runs because a function runs, and whether it does so as often.

What a function does through its own parameters follows from those who pass it (see ``passed``).
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from mapleak.callgraph.model import Edge, Root
from mapleak.callgraph.passed import ByPasser
from mapleak.callgraph.programs import Programs
from mapleak.callgraph.vague import vague_calls
from mapleak.resolve.model import FunctionFacts

Table = dict[str, tuple[str, ...]]


class Relations(msgspec.Struct, frozen=True):
    """Everything that makes one function run because another does.

    ``mentions`` are functions that code names without a call that is followed: they may run as often as it
    does, or, when the flag is false, once at most. ``registrations`` become roots where the code that
    registers them is reached. ``once`` are the calls (caller, callee) that happen once at most. ``tests`` are the
    functions of test files. ``linked`` are the packages that a program contains which imports the tree's API.
    ``apart`` are the functions of packages that no program contains. ``by_passer`` tells what helpers call for others.
    """

    functions: Mapping[str, tuple[FunctionFacts, ...]]
    callees: Mapping[str, tuple[Edge, ...]]
    callers: Mapping[str, tuple[Edge, ...]]
    mentions: Mapping[str, tuple[tuple[str, bool], ...]]
    registrations: Mapping[str, tuple[Root, ...]]
    once: frozenset[tuple[str, str]]
    tests: frozenset[str]
    linked: frozenset[str]
    programs: Programs
    apart: frozenset[str]
    by_passer: ByPasser

    def within_importers(self) -> frozenset[str]:
        """The functions that are part of the programs which import the tree's API."""
        return frozenset(name for name, variants in self.functions.items() if variants[0].package in self.linked)


class Successors(msgspec.Struct, frozen=True):
    """What runs because a function runs, each function once: ``all``, and what does so as ``often``."""

    all: Table
    often: Table


def successors_of(relations: Relations) -> Successors:
    """Return what runs because a function runs, and whether it does so as often; each pair once.

    Test files are not part of the program: nothing outside them follows from what is in them.
    """
    vague = vague_calls(relations.functions, relations.callees)
    successors = Successors({}, {})
    by_passer = relations.by_passer
    for function in (*relations.callees, *relations.mentions, *by_passer.passed):
        if function in successors.all:
            continue
        following: dict[str, None] = {}
        often: dict[str, None] = {}
        unclear = vague.get(function)
        for edge in relations.callees.get(function, ()):
            callee = edge.callee
            if edge.mode == "value" and (function, callee) in by_passer.calls:
                continue
            following[callee] = None
            if edge.mode != "static" and (
                (edge.mode == "value" and (function, callee) in relations.once)
                or (unclear and (edge.file, edge.end) in unclear)
            ):
                continue
            often[callee] = None
        for callee, as_often in relations.mentions.get(function, ()):
            following[callee] = None
            if as_often:
                often[callee] = None
        for passed in by_passer.passed.get(function, ()):
            following[passed.function] = often[passed.function] = None
        everything = _within_program(relations, function, following)
        successors.all[function] = everything
        successors.often[function] = (
            everything if len(often) == len(following) else _within_program(relations, function, often)
        )
    return successors


def _within_program(relations: Relations, function: str, callees: dict[str, None]) -> tuple[str, ...]:
    if relations.apart:
        callees = {callee: None for callee in callees if callee not in relations.apart}
    if function in relations.tests:
        callees = {callee: None for callee in callees if callee in relations.tests}
    return tuple(callees)
