"""Which programs are there until a signal ends them, and which only mind one while they do their work.

Asking for signals is what servers do, and so do commands that work something off: they clean up when somebody loses
patience, or hand an interrupt on. A server's own thread comes to a wait that nothing but the end is meant to end.
Heuristic ``heeds-signals``: a program is there until a signal comes when

* the function that asks for signals, one that it hands them to by its result, or what these call within
  ``_NEAR_LEVELS`` calls, waits for what others do: for a channel, a wait group, events in a loop; or
* its thread comes somewhere to a wait for nothing but a context or channel that it was handed.

Far away from where signals are asked for nearly every program waits for something: an answer, a worker, a process.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mapleak.callgraph.serving import SIGNALS
from mapleak.callgraph.signatures import results_of
from mapleak.resolve.model import FunctionFacts

Functions = Mapping[str, tuple[FunctionFacts, ...]]

_NEAR_LEVELS = 2

_HANDED_ON = ("chan ", "context.Context")
"""In the result of a function that asks for signals: whoever calls it waits for them."""


def heeding(functions: Functions, callees: Mapping[str, tuple[str, ...]], runs: Mapping[str, int]) -> int:
    """The bits of the runs that are there until a signal comes; ``callees`` and ``runs`` are those of their threads."""
    asking = [name for name in runs if any(asks(variant) for variant in functions[name])]
    if not asking:
        return 0
    callers: dict[str, list[str]] = {}
    for name in runs:
        for callee in callees.get(name, ()):
            callers.setdefault(callee, []).append(name)
    told = 0
    for name, bits in runs.items():
        if any(variant.halt == "told" for variant in functions[name]):
            told |= bits
    found = 0
    for name in asking:
        near = _near(_handed_to(name, functions, callers), callees)
        found |= runs[name] & (told | _bits(near, functions, runs))
    return found


def asks(function: FunctionFacts) -> bool:
    """Whether a function asks for signals."""
    return any(call.callee in SIGNALS for call in function.calls)


def _handed_to(name: str, functions: Functions, callers: Mapping[str, list[str]]) -> set[str]:
    """A function, and those that it hands a channel or context to by its result, which may do the same."""
    found, level = {name}, [name]
    while level := [
        caller
        for callee in level
        if any(part in results_of(variant.signature) for variant in functions[callee] for part in _HANDED_ON)
        for caller in callers.get(callee, ())
        if caller not in found
    ]:
        found.update(level)
    return found


def _near(names: Iterable[str], callees: Mapping[str, tuple[str, ...]]) -> set[str]:
    found = set(names)
    level = found
    for _ in range(_NEAR_LEVELS):
        level = {callee for name in level for callee in callees.get(name, ())} - found
        found = found | level
    return found


def _bits(names: Iterable[str], functions: Functions, runs: Mapping[str, int]) -> int:
    found = 0
    for name in names:
        if name in runs and any(map(_waits, functions[name])):
            found |= runs[name]
    return found


def _waits(function: FunctionFacts) -> bool:
    """Whether a function waits for what others do; for a process that it has started, it waits as for a result."""
    waited = (call.callee for call in function.calls if call.callee.endswith(").Wait"))
    return bool(function.halt) or not all(callee.startswith("(*os/exec.") for callee in waited)
