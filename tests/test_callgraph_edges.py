"""Which callees the call graph finds for each way to call."""

from __future__ import annotations

import pytest

from callgraph_program import call, function, interface, interface_call, main, method, named_type, program, value_call
from mapleak.callgraph.build import build
from mapleak.callgraph.export import to_networkx
from mapleak.callgraph.model import CallGraph
from mapleak.resolve.model import Flow, ResolvedProgram


def calls_of(graph: CallGraph) -> set[tuple[str, str, str]]:
    return {(edge.caller, edge.callee, edge.kind) for edge in graph.edges}


def test_a_named_function_of_the_tree_is_an_edge_and_any_other_is_none() -> None:
    graph = build(program(main(call("m/p.f", 3), call("fmt.Println", 9)), function("m/p.f")))
    assert calls_of(graph) == {("m.main", "m/p.f", "static")}
    assert [(e.file, e.pos, e.mode) for e in graph.edges] == [("main.go", 3, "static")]
    assert graph.callers["m/p.f"] == graph.callees["m.main"]


@pytest.mark.parametrize("how", ["go", "defer"])
def test_go_and_defer_name_the_edge_but_not_its_mode(how: str) -> None:
    graph = build(
        program(
            main(
                call("m/p.f", 1, how=how),
                value_call("func:m/p.g", 2, how=how),
                call("m/p.I", 3, mode="interface", method="M", how=how),
            ),
            function("m/p.f"),
            function("m/p.g"),
            function("(*m/p.T).M", receiver="m/p.T"),
            function("m/p.make", made=["m/p.T"]),
            types=[named_type("m/p.T", method("M", "*m/p.T"))],
            interfaces=[interface("m/p.I", ("M", "func()"))],
        )
    )
    assert [(e.callee, e.kind, e.mode) for e in graph.edges] == [
        ("m/p.f", how, "static"),
        ("m/p.g", how, "value"),
        ("(*m/p.T).M", how, "interface"),
    ]


def test_build_variants_share_a_name_and_each_has_its_edges() -> None:
    graph = build(
        program(
            main(call("m/p.f")),
            function("m/p.f", call("m/p.g"), file="p/f_linux.go"),
            function("m/p.f", call("m/p.h"), file="p/f_windows.go"),
            function("m/p.g"),
            function("m/p.h"),
        )
    )
    assert [v.file for v in graph.functions["m/p.f"]] == ["p/f_linux.go", "p/f_windows.go"]
    assert [(e.callee, e.file) for e in graph.callees["m/p.f"]] == [
        ("m/p.g", "p/f_linux.go"),
        ("m/p.h", "p/f_windows.go"),
    ]
    assert graph.reachable >= {"m/p.g", "m/p.h"}


class TestInterfaces:
    def shapes(self, *, made: tuple[str, ...], signature: str = "func(int) string") -> ResolvedProgram:
        return program(
            main(interface_call("m/p.I", "M", 5), made=made),
            function("(*m/p.T).M", receiver="m/p.T"),
            function("(m/p.U).M", receiver="m/p.U"),
            types=[
                named_type("m/p.T", method("M", "*m/p.T", signature)),
                named_type("m/p.U", method("M", "m/p.U", "func(int) string", pointer=False)),
            ],
            interfaces=[interface("m/p.I", ("M", "func(int) string"))],
        )

    def test_every_made_type_with_the_methods_is_a_callee(self) -> None:
        graph = build(self.shapes(made=("m/p.T", "m/p.U")))
        assert calls_of(graph) == {("m.main", "(*m/p.T).M", "interface"), ("m.main", "(m/p.U).M", "interface")}

    def test_a_type_that_nothing_makes_is_not(self) -> None:
        graph = build(self.shapes(made=("m/p.U",)))
        assert calls_of(graph) == {("m.main", "(m/p.U).M", "interface")}

    def test_another_signature_is_another_method(self) -> None:
        graph = build(self.shapes(made=("m/p.T", "m/p.U"), signature="func(string) string"))
        assert calls_of(graph) == {("m.main", "(m/p.U).M", "interface")}

    def test_a_signature_that_is_not_fully_known_agrees_with_any(self) -> None:
        graph = build(self.shapes(made=("m/p.T",), signature="func(unknown) string"))
        assert calls_of(graph) == {("m.main", "(*m/p.T).M", "interface")}

    @pytest.mark.parametrize(
        "signature",
        [
            "func(unknown,func()())(string)",  # another parameter
            "func(unknown)(string,error)",  # another result
            "func(unknown)(bool)",
            "func([]unknown)(string)",
            "func(unknown...)(string)",
            "func(m/unknown.T)(string)",  # a name that only looks like it
        ],
    )
    def test_what_is_known_of_a_signature_must_agree(self, signature: str) -> None:
        graph = build(self.shapes(made=("m/p.T", "m/p.U"), signature=signature))
        assert calls_of(graph) == {("m.main", "(m/p.U).M", "interface")}

    def test_all_methods_of_the_interface_must_be_there(self) -> None:
        graph = build(
            program(
                main(interface_call("m/p.RW", "Read"), made=["m/p.T", "m/p.U"]),
                function("(*m/p.T).Read", receiver="m/p.T"),
                function("(*m/p.U).Read", receiver="m/p.U"),
                function("(*m/p.U).Write", receiver="m/p.U"),
                types=[
                    named_type("m/p.T", method("Read", "*m/p.T")),
                    named_type("m/p.U", method("Read", "*m/p.U"), method("Write", "*m/p.U")),
                ],
                interfaces=[interface("m/p.RW", ("Read", "func()"), ("Write", "func()"))],
            )
        )
        assert calls_of(graph) == {("m.main", "(*m/p.U).Read", "interface")}

    def test_a_promoted_method_leads_to_the_embedded_types_function(self) -> None:
        graph = build(
            program(
                main(interface_call("m/p.I", "M"), made=["m/p.Outer"]),
                function("(*m/p.Inner).M", receiver="m/p.Inner"),
                types=[
                    named_type("m/p.Outer", method("M", "*m/p.Inner"), embeds=["m/p.Inner"]),
                    named_type("m/p.Inner", method("M", "*m/p.Inner")),
                ],
                interfaces=[interface("m/p.I", ("M", "func()"))],
            )
        )
        assert calls_of(graph) == {("m.main", "(*m/p.Inner).M", "interface")}

    def test_a_type_held_by_value_is_made_with_its_owner(self) -> None:
        graph = build(
            program(
                main(interface_call("m/p.I", "M"), made=["m/p.Owner"]),
                function("(*m/p.Part).M", receiver="m/p.Part"),
                types=[
                    named_type("m/p.Owner", embeds=["m/p.Middle"]),
                    named_type("m/p.Middle", embeds=["m/p.Part"]),
                    named_type("m/p.Part", method("M", "*m/p.Part")),
                ],
                interfaces=[interface("m/p.I", ("M", "func()"))],
            )
        )
        assert calls_of(graph) == {("m.main", "(*m/p.Part).M", "interface")}

    def test_a_method_promoted_from_an_embedded_interface_stands_for_what_implements_that(self) -> None:
        graph = build(
            program(
                main(interface_call("m/p.Wide", "M"), made=["m/p.Wrapper", "m/p.T"]),
                function("(*m/p.T).M", receiver="m/p.T"),
                function("(*m/p.Wrapper).N", receiver="m/p.Wrapper"),
                types=[
                    named_type("m/p.Wrapper", method("M", "m/p.Narrow"), method("N", "*m/p.Wrapper")),
                    named_type("m/p.T", method("M", "*m/p.T")),
                ],
                interfaces=[
                    interface("m/p.Wide", ("M", "func()"), ("N", "func()")),
                    interface("m/p.Narrow", ("M", "func()")),
                ],
            )
        )
        assert calls_of(graph) == {("m.main", "(*m/p.T).M", "interface")}

    def test_two_wrappers_around_each_others_interface_come_to_an_end(self) -> None:
        graph = build(
            program(
                main(interface_call("m/p.I", "M"), made=["m/p.A", "m/p.B", "m/p.T"]),
                function("(*m/p.T).M", receiver="m/p.T"),
                types=[
                    named_type("m/p.A", method("M", "m/p.J")),
                    named_type("m/p.B", method("M", "m/p.I")),
                    named_type("m/p.T", method("M", "*m/p.T")),
                ],
                interfaces=[interface("m/p.I", ("M", "func()")), interface("m/p.J", ("M", "func()"))],
            )
        )
        assert calls_of(graph) == {("m.main", "(*m/p.T).M", "interface")}

    def test_exported_types_of_a_library_may_be_made_by_its_users(self) -> None:
        library = (
            function("m/p.Use", interface_call("m/p.I", "M"), exported=True),
            function("(*m/p.T).M", receiver="m/p.T"),
        )
        types = [named_type("m/p.T", method("M", "*m/p.T"), exported=True)]
        interfaces = [interface("m/p.I", ("M", "func()"))]
        graph = build(program(*library, types=types, interfaces=interfaces, mains=()))
        assert calls_of(graph) == {("m/p.Use", "(*m/p.T).M", "interface")}

    def test_arguments_reach_the_parameters_of_every_implementation(self) -> None:
        graph = build(
            program(
                main(
                    interface_call("m/p.I", "M", 7, receiver="m.main.i", args=["m.main.seen"]),
                    flows=[("m.main.out", "call@main.go:8$r0")],
                    made=["m/p.T", "m/p.U"],
                ),
                function("(*m/p.T).M", receiver="m/p.T", params=["(*m/p.T).M.m"]),
                function("(*m/p.U).M", receiver="m/p.U", params=[""]),
                types=[
                    named_type("m/p.T", method("M", "*m/p.T", "func(map[string]int) map[string]int")),
                    named_type("m/p.U", method("M", "*m/p.U", "func(map[string]int) map[string]int")),
                ],
                interfaces=[interface("m/p.I", ("M", "func(map[string]int) map[string]int"))],
            )
        )
        assert set(graph.flows) == {
            Flow("m.main.out", "call@main.go:8$r0"),
            Flow("(m/p.I).M$recv", "m.main.i"),
            Flow("(m/p.I).M$p0", "m.main.seen"),
            Flow("call@main.go:8$r0", "(m/p.I).M$r0"),
            Flow("(*m/p.T).M$recv", "(m/p.I).M$recv"),
            Flow("(*m/p.U).M$recv", "(m/p.I).M$recv"),
            Flow("(*m/p.T).M$p0", "(m/p.I).M$p0"),
            Flow("(*m/p.U).M$p0", "(m/p.I).M$p0"),
            Flow("(m/p.I).M$r0", "(*m/p.T).M$r0"),
            Flow("(m/p.I).M$r0", "(*m/p.U).M$r0"),
        }


class TestBinding:
    def test_arguments_and_results_of_a_static_call_are_bound_by_position(self) -> None:
        graph = build(
            program(
                main(call("m/p.f", 4, args=["", "m.main.m"]), flows=[("m.main.r", "call@main.go:5$r1")]),
                function("m/p.f", params=["m/p.f.a", "m/p.f.b"], signature="func(int, map[int]int) (int, map[int]int)"),
            )
        )
        assert set(graph.flows) == {
            Flow("m.main.r", "call@main.go:5$r1"),
            Flow("m/p.f$p1", "m.main.m"),
            Flow("call@main.go:5$r1", "m/p.f$r1"),
        }

    def test_a_variadic_parameter_takes_arguments_as_elements(self) -> None:
        signature = "func(string,[]map[int]int...)()"
        graph = build(
            program(
                main(call("m/p.f", 4, args=["", "m.main.a", "m.main.b"])),
                function("m/p.f", params=["m/p.f.s", "m/p.f.ms"], signature=signature),
            )
        )
        assert set(graph.flows) == {
            Flow("m/p.f$p1[]", "m.main.a"),
            Flow("m/p.f$p1", "m.main.a"),
            Flow("m/p.f$p1[]", "m.main.b"),
        }

    def test_a_callback_with_a_variadic_parameter_does_not_make_its_taker_variadic(self) -> None:
        graph = build(
            program(
                main(call("m/p.f", 4, args=["func:m/p.g"])),
                function("m/p.f", params=["m/p.f.g"], signature="func(func([]int...)())()"),
                function("m/p.g"),
            )
        )
        assert set(graph.flows) == {Flow("m/p.f$p0", "func:m/p.g")}

    def test_a_method_expression_takes_its_receiver_as_first_argument(self) -> None:
        graph = build(
            program(
                main(call("(*m/p.T).M", 4, args=["m.main.t", "m.main.x"])),
                function("(*m/p.T).M", receiver="m/p.T", params=["(*m/p.T).M.x"], signature="func(map[int]int)"),
            )
        )
        assert set(graph.flows) == {Flow("(*m/p.T).M$recv", "m.main.t"), Flow("(*m/p.T).M$p0", "m.main.x")}

    def test_the_receiver_of_a_method_is_bound(self) -> None:
        graph = build(
            program(main(call("(m/p.M).Add", receiver="m/p.V")), function("(m/p.M).Add", receiver="m/p.M", params=[""]))
        )
        assert graph.flows == (Flow("(m/p.M).Add$recv", "m/p.V"),)


def test_the_networkx_graph_has_every_function_and_every_call() -> None:
    graph = build(program(main(call("m/p.f", 3), call("m/p.f", 9)), function("m/p.f"), function("m/p.dead")))
    exported = to_networkx(graph)
    assert dict(exported.nodes(data="reachable")) == {"m.main": True, "m/p.dead": False, "m/p.f": True}
    assert sorted((u, v, d["kind"], d["pos"]) for u, v, d in exported.edges(data=True)) == [
        ("m.main", "m/p.f", "static", 3),
        ("m.main", "m/p.f", "static", 9),
    ]


def test_the_order_of_the_facts_does_not_change_the_graph() -> None:
    functions = (
        main(call("m/p.f", 3), value_call("m/p.hooks[]", 8), made=["m/p.T"]),
        function("m/p.f", flows=[("m/p.hooks[]", "func:m/p.g"), ("m/p.hooks[]", "func:m/p.h")]),
        function("m/p.g"),
        function("m/p.h"),
    )
    assert repr(build(program(*functions)).edges) == repr(build(program(*reversed(functions))).edges)
