"""Functions as values: variables, parameters, results, containers, fields, method values, closures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from callgraph_program import call, function, interface, main, method, named_type, program, value_call
from mapleak.callgraph.build import build
from mapleak.callgraph.model import CallGraph
from mapleak.callgraph.values import EDGE_COST, ValueFlow
from mapleak.resolve.model import Flow
from programs import resolved, write_module


def callees(graph: CallGraph, caller: str) -> list[str]:
    return [edge.callee for edge in graph.callees.get(caller, ())]


def test_a_variable_calls_what_was_assigned_to_it() -> None:
    graph = build(
        program(
            main(value_call("m.main.f"), flows=[("m.main.f", "func:m/p.a"), ("m.main.f", "func:m/p.b")]),
            function("m/p.a"),
            function("m/p.b"),
            function("m/p.c"),
        )
    )
    assert [(e.callee, e.kind) for e in graph.edges] == [("m/p.a", "value"), ("m/p.b", "value")]


def test_a_closure_passed_down_two_levels_is_called_at_the_bottom() -> None:
    graph = build(
        program(
            main(call("m/p.outer", args=["func:m.main$1"])),
            function("m.main$1", parent="m.main", package="m", file="main.go"),
            function(
                "m/p.outer",
                call("m/p.inner", args=["m/p.outer.f"]),
                flows=[("m/p.outer.f", "m/p.outer$p0")],
                params=["m/p.outer.f"],
            ),
            function(
                "m/p.inner", value_call("m/p.inner.f"), flows=[("m/p.inner.f", "m/p.inner$p0")], params=["m/p.inner.f"]
            ),
        )
    )
    assert callees(graph, "m/p.inner") == ["m.main$1"]
    assert callees(graph, "m.main") == ["m/p.outer"]


def test_a_returned_closure_is_called_by_who_gets_it() -> None:
    graph = build(
        program(
            main(call("m/p.f", 3), value_call("m.main.g", 8), flows=[("m.main.g", "call@main.go:4$r0")]),
            function("m/p.f", flows=[("m/p.f$r0", "func:m/p.f$1")]),
            function("m/p.f$1", parent="m/p.f"),
        )
    )
    assert callees(graph, "m.main") == ["m/p.f", "m/p.f$1"]


def test_the_result_of_a_call_through_a_value_is_followed() -> None:
    graph = build(
        program(
            main(
                value_call("m.main.make", 3),
                value_call("call@main.go:4$r0", 8),
                flows=[("m.main.make", "func:m/p.f")],
            ),
            function("m/p.f", flows=[("m/p.f$r0", "func:m/p.f$1")]),
            function("m/p.f$1", parent="m/p.f"),
        )
    )
    assert callees(graph, "m.main") == ["m/p.f", "m/p.f$1"]


def test_arguments_of_a_call_found_late_are_bound_and_followed() -> None:
    graph = build(
        program(
            main(value_call("m/p.hook", 3, args=["func:m/p.g", "m.main.seen"])),
            function(
                "m/p.f",
                value_call("m/p.f.x"),
                flows=[("m/p.f.x", "m/p.f$p0")],
                params=["m/p.f.x", "m/p.f.m"],
                signature="func(func(), map[int]int)",
            ),
            function("m/p.g"),
            flows=[("m/p.hook", "func:m/p.f")],
        )
    )
    assert callees(graph, "m/p.f") == ["m/p.g"]
    assert Flow("m/p.f$p1", "m.main.seen") in graph.flows


class TestContainers:
    def test_functions_in_a_map_are_called_by_a_call_of_any_element(self) -> None:
        graph = build(
            program(
                main(value_call("m/p.table[]")),
                function("m/p.a"),
                flows=[("m/p.table[]", "func:m/p.a")],
            )
        )
        assert callees(graph, "m.main") == ["m/p.a"]

    def test_an_alias_of_the_container_has_its_elements(self) -> None:
        graph = build(
            program(
                main(value_call("m.main.t[]"), flows=[("m.main.t", "m/p.table")]),
                function("m/p.a"),
                flows=[("m/p.table[]", "func:m/p.a")],
            )
        )
        assert callees(graph, "m.main") == ["m/p.a"]

    def test_what_is_put_in_through_an_alias_is_in_the_container(self) -> None:
        graph = build(
            program(
                main(value_call("m/p.table[]")),
                function("m/p.add", flows=[("m/p.add.t", "m/p.table"), ("m/p.add.t[]", "func:m/p.a")]),
                function("m/p.a"),
            )
        )
        assert callees(graph, "m.main") == ["m/p.a"]

    def test_two_containers_deep(self) -> None:
        graph = build(
            program(
                main(value_call("m.main.t[][]"), flows=[("m.main.t", "m/p.table")]),
                function("m/p.a"),
                flows=[("m/p.table[][]", "func:m/p.a")],
            )
        )
        assert callees(graph, "m.main") == ["m/p.a"]

    def test_an_alias_made_by_a_call_found_late(self) -> None:
        graph = build(
            program(
                main(value_call("m/p.hook", args=["m/p.table"])),
                function(
                    "m/p.f",
                    value_call("m/p.f.t[]"),
                    flows=[("m/p.f.t", "m/p.f$p0")],
                    params=["m/p.f.t"],
                    signature="func([]func())",
                ),
                function("m/p.a"),
                flows=[("m/p.table[]", "func:m/p.a"), ("m/p.hook", "func:m/p.f")],
            )
        )
        assert callees(graph, "m/p.f") == ["m/p.a"]

    def test_a_container_that_holds_itself_comes_to_an_end(self) -> None:
        graph = build(
            program(
                main(value_call("m/p.ring"), flows=[("m/p.ring", "m/p.ring[]"), ("m/p.ring[]", "func:m/p.a")]),
                function("m/p.a"),
            )
        )
        assert callees(graph, "m.main") == ["m/p.a"]


def test_a_method_value_is_the_method() -> None:
    graph = build(
        program(
            main(value_call("m.main.f"), flows=[("m.main.f", "func:(*m/p.T).M")]),
            function("(*m/p.T).M", receiver="m/p.T"),
        )
    )
    assert callees(graph, "m.main") == ["(*m/p.T).M"]


def test_a_method_value_of_an_interface_is_every_implementation() -> None:
    graph = build(
        program(
            main(value_call("m.main.f"), flows=[("m.main.f", "func:(m/p.I).M")], made=["m/p.T", "m/p.U"]),
            function("(*m/p.T).M", receiver="m/p.T"),
            function("(*m/p.U).M", receiver="m/p.U"),
            types=[named_type("m/p.T", method("M", "*m/p.T")), named_type("m/p.U", method("M", "*m/p.U"))],
            interfaces=[interface("m/p.I", ("M", "func()"))],
        )
    )
    assert callees(graph, "m.main") == ["(*m/p.T).M", "(*m/p.U).M"]


def test_a_generic_functions_parameter_gets_the_functions_of_all_its_calls() -> None:
    graph = build(
        program(
            main(
                call("m/p.Each", 1, args=["", "func:m.main$1"]),
                call("m/p.Each", 5, args=["", "func:m.main$2"]),
            ),
            function("m.main$1", parent="m.main", package="m", file="main.go"),
            function("m.main$2", parent="m.main", package="m", file="main.go"),
            function(
                "m/p.Each",
                value_call("m/p.Each.f", loop=1),
                flows=[("m/p.Each.f", "m/p.Each$p1")],
                params=["m/p.Each.s", "m/p.Each.f"],
                signature="func([]T, func(T))",
            ),
        )
    )
    assert callees(graph, "m/p.Each") == ["m.main$1", "m.main$2"]


def test_a_function_of_another_module_as_a_value_makes_no_edge() -> None:
    graph = build(program(main(value_call("m.main.f"), flows=[("m.main.f", "func:strings.ToLower")])))
    assert graph.edges == ()


def test_containers_that_a_call_makes_one_share_what_each_of_them_holds() -> None:
    graph = build(
        program(
            main(
                value_call("m.main.run", args=["m.main.hooks"]),
                value_call("m.main.hooks[]", 20),
                flows=[("m.main.run", "func:m/p.add"), ("m.main.hooks[]", "func:m/p.old")],
            ),
            function(
                "m/p.add",
                value_call("m/p.add.list[]"),
                flows=[("m/p.add.list", "m/p.add$p0"), ("m/p.add.list[]", "func:m/p.new")],
                params=["m/p.add.list"],
            ),
            function("m/p.new"),
            function("m/p.old"),
        )
    )
    assert callees(graph, "m.main") == ["m/p.add", "m/p.new", "m/p.old"]
    assert callees(graph, "m/p.add") == ["m/p.new", "m/p.old"]


class TestLimit:
    @pytest.fixture
    def chain(self) -> Callable[[int], ValueFlow]:
        def make(limit: int) -> ValueFlow:
            flow = ValueFlow({}, lambda site, name: (), limit)
            for step in range(10):
                flow.add_flow(Flow(f"n{step + 1}", f"n{step}"))
            flow.add_flow(Flow("n0", "func:f"))
            flow.run()
            return flow

        return make

    def test_following_stops_at_the_limit_and_says_so(self, chain: Callable[[int], ValueFlow]) -> None:
        assert not chain(3).complete
        assert not chain(3).functions("n10")

    def test_below_the_limit_the_answer_is_complete(self, chain: Callable[[int], ValueFlow]) -> None:
        assert chain(100).complete
        assert chain(100).functions("n10") == {"f"}

    def test_edges_count_more(self) -> None:
        """Many calls of one list of many functions have an edge for each pair; few steps lead there."""
        names = [f"m/p.f{number}" for number in range(30)]
        facts = [function(name) for name in names]
        calls = [value_call("m.main.f", pos) for pos in range(1, 31)]
        resolved = program(main(*calls, flows=[("m.main.f", f"func:{name}") for name in names]), *facts)
        enough = 30 * 30 * EDGE_COST + 1_000
        assert len(build(resolved, enough).edges) == 30 * 30
        limited = build(resolved, enough // 3)
        assert 0 < len(limited.edges) <= 30 * 30 // 3
        assert not limited.complete

    def test_the_graph_passes_it_on(self) -> None:
        resolved = program(
            main(value_call("m.main.b"), flows=[("m.main.b", "m.main.a"), ("m.main.a", "func:m/p.f")]),
            function("m/p.f"),
        )
        assert build(resolved).complete
        assert not build(resolved, limit=1).complete


def test_ranging_over_a_function_calls_it(tmp_path: Path) -> None:
    source = """package main

import "iter"

func names() iter.Seq[string] {
	return func(yield func(string) bool) { yield("a") }
}

func count(yield func(int) bool) { yield(1) }

func main() {
	for name := range names() {
		println(name)
	}
	for range count {
	}
}
"""
    graph = build(resolved(write_module(tmp_path, {"main.go": source})))
    found = {edge.callee.removeprefix("example.com/m."): edge.kind for edge in graph.callees["example.com/m.main"]}
    assert found == {"names": "static", "names$1": "value", "count": "value"}
