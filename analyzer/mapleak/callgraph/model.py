"""The call graph: who calls whom, from which roots, and how often code runs."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from mapleak.resolve.model import Flow, FunctionFacts


class Edge(msgspec.Struct, frozen=True, gc=False):
    """One call. ``kind`` is that of the output contract: static, interface, value, go or defer.

    ``mode`` is how the callee was found whatever ``kind`` says: static, interface, value.
    ``file`` and ``pos`` are the call's place (report path, byte offset); ``loop_depth`` counts the loops around it.
    A struct of msgspec, not a dataclass: there are a million of them in a large tree.
    """

    caller: str
    callee: str
    kind: str
    mode: str
    file: str
    pos: int
    end: int
    loop_depth: int


class Root(msgspec.Struct, frozen=True):
    """A function that something outside the analysed code calls.

    ``kind``: main, init, exported, callback (handed to code that is not analysed: handlers, hooks), test;
    goroutine-less kinds only; ``reason`` in words (``handed to net/http.HandleFunc``).
    ``repeats`` is true when it may run again and again during the process's life.
    ``awaited`` is true when code that runs hands it over to be called at events, whoever else may call it.
    """

    function: str
    kind: str
    reason: str
    repeats: bool
    awaited: bool = False


class CallGraph(msgspec.Struct, frozen=True):
    """Functions by name (several build variants each), edges, roots, and what follows from them.

    ``reachable``: some root reaches it; a function outside test files only counts as reached when a root
    outside test files does. ``startup_only``: reachable, but only from main (outside loops),
    init and package initialisers, along calls outside endless loops, so it runs a fixed number of times.
    ``startup_here``: not ``startup_only``, but only because importers might call an exported function again
    which other packages of this very tree call at start-up alone (a registry, most likely).
    ``assumed``: not ``startup_only``, but only because importers might call an exported function again and again;
    nothing in the tree does or hands it over to be called at events, and it has not the shape of a handler.
    ``ending``: only programs that come to an end by themselves (compilers, generators, command-line tools) run it.
    ``ending_here``: the same, but for importers that might call an exported function of this program's packages.
    ``unwired``: what nothing is seen to lead to but handlers that no program wires up (roots.unwired_handlers).
    ``entry``: for every reachable function one root, a repeating one when there is one.
    ``before``: which function comes before a reachable one on the way from its ``entry``, which itself has none.
    ``flows``: the value flows of the program with parameters and results of all calls bound to arguments,
    dynamic calls included. Calls through an interface are bound by way of its method's own nodes:
    ``(io.Writer).Write$p0`` takes what the calls pass and gives it to every implementation.
    ``takers``: who names each function that is used as a value, sorted; a closure is named by the function around it,
    the method of an interface stands for all its implementations, and "" names what the start of the program does.
    ``later``: functions handed to code outside that is known to call them no more often than they are handed over;
    not those that are a command of a program, of which a run calls one.
    ``complete`` is false when following function values was cut short by its limit.
    """

    functions: Mapping[str, tuple[FunctionFacts, ...]]
    edges: tuple[Edge, ...]
    callees: Mapping[str, tuple[Edge, ...]]
    callers: Mapping[str, tuple[Edge, ...]]
    roots: Mapping[str, Root]
    reachable: frozenset[str]
    startup_only: frozenset[str]
    entry: Mapping[str, str]
    flows: tuple[Flow, ...]
    startup_here: frozenset[str] = frozenset()
    assumed: frozenset[str] = frozenset()
    complete: bool = True
    ending: frozenset[str] = frozenset()
    ending_here: frozenset[str] = frozenset()
    unwired: frozenset[str] = frozenset()
    takers: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    before: Mapping[str, str] = msgspec.field(default_factory=dict)
    later: frozenset[str] = frozenset()
