"""Packages that only tests need are nobody's API."""

from __future__ import annotations

import pytest

from callgraph_program import call, function, main, program
from mapleak.callgraph.build import build
from mapleak.callgraph.model import CallGraph
from mapleak.callgraph.testing import packages_for_tests


@pytest.mark.parametrize(
    ("packages", "mains", "imports", "expected"),
    [
        # of a program: by its name, or because it imports testing
        ({"m", "m/testutil"}, ("m",), {}, {"m/testutil"}),
        ({"m", "m/rig"}, ("m",), {"m/rig": ("testing",)}, {"m/rig"}),
        ({"m", "m/rig"}, ("m",), {"m/rig": ("testing/fstest",)}, {"m/rig"}),
        ({"m", "m/testutil"}, ("m",), {"m": ("m/testutil",)}, set()),
        ({"m", "m/work"}, ("m",), {}, set()),
        # a program that is one of tests contains them, and is none
        ({"m", "m/e2e", "m/testutil"}, ("m", "m/e2e"), {"m/e2e": ("m/testutil",)}, {"m/e2e", "m/testutil"}),
        # of a library: both
        ({"m", "m/testutil"}, (), {}, set()),
        ({"m", "m/testutil"}, (), {"m/testutil": ("testing",)}, {"m/testutil"}),
        ({"m", "m/testutil"}, (), {"m/testutil": ("testing",), "m": ("m/testutil",)}, set()),
    ],
)
def test_packages_for_tests(
    packages: set[str], mains: tuple[str, ...], imports: dict[str, tuple[str, ...]], expected: set[str]
) -> None:
    assert packages_for_tests(packages, mains, imports) == expected


def graph(rig: str, *more: str) -> CallGraph:
    """A program that calls ``Do`` once, and an exported function of a package that does so as well."""
    do = function("m/work.Do", exported=True, package="m/work")
    helper = function(f"{rig}.Start", call("m/work.Do"), exported=True, package=rig)
    imports = {"m": ("m/work", *more), rig: ("m/work",)}
    return build(program(main(call("m/work.Do")), do, helper, imports=imports))


def test_a_rig_shows_nothing_of_how_often_something_runs() -> None:
    assert "m/work.Do" in graph("m/testrig").startup_here
    assert "m/work.Do" not in graph("m/setup").startup_here
    assert "m/work.Do" not in graph("m/testrig", "m/testrig").startup_here


def test_in_a_programs_tree_any_caller_speaks_for_an_exported_function() -> None:
    add = function("m/work.Add", exported=True, package="m/work")
    maybe = function("m/work.MaybeAdd", call("m/work.Add"), exported=True, package="m/work")
    graph = build(program(main(call("m/work.MaybeAdd")), add, maybe, imports={"m": ("m/work",)}))
    assert {"m/work.Add", "m/work.MaybeAdd"} <= graph.startup_here


def test_in_a_librarys_tree_only_other_packages_do() -> None:
    add = function("m.Add", exported=True, package="m")
    maybe = function("m.MaybeAdd", call("m.Add"), exported=True, package="m")
    graph = build(program(add, maybe, mains=()))
    assert not graph.startup_here
