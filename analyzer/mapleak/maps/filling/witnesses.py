"""Who tells of the keys that a program brings: the calls and stores that speak for the code they lead to.

A key that is ever new has to come again and again in the very program whose map it fills. What is handed over or stored
by code that is no part of such a program says nothing of it:

* ``apart``: code of tests, examples, benchmarks and tools, by the folders of its package, does with another package
  what nobody else need do (it makes a new folder or topic for each of its runs);
* ``ending``: a program that comes to an end by itself brings as many keys as one run does;
* ``one-command``: the same holds of a command, which a run of a program calls once.

Code of such a package speaks for its own package, and for others of the kind.
"""

from __future__ import annotations

import msgspec

from mapleak.callgraph.model import Edge
from mapleak.callgraph.serving import NOT_THE_PROGRAM
from mapleak.callgraph.testing import is_for_tests
from mapleak.maps.context import Context, inside_endless_loop
from mapleak.maps.knowledge import COMMAND_PARAMETERS


class Witnesses(msgspec.Struct):
    """Remembers what was found about packages, nothing else."""

    context: Context
    _apart: dict[str, bool] = msgspec.field(default_factory=dict)

    def callers(self, function: str) -> list[Edge]:
        """The calls of a function that tell what it is given."""
        return [
            edge
            for edge in self.context.graph.callers.get(function, ())
            if not self.context.is_test(edge.file)
            and self.context.reach(edge.caller).reachable
            and self.counts(edge.caller, function)
        ]

    def counts(self, function: str, for_name: str) -> bool:
        """Whether what ``function`` hands over or stores tells what the function or field ``for_name`` is given."""
        if self._is_apart(_package(function)) and not self._is_apart(_package(for_name)):
            return False
        helpers = self.context.supporting
        if self.context.outermost(function) in helpers and self.context.outermost(for_name) not in helpers:
            return False
        return self.context.ends_by_itself(function) is None

    def once(self, function: str, file: str, pos: int) -> bool:
        """Whether what stands there is a part of a command, which a run of the program calls once."""
        outermost = self.context.graph.functions.get(self.context.outermost(function), ())
        own = self.context.graph.functions.get(function, ())
        return any(COMMAND_PARAMETERS.match(variant.signature) for variant in outermost) and not any(
            inside_endless_loop(variant, pos) for variant in own if variant.file == file
        )

    def _is_apart(self, package: str) -> bool:
        known = self._apart.get(package)
        if known is None:
            folders = package.split("/cmd/", maxsplit=1)[0].split("/")
            known = self._apart[package] = is_for_tests(package) or not NOT_THE_PROGRAM.isdisjoint(folders)
        return known


def _package(name: str) -> str:
    """The import path in the name of a function, method or field."""
    head, slash, last = name.lstrip("(*").rpartition("/")
    return f"{head}{slash}{last.partition('.')[0]}"
