"""What a repository runs for itself alone: its tests' helpers, its examples, benchmarks, simulators and tools.

Not all that serves tests is in test files. What supports them is

* ``takes-testing``: a function that is handed a ``*testing.T`` or its kind;
* ``test-package``: a package that imports package testing (or is one for tests, by the name of its folders) and that no
  program of the tree contains, helpers apart;
* ``test-name``: a function that says so by its name (``NewTestServer``), or that calls one of a library which does, or
  starts a server of net/http/httptest, if nothing but tests and these use it;
* ``helper-program``: the packages of main packages in folders of examples, benchmarks and tools, as far as they lie in
  such folders themselves. A tree that holds nothing else is a library, and its examples show how it is used;
* ``only-users``: what nothing but these use. What is exported counts only in the tree of a program, and only when
  nothing else that is exported of its package is of use to others: a package of theirs alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from mapleak.callgraph.knowledge import METHODS
from mapleak.callgraph.model import CallGraph
from mapleak.callgraph.programs import holds_a_program, is_helper, linked_packages
from mapleak.callgraph.roots import test_functions
from mapleak.callgraph.serving import NOT_THE_PROGRAM
from mapleak.callgraph.testing import imports_testing, is_for_tests
from mapleak.resolve.model import FunctionFacts, ResolvedProgram

Functions = Mapping[str, tuple[FunctionFacts, ...]]

_TESTING_VALUE = re.compile(r"[(,\s*]testing\.(T|B|F|M|TB|PB)\b")
"""A parameter that only ``go test`` can make."""

_TEST_NAME = re.compile(r"(New|Make|Create|Setup|Start|Run)Test[A-Z]\w*|\w+(For|In)(Unit)?Test(s|ing)?")
"""A function that says it is for tests: it is, when no code of a program uses it."""

_TEST_SERVERS = frozenset(f"net/http/httptest.New{kind}Server" for kind in ("", "TLS", "Unstarted"))
"""Servers that nobody starts but for tests; requests and recorders are of use elsewhere, too."""


def find_support(resolved: ResolvedProgram, graph: CallGraph) -> frozenset[str]:
    """The functions outside test files that only support what the repository runs for itself."""
    functions = graph.functions
    tests = test_functions(resolved, functions)
    packages = {variants[0].package for name, variants in functions.items() if name not in tests}
    program = holds_a_program(resolved.main_packages, packages)
    apart = _packages(resolved, packages, program=program)
    found = {
        name
        for name, variants in functions.items()
        if name not in tests and (variants[0].package in apart or _takes_testing(variants))
    }
    users = {
        name: by if name not in by and by.isdisjoint(tests) else by - tests - {name}
        for name, by in _users(graph).items()
    }
    named = {name for name in functions if _TEST_NAME.fullmatch(_own_name(name))} - tests
    calling = {name for name, variants in functions.items() if _calls_for_tests(variants, functions)} - tests
    found |= {name for name in named | calling if not users.get(name)}
    if not found:
        return frozenset()
    exported = {name for name, variants in functions.items() if variants[0].exported} - named - (calling & found)
    called_back = {name for name in functions if _is_called_back(graph, name)}
    mixed = set() if program else packages
    while True:
        open_to_all = called_back | {name for name in exported if functions[name][0].package in mixed}
        all_found = _with_used_alone(functions, users, found, open_to_all)
        others = {functions[name][0].package for name in exported - all_found if users.get(name)}
        if others <= mixed:
            return frozenset(all_found)
        mixed = mixed | others


def _with_used_alone(
    functions: Functions, users: Mapping[str, set[str]], found: set[str], open_to_all: set[str]
) -> set[str]:
    """``found`` and what is used by nothing else; ``open_to_all`` is what others may use."""
    used_by = _used_by(users)
    all_found, pending = set(found), list(found)
    while pending:
        for name in used_by.get(pending.pop(), ()):
            variants = functions.get(name)
            if name in all_found or name in open_to_all or not variants or _starts(variants[0]):
                continue
            if users[name] <= all_found:
                all_found.add(name)
                pending.append(name)
    return all_found


def _packages(resolved: ResolvedProgram, packages: set[str], *, program: bool) -> frozenset[str]:
    """The packages that support as a whole."""
    imports, mains = resolved.imports, resolved.main_packages
    helpers = {main for main in mains if is_helper(main) or is_for_tests(main)}
    if not program or len(helpers) == len(mains):
        return frozenset(path for path in packages if is_for_tests(path) and imports_testing(imports.get(path, ())))
    unlinked = packages - linked_packages((main for main in mains if main not in helpers), imports)
    of_helpers = linked_packages(helpers, imports)
    return frozenset(
        path
        for path in unlinked
        if is_for_tests(path)
        or imports_testing(imports.get(path, ()))
        or (path in of_helpers and not NOT_THE_PROGRAM.isdisjoint(path.split("/")))
    )


def _calls_for_tests(variants: tuple[FunctionFacts, ...], functions: Functions) -> bool:
    """Whether a function calls what a library has for tests, as the names there say."""
    return any(
        call.callee in _TEST_SERVERS
        or ("Test" in call.callee and call.callee not in functions and _TEST_NAME.fullmatch(_own_name(call.callee)))
        for variant in variants
        for call in variant.calls
        if call.mode == "static"
    )


def _own_name(function: str) -> str:
    return function.rpartition(".")[2]


def _takes_testing(variants: tuple[FunctionFacts, ...]) -> bool:
    return all(_TESTING_VALUE.search(variant.signature) for variant in variants)


def _starts(function: FunctionFacts) -> bool:
    """Whether a function runs without anybody's use: main and initialisers."""
    name = function.name.rpartition(".")[2].partition("#")[0]
    return not function.receiver_type and not function.parent and name in ("main", "init")


def _is_called_back(graph: CallGraph, name: str) -> bool:
    """Whether code outside the tree calls a method of its own accord, as far as is known."""
    root = graph.roots.get(name)
    if root is not None and root.kind == "callback" and root.reason.startswith("called"):
        return True
    return bool(graph.functions[name][0].receiver_type) and name.rpartition(".")[2] in METHODS


def _users(graph: CallGraph) -> dict[str, set[str]]:
    """Who calls or names each function; the one around it of a closure, "" for a package variable."""
    found = {name: set(by) for name, by in graph.takers.items()}
    for name, edges in graph.callers.items():
        found.setdefault(name, set()).update(edge.caller for edge in edges)
    return found


def _used_by(users: Mapping[str, set[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, using in users.items():
        for by in using:
            found[by].append(name)
    return found
