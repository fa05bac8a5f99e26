"""Functions whose calls are out of sight: named somewhere as a value, and never seen to be called.

The call graph lets such a function run as often as the code that names it. For code that runs at start-up that
says too little: ``http.ListenAndServe(addr, logged(mux))`` runs once, and the closure that ``logged`` returns runs
for every request. So what start-up code only names is not itself taken for start-up code, nor is what it calls.
"""

from __future__ import annotations

from collections.abc import Container

from mapleak.callgraph.model import CallGraph


def find_unfollowed(graph: CallGraph, known: Container[str]) -> frozenset[str]:
    """The functions that may run again and again because nothing is seen to call them, and what they call.

    Only functions that the call graph takes for start-up code (here, or in this tree) are looked at, and not those
    in ``known``: how often they run is known from elsewhere, as it is of what is handed to well-known code to be called
    later, the hook of a command line.
    """
    startup = {name for name in graph.startup_only | graph.startup_here if name not in known}
    found = {name for name in startup - graph.later if name not in graph.roots and not _is_called(graph, name)}
    queue = sorted(found)
    for name in queue:
        for edge in graph.callees.get(name, ()):
            if edge.callee in startup and edge.callee not in found:
                found.add(edge.callee)
                queue.append(edge.callee)
    return frozenset(found)


def _is_called(graph: CallGraph, name: str) -> bool:
    """Whether anything but a function itself is seen to call it. A hook that is stored in a field and calls what was
    there before (``old := c.Hook; c.Hook = func() { old() }``) seems to call itself."""
    return any(edge.caller != name for edge in graph.callers.get(name, ()))
