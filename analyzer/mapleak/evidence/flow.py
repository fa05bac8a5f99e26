"""The explanations of ``-m=2``: why the compiler decided as it did, as values.

Pure: lines in, values out. An explanation is a head (``make(…) escapes to heap in F:``, up to Go 1.24 without ``in F``,
or ``parameter p leaks to …:``), then flows (``flow: m ← &{storage for make(…)}:``, up to Go 1.24 with ``=``), each with
its steps below it (``from m := make(…) (assign) at FILE:LINE:COL``). Lines of any other form are passed over. The
verdict itself is that of the short lines (mapleak.evidence.escape).
"""

from __future__ import annotations

import re

import msgspec

from mapleak.evidence.escape import EscapeFact, EscapeKind, is_source

_LINE = re.compile(r"(?P<path>.+?):(?P<line>[0-9]{1,9})(?::(?P<column>[0-9]{1,9}))?: (?P<text>.*)", re.DOTALL)
_HEAD = re.compile(r"(?P<subject>\S.*) escapes to heap(?: in (?P<function>.+))?:", re.DOTALL)
_PARAMETER = re.compile(r"(?P<subject>parameter \S+) leaks to .*:", re.DOTALL)
_FLOW = re.compile(r"  flow: (?P<target>.*) (?:←|=) (?P<source>.*?):?", re.DOTALL)
_STEP = re.compile(
    r"    from (?P<text>.*) \((?P<reason>[^()]*)\) at (?P<path>.+?):(?P<line>[0-9]{1,9})(?::(?P<column>[0-9]{1,9}))?",
    re.DOTALL,
)
_INLINED = re.compile(r"inlining call to (?P<name>\S.*)")
_CAN = re.compile(r"can inline (?P<name>\S.*?)(?: with cost [0-9]+ as: .*)?", re.DOTALL)
_CANNOT = re.compile(r"cannot inline (?P<name>\S.*?): (?P<reason>\S.*)", re.DOTALL)
_CAPTURE = re.compile(r"(?P<function>\S.*) capturing by (?P<how>value|ref): (?P<variable>\S+) \(.*")


class Step(msgspec.Struct, frozen=True):
    """One step of a flow: the code as the compiler prints it, its word for what happens, and where."""

    text: str
    reason: str
    path: str
    line: int
    column: int | None


class Flow(msgspec.Struct, frozen=True):
    """Where a value goes: ``{heap}``, a variable, a result (``~r0``), ``{storage for …}``, and in which steps."""

    target: str
    steps: tuple[Step, ...]


class Explanation(msgspec.Struct, frozen=True):
    """Why something escapes; ``fact`` holds the place, ``function`` is "" where the compiler does not name it."""

    fact: EscapeFact
    function: str
    flows: tuple[Flow, ...]


class Remark(msgspec.Struct, frozen=True):
    """What the compiler says of a function, a call or a captured variable at a place.

    ``kind``: can-inline, cannot-inline (``detail`` says why), inlined (a call of ``name``), captured (``name`` is the
    variable, ``detail`` value or ref).
    """

    kind: str
    path: str
    line: int
    column: int | None
    name: str
    detail: str = ""


class ExplanationReader:
    """Takes the diagnostics of packages line by line; the lines of one explanation follow each other."""

    def __init__(self) -> None:
        self.explanations: list[tuple[str, Explanation]] = []  # with the package being compiled
        self.remarks: list[tuple[str, Remark]] = []
        self._flows: list[tuple[str, list[Step]]] = []
        self._head: tuple[str, EscapeFact, str] | None = None

    def line(self, package: str, text: str) -> None:
        """One line of a package's block."""
        match = _LINE.fullmatch(text)
        if match is None or not is_source(match["path"]):
            self.finish()
            return
        if (flow := _FLOW.fullmatch(match["text"])) is not None:
            self._flows.append((flow["target"], []))
        elif (step := _STEP.fullmatch(match["text"])) is not None:
            if self._flows:
                self._flows[-1][1].append(Step(step["text"], step["reason"], step["path"], *_place(step)))
        else:
            self.finish()
            self._other(package, match)

    def finish(self) -> None:
        """The last explanation is complete."""
        if self._head is not None:
            package, fact, function = self._head
            flows = tuple(Flow(target, tuple(steps)) for target, steps in self._flows)
            self.explanations.append((package, Explanation(fact, function, flows)))
        self._head = None
        self._flows = []

    def _other(self, package: str, match: re.Match[str]) -> None:
        text, path = match["text"], match["path"]
        line, column = _place(match)
        if (head := _HEAD.fullmatch(text)) is not None:
            fact = EscapeFact(path, line, column, EscapeKind.ESCAPES, head["subject"], text)
            self._head = (package, fact, head["function"] or "")
        elif (parameter := _PARAMETER.fullmatch(text)) is not None:
            fact = EscapeFact(path, line, column, EscapeKind.LEAKS, parameter["subject"], text)
            self._head = (package, fact, "")
        elif (inlined := _INLINED.fullmatch(text)) is not None:
            self.remarks.append((package, Remark("inlined", path, line, column, inlined["name"])))
        elif (can := _CAN.fullmatch(text)) is not None:
            self.remarks.append((package, Remark("can-inline", path, line, column, can["name"])))
        elif (cannot := _CANNOT.fullmatch(text)) is not None:
            remark = Remark("cannot-inline", path, line, column, cannot["name"], cannot["reason"])
            self.remarks.append((package, remark))
        elif (capture := _CAPTURE.fullmatch(text)) is not None:
            remark = Remark("captured", path, line, column, capture["variable"], capture["how"])
            self.remarks.append((package, remark))


def _place(match: re.Match[str]) -> tuple[int, int | None]:
    return int(match["line"]), int(match["column"]) if match["column"] else None
