"""Roots, what they reach, and what runs again and again rather than at start-up only."""

from __future__ import annotations

import pytest

from callgraph_program import (
    call,
    endless,
    function,
    main,
    program,
    value_call,
)
from mapleak.callgraph.build import build
from mapleak.callgraph.model import CallGraph, Root
from mapleak.resolve.model import FunctionFacts


def repeating(graph: CallGraph) -> set[str]:
    return set(graph.reachable - graph.startup_only)


class TestRoots:
    def test_main_runs_once(self) -> None:
        graph = build(program(main(call("m/p.f")), function("m/p.f"), function("m/p.dead")))
        assert graph.roots == {"m.main": Root("m.main", "main", "the program starts here", False)}
        assert graph.reachable == graph.startup_only == {"m.main", "m/p.f"}
        assert graph.entry == {"m.main": "m.main", "m/p.f": "m.main"}

    def test_main_of_any_other_package_is_a_function_like_any_other(self) -> None:
        assert build(program(function("m/p.main"))).roots == {}

    def test_package_initialisers_and_init_functions_run_once(self) -> None:
        graph = build(
            program(
                function("m/p.init", call("m/p.f"), file="p/a.go"),
                function("m/p.init", call("m/p.g"), file="p/b.go"),
                function("m/p.f"),
                function("m/p.g"),
            )
        )
        assert [(r.function, r.kind, r.repeats) for r in graph.roots.values()] == [("m/p.init", "init", False)]
        assert graph.startup_only == {"m/p.init", "m/p.f", "m/p.g"}

    def test_init_functions_have_a_number_each(self) -> None:
        graph = build(program(function("m/p.init#1", call("m/p.f")), function("m/p.init#2"), function("m/p.f")))
        assert [(r.function, r.kind) for r in graph.roots.values()] == [("m/p.init#1", "init"), ("m/p.init#2", "init")]
        assert "m/p.f" in graph.startup_only

    def test_a_method_called_init_is_no_root(self) -> None:
        graph = build(program(function("(*m/p.T).init", receiver="m/p.T"), function("m/p.init$1", parent="m/p.init")))
        assert graph.roots == {}

    def test_exported_functions_of_a_library_may_be_called_again_and_again(self) -> None:
        graph = build(program(function("m/p.F", call("m/p.g"), exported=True), function("m/p.g"), mains=()))
        assert graph.roots == {"m/p.F": Root("m/p.F", "exported", "importers may call it", True)}
        assert repeating(graph) == {"m/p.F", "m/p.g"}

    @pytest.mark.parametrize("package", ["m/internal/p", "m/p/internal", "internal/p"])
    def test_what_cannot_be_imported_has_no_callers_outside(self, package: str) -> None:
        graph = build(program(function(f"{package}.F", exported=True, package=package), main()))
        assert set(graph.roots) == {"m.main"}

    def test_vendored_packages_have_no_callers_outside(self) -> None:
        vendored = function("x/y.F", exported=True, package="x/y", file="vendor/x/y/y.go")
        assert set(build(program(vendored, main())).roots) == {"m.main"}

    def test_commands_export_nothing(self) -> None:
        graph = build(program(main(), function("m.F", exported=True, package="m", file="main.go")))
        assert set(graph.roots) == {"m.main"}

    def test_a_tree_of_internal_packages_only_is_part_of_something_larger(self) -> None:
        graph = build(program(function("m/internal/p.F", exported=True, package="m/internal/p"), mains=()))
        assert set(graph.roots) == {"m/internal/p.F"}


class TestTests:
    def test_go_test_calls_the_tests(self) -> None:
        names = ["TestF", "TestMain", "Test", "BenchmarkF", "FuzzF", "ExampleF", "Test_f", "Testify", "helper"]
        graph = build(program(*(function(f"m/p.{name}", file="p/p_test.go", exported=True) for name in names)))
        assert set(graph.roots) == {f"m/p.{name}" for name in names[:-2]}
        assert {root.kind for root in graph.roots.values()} == {"test"}

    def test_what_only_tests_call_is_not_reached(self) -> None:
        graph = build(
            program(
                main(call("m/p.f")),
                function("m/p.f"),
                function("m/p.g"),
                function("m/p.TestG", call("m/p.g", 1), call("m/p.helper", 2), file="p/p_test.go"),
                function("m/p.helper", call("m/p.g"), file="p/p_test.go"),
            )
        )
        assert graph.reachable == {"m.main", "m/p.f", "m/p.TestG", "m/p.helper"}
        assert ("m/p.TestG", "m/p.g") in {(e.caller, e.callee) for e in graph.edges}

    def test_a_handler_that_only_tests_register_is_no_root(self) -> None:
        graph = build(
            program(
                function("m/p.TestF", call("net/http.HandleFunc", args=["func:m/p.h"]), file="p/p_test.go"),
                function("m/p.h"),
            )
        )
        assert set(graph.roots) == {"m/p.TestF"}

    def test_an_endless_loop_in_a_test_repeats_nothing_outside_tests(self) -> None:
        graph = build(
            program(
                main(call("m/p.f")),
                function("m/p.f"),
                function("m/p.TestF", call("m/p.f", 5, loop=1), file="p/p_test.go", ending=endless()),
            )
        )
        assert "m/p.f" in graph.startup_only


class TestAgainAndAgain:
    def test_what_an_endless_loop_calls(self) -> None:
        graph = build(
            program(
                main(call("m/p.run")),
                function("m/p.run", call("m/p.setup", 5), call("m/p.step", 50, loop=1), ending=endless(40, 60)),
                function("m/p.setup"),
                function("m/p.step", call("m/p.deep")),
                function("m/p.deep"),
            )
        )
        assert repeating(graph) == {"m/p.step", "m/p.deep"}
        assert graph.entry["m/p.deep"] == "m.main"

    def test_a_loop_that_an_event_ends_counts_as_endless(self) -> None:
        graph = build(
            program(
                main(call("m/p.run", how="go")),
                function("m/p.run", call("m/p.step", 50, loop=1), ending=endless(kind="stoppable")),
                function("m/p.step"),
            )
        )
        assert repeating(graph) == {"m/p.step"}

    def test_a_finite_loop_before_the_endless_one_does_not(self) -> None:
        graph = build(
            program(
                main(call("m/p.run")),
                function("m/p.run", call("m/p.load", 5, loop=1), ending=endless(40, 60)),
                function("m/p.load"),
            )
        )
        assert repeating(graph) == set()

    def test_an_endless_wait_outside_a_loop_repeats_nothing(self) -> None:
        graph = build(program(main(call("m/p.run")), function("m/p.run", call("m/p.f", 50), ending=endless(40, 60))))
        assert repeating(graph) == set()

    def test_a_goroutine_started_at_start_up_runs_once(self) -> None:
        graph = build(program(main(call("m/p.run", how="go", loop=1)), function("m/p.run")))
        assert graph.startup_only == {"m.main", "m/p.run"}

    def test_mutual_recursion_ends_and_repeats_nothing(self) -> None:
        graph = build(
            program(
                main(call("m/p.even")),
                function("m/p.even", call("m/p.odd")),
                function("m/p.odd", call("m/p.even")),
            )
        )
        assert graph.startup_only == {"m.main", "m/p.even", "m/p.odd"}

    def test_a_function_of_both_worlds_runs_again_and_again(self) -> None:
        graph = build(
            program(
                main(call("m/p.f")),
                function("m/p.Serve", call("m/p.f"), exported=True),
                function("m/p.f", call("m/p.g")),
                function("m/p.g"),
            )
        )
        assert graph.startup_only == {"m.main"}
        assert graph.entry["m/p.g"] == "m/p.Serve"

    def test_the_nearest_repeating_root_is_the_entry(self) -> None:
        graph = build(
            program(
                function("m/p.A", call("m/p.b"), exported=True),
                function("m/p.b", call("m/p.f")),
                function("m/p.Z", call("m/p.f"), exported=True),
                function("m/p.f"),
                mains=(),
            )
        )
        assert graph.entry["m/p.f"] == "m/p.Z"
        assert graph.entry["m/p.b"] == "m/p.A"


class TestStartUpHere:
    """An exported function that this tree itself calls at start-up only."""

    def registry(self, *callers: FunctionFacts) -> CallGraph:
        register = function("m/registry.Register", call("m/registry.add"), exported=True, package="m/registry")
        return build(program(*callers, register, function("m/registry.add", package="m/registry"), mains=()))

    def test_other_packages_of_the_tree_show_how_it_is_used(self) -> None:
        graph = self.registry(function("m/png.init", call("m/registry.Register"), package="m/png"))
        assert repeating(graph) == graph.startup_here == {"m/registry.Register", "m/registry.add"}

    def test_without_a_caller_in_another_package_nothing_is_known(self) -> None:
        graph = self.registry(function("m/registry.init", call("m/registry.Register"), package="m/registry"))
        assert graph.startup_here == set()

    def test_a_test_shows_nothing(self) -> None:
        test = function("m/x.TestX", call("m/registry.Register"), package="m/x", file="x/x_test.go")
        assert self.registry(test).startup_here == set()

    def test_one_caller_that_repeats_is_enough(self) -> None:
        graph = self.registry(
            function("m/png.init", call("m/registry.Register"), package="m/png"),
            function("m/web.Serve", call("m/registry.add"), package="m/web", exported=True),
        )
        assert graph.startup_here == {"m/registry.Register"}


class TestOnce:
    def test_what_once_runs_is_run_once_however_often_it_is_asked_for(self) -> None:
        graph = build(
            program(
                function("m/p.Get", call("(*sync.Once).Do", 4, args=["func:m/p.load"]), exported=True),
                function("m/p.load", call("m/p.deep")),
                function("m/p.deep"),
                mains=(),
            )
        )
        assert graph.startup_only == {"m/p.load", "m/p.deep"}
        assert [(e.caller, e.callee, e.kind) for e in graph.callees["m/p.Get"]] == [("m/p.Get", "m/p.load", "value")]

    def test_a_function_that_is_also_called_otherwise_is_not_run_once(self) -> None:
        graph = build(
            program(
                function(
                    "m/p.Get", call("(*sync.Once).Do", 4, args=["func:m/p.load"]), call("m/p.load", 9), exported=True
                ),
                function("m/p.load"),
                mains=(),
            )
        )
        assert graph.startup_only == set()

    def test_the_value_of_a_once_function_is_computed_once(self) -> None:
        graph = build(
            program(
                function("m/p.Get", call("sync.OnceValue", 4, args=["func:m/p.load"]), exported=True),
                function("m/p.load"),
                mains=(),
            )
        )
        assert graph.startup_only == {"m/p.load"}

    def test_a_call_of_what_a_once_function_returns_runs_what_it_was_given(self) -> None:
        """The results are that one's, too: here the function that it looks up."""
        made = call("sync.OnceValue", 4, args=["func:m/p.load"])
        graph = build(
            program(
                function(
                    "m/p.Get",
                    *(made, value_call("m/p.Get.get", 20), value_call("call@p/p.go:21$r0", 30)),
                    flows=[("m/p.Get.get", "call@p/p.go:5$r0")],
                    exported=True,
                ),
                function("m/p.load", flows=[("m/p.load$r0", "func:m/p.found")]),
                function("m/p.found"),
                mains=(),
            )
        )
        assert {(e.caller, e.callee) for e in graph.edges} == {("m/p.Get", "m/p.load"), ("m/p.Get", "m/p.found")}
        assert graph.startup_only == {"m/p.load"}

    def test_package_sync_in_the_tree_is_known_too(self) -> None:
        graph = build(
            program(
                function("m/p.Get", call("(*sync.Once).Do", 4, args=["func:m/p.load"]), exported=True),
                function("m/p.load"),
                function(
                    "(*sync.Once).Do",
                    value_call("(*sync.Once).Do.f"),
                    flows=[("(*sync.Once).Do.f", "(*sync.Once).Do$p0")],
                    package="sync",
                    file="sync/once.go",
                    receiver="sync.Once",
                    exported=True,
                    params=["(*sync.Once).Do.f"],
                    signature="func(func())",
                ),
                mains=(),
            )
        )
        assert [e.callee for e in graph.callees["(*sync.Once).Do"]] == ["m/p.load"]
        assert graph.startup_only == {"m/p.load"}
