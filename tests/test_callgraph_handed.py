"""Functions that leave the tree as values or as methods: what becomes of them outside, and how often."""

from __future__ import annotations

import pytest

from callgraph_program import (
    call,
    function,
    interface,
    interface_call,
    main,
    method,
    named_type,
    program,
    value_call,
)
from mapleak.callgraph.build import build
from mapleak.callgraph.model import CallGraph, Root


def repeating(graph: CallGraph) -> set[str]:
    return set(graph.reachable - graph.startup_only)


class TestHanded:
    def test_a_handler_handed_to_the_outside_is_a_root_that_repeats(self) -> None:
        graph = build(
            program(
                main(call("net/http.HandleFunc", args=["", "func:m/p.h"])),
                function("m/p.h", call("m/p.f")),
                function("m/p.f"),
            )
        )
        assert graph.roots["m/p.h"] == Root("m/p.h", "callback", "handed to net/http.HandleFunc", True, awaited=True)
        assert repeating(graph) == {"m/p.h", "m/p.f"}
        assert graph.entry["m/p.f"] == "m/p.h"

    def test_an_exported_handler_that_a_program_registers_is_not_there_for_importers(self) -> None:
        handler = "func(net/http.ResponseWriter,*net/http.Request)()"
        shown = function("m.Shown", package="m", exported=True, signature=handler)
        registers = main(call("net/http.HandleFunc", args=["", "func:m.Shown"]))
        graph = build(program(registers, shown))
        assert graph.roots["m.Shown"] == Root(
            "m.Shown", "callback", "handed to net/http.HandleFunc", True, awaited=True
        )
        assert not graph.unwired

    def test_a_handler_handles_requests_wherever_its_value_goes(self) -> None:
        """``logged(http.HandlerFunc(h))``: what takes an http.Handler is given what no function is seen behind."""
        handler = "func(net/http.ResponseWriter,*net/http.Request)()"
        handlers = [function("m/p.h", call("m/p.f"), signature=handler), function("m/p.other", call("m/p.g"))]
        wrap = call("m/p.logged", args=["func:m/p.h"]), call("m/p.logged", args=["func:m/p.other"])
        graph = build(program(main(*wrap), function("m/p.logged"), *handlers, function("m/p.f"), function("m/p.g")))
        assert graph.roots["m/p.h"] == Root("m/p.h", "callback", "it handles requests, where its value goes", True)
        assert repeating(graph) == {"m/p.h", "m/p.f"}

    def test_only_where_the_code_that_hands_it_over_is_reached(self) -> None:
        dead = function("m/p.dead", call("net/http.HandleFunc", args=["", "func:m/p.h"]))
        graph = build(program(main(), dead, function("m/p.h")))
        assert set(graph.roots) == graph.reachable == {"m.main"}

    def test_a_handler_registered_by_a_handler(self) -> None:
        graph = build(
            program(
                main(call("net/http.HandleFunc", args=["", "func:m/p.a"])),
                function("m/p.a", call("net/http.HandleFunc", args=["", "func:m/p.b"])),
                function("m/p.b"),
            )
        )
        assert repeating(graph) == {"m/p.a", "m/p.b"}

    @pytest.mark.parametrize(
        "name", ["x/bus.Subscribe", "(*x/r.Router).OnConnect", "x/r.AddEventHandler", "(x/r.R).GET"]
    )
    def test_a_name_that_says_registration_is_believed(self, name: str) -> None:
        graph = build(program(main(call(name, args=["func:m/p.h"])), function("m/p.h")))
        assert graph.roots["m/p.h"] == Root("m/p.h", "callback", f"handed to {name}", True, awaited=True)

    @pytest.mark.parametrize("name", ["x/y.Once", "x/y.Each", "x/y.Transform", "x/y.GetOrCreate", "x/y.User"])
    def test_any_other_name_runs_it_as_often_as_its_caller(self, name: str) -> None:
        graph = build(
            program(
                main(call(name, args=["func:m/p.f"])),
                function("m/p.Use", call(name, args=["func:m/p.g"]), exported=True),
                function("m/p.f"),
                function("m/p.g"),
            )
        )
        assert graph.startup_only == {"m.main", "m/p.f"}
        assert graph.entry["m/p.g"] == "m/p.Use"
        assert graph.edges == ()

    def test_a_handlers_shape_is_known_whatever_takes_it(self) -> None:
        signature = "func(net/http.ResponseWriter,*net/http.Request)()"
        graph = build(program(main(call("x/mw.Wrap", args=["func:m/p.h"])), function("m/p.h", signature=signature)))
        assert repeating(graph) == {"m/p.h"}

    def test_a_synchronous_callee_calls_its_callback_as_often_as_it_is_called(self) -> None:
        graph = build(program(main(call("sort.Slice", 7, args=["", "func:m/p.less"])), function("m/p.less")))
        assert [(e.callee, e.kind, e.pos) for e in graph.callees["m.main"]] == [("m/p.less", "value", 7)]
        assert "m/p.less" in graph.startup_only
        assert set(graph.roots) == {"m.main"}

    @pytest.mark.parametrize(
        "name", ["time.AfterFunc", "(*sync.WaitGroup).Go", "(*golang.org/x/sync/errgroup.Group).Go"]
    )
    def test_what_starts_a_goroutine_makes_a_go_edge(self, name: str) -> None:
        graph = build(program(main(call(name, args=["func:m/p.f"])), function("m/p.f")))
        assert [(e.callee, e.kind, e.mode) for e in graph.edges] == [("m/p.f", "go", "value")]
        assert "m/p.f" in graph.startup_only

    def test_functions_inside_a_container_are_handed_over_with_it(self) -> None:
        graph = build(
            program(
                main(call("(*text/template.Template).Funcs", args=["m/p.funcs"])),
                function("m/p.f"),
                flows=[("m/p.funcs[]", "func:m/p.f")],
            )
        )
        assert graph.roots["m/p.f"].repeats

    def test_a_function_handed_to_an_interface_that_nothing_here_implements(self) -> None:
        graph = build(
            program(
                main(interface_call("x/r.Router", "HandleFunc", args=["", "func:m/p.h"])),
                function("m/p.h"),
                interfaces=[interface("x/r.Router", ("HandleFunc", "func(string, func())"))],
            )
        )
        assert graph.roots["m/p.h"] == Root(
            "m/p.h", "callback", "handed to (x/r.Router).HandleFunc", True, awaited=True
        )

    def test_an_interface_from_elsewhere_may_have_other_implementations(self) -> None:
        router = named_type("m/p.Fake", method("HandleFunc", "*m/p.Fake", "func(func())()"))
        graph = build(
            program(
                main(interface_call("x/r.Router", "HandleFunc", args=["func:m/p.h"]), made=["m/p.Fake"]),
                function("m/p.h"),
                function("(*m/p.Fake).HandleFunc", receiver="m/p.Fake", params=[""]),
                types=[router],
                interfaces=[interface("x/r.Router", ("HandleFunc", "func(func())()"))],
            )
        )
        assert [edge.callee for edge in graph.edges] == ["(*m/p.Fake).HandleFunc"]
        assert graph.roots["m/p.h"] == Root(
            "m/p.h", "callback", "handed to (x/r.Router).HandleFunc", True, awaited=True
        )

    def test_an_interface_of_the_tree_has_the_implementations_seen(self) -> None:
        router = named_type("m/p.Mux", method("HandleFunc", "*m/p.Mux", "func(func())()"))
        graph = build(
            program(
                main(interface_call("m/p.Router", "HandleFunc", args=["func:m/p.h"]), made=["m/p.Mux"]),
                function("m/p.h"),
                function("(*m/p.Mux).HandleFunc", receiver="m/p.Mux", params=[""]),
                types=[router],
                interfaces=[interface("m/p.Router", ("HandleFunc", "func(func())()"))],
            )
        )
        assert "m/p.h" in graph.startup_only

    def test_a_field_of_a_type_outside_the_tree_hands_over_what_is_stored_in_it(self) -> None:
        graph = build(
            program(
                main(
                    flows=[
                        ("net/http.Server.ConnState", "func:m/p.state"),
                        ("github.com/spf13/cobra.Command.RunE", "func:m/p.run"),
                        ("gopkg.in/x.v3.Client.OnEvent", "func:m/p.event"),
                        ("m/p.T.f", "func:m/p.own"),
                    ]
                ),
                *(function(f"m/p.{name}") for name in ("state", "run", "event", "own")),
            )
        )
        assert graph.roots["m/p.state"].reason == "stored in net/http.Server.ConnState"
        assert repeating(graph) == {"m/p.state", "m/p.event"}
        assert graph.startup_only == {"m.main", "m/p.run", "m/p.own"}


class TestMentioned:
    def test_a_closure_whose_value_is_not_followed_runs_as_often_as_the_function_around_it(self) -> None:
        graph = build(
            program(
                main(),
                function("m.main$1", parent="m.main", package="m"),
                function("m/p.Serve", exported=True),
                function("m/p.Serve$1", parent="m/p.Serve"),
                function("m/p.dead"),
                function("m/p.dead$1", parent="m/p.dead"),
            )
        )
        assert graph.startup_only == {"m.main", "m.main$1"}
        assert repeating(graph) == {"m/p.Serve", "m/p.Serve$1"}
        assert graph.edges == ()

    def test_a_closure_that_is_followed_runs_only_where_it_is_called(self) -> None:
        graph = build(
            program(
                main(flows=[("m/p.hook", "func:m.main$1")]),
                function("m.main$1", parent="m.main", package="m"),
                function("m/p.dead", value_call("m/p.hook")),
            )
        )
        assert graph.reachable == {"m.main"}

    def test_a_function_in_a_package_variable_that_nothing_here_calls_may_still_run(self) -> None:
        graph = build(program(main(), function("m/p.f"), flows=[("m/p.Hook", "func:m/p.f")]))
        assert graph.startup_only == {"m.main", "m/p.init", "m/p.f"}


class TestCalledBack:
    def served(self, name: str, signature: str, *, embeds: tuple[str, ...] = ()) -> CallGraph:
        return build(
            program(
                main(made=["m/p.T"]),
                function(f"(*m/p.T).{name}", receiver="m/p.T"),
                types=[named_type("m/p.T", method(name, "*m/p.T", signature), embeds=embeds)],
            )
        )

    def test_a_handler_type_serves_again_and_again_once_it_is_made(self) -> None:
        graph = self.served("ServeHTTP", "func(net/http.ResponseWriter,*net/http.Request)()")
        expected = Root("(*m/p.T).ServeHTTP", "callback", "called through net/http.Handler", True, awaited=True)
        assert graph.roots["(*m/p.T).ServeHTTP"] == expected

    def test_a_method_of_the_same_name_but_another_shape_is_not_called_back(self) -> None:
        assert "(*m/p.T).ServeHTTP" not in self.served("ServeHTTP", "func(int)").reachable

    @pytest.mark.parametrize("parameters", ["context.Context,m/p.Task", "sigs.k8s.io/controller-runtime.Request"])
    def test_reconcilers_run_at_events_with_a_context_or_in_their_older_form(self, parameters: str) -> None:
        name = "(*m/p.T).Reconcile"
        assert self.served("Reconcile", f"func({parameters})(m/p.Result,error)").roots[name].repeats
        assert name not in self.served("Reconcile", "func(m/p.Task)(error)").reachable

    def test_a_plain_method_is_reached_but_no_more_often_than_its_type_is_made(self) -> None:
        graph = self.served("MarshalJSON", "func()([]uint8,error)")
        assert "(*m/p.T).MarshalJSON" in graph.startup_only
        assert graph.entry["(*m/p.T).MarshalJSON"] == "m.main"

    @pytest.mark.parametrize(
        ("name", "signature"),
        [
            ("Serve", "func(context.Context)(error)"),  # a supervisor's
            ("Start", "func(context.Context)(error)"),
            ("Run", "func()(error)"),  # a command's, which a library finds by reflection
            ("Run", "func(*m/p.Globals)(error)"),
            ("Execute", "func([]string)(error)"),
        ],
    )
    def test_work_that_a_library_begins_runs_once_for_each_object(self, name: str, signature: str) -> None:
        graph = self.served(name, signature)
        assert f"(*m/p.T).{name}" in graph.startup_only
        assert f"(*m/p.T).{name}" not in self.served(name, "func(int)()").reachable

    def test_a_type_that_only_dead_code_makes_is_not_called_back(self) -> None:
        graph = build(
            program(
                main(),
                function("m/p.dead", made=["m/p.T"]),
                function("(*m/p.T).String", receiver="m/p.T"),
                types=[named_type("m/p.T", method("String", "*m/p.T", "func() string"))],
            )
        )
        assert graph.reachable == {"m.main"}

    def test_an_interface_of_the_tree_is_called_where_the_calls_are_seen(self) -> None:
        graph = build(
            program(
                main(made=["m/p.T"]),
                function("fmt.Fprint", package="fmt", file="fmt/print.go"),
                function("(*m/p.T).String", receiver="m/p.T"),
                types=[named_type("m/p.T", method("String", "*m/p.T", "func() string"))],
            )
        )
        assert "(*m/p.T).String" not in graph.reachable

    def test_an_rpc_service_serves_again_and_again(self) -> None:
        graph = build(
            program(
                main(made=["m/p.T"]),
                function("(*m/p.T).Get", receiver="m/p.T"),
                *(function(f"(*m/p.T).{name}", receiver="m/p.T") for name in ("load", "Put", "Name")),
                types=[
                    named_type(
                        "m/p.T",
                        method("Get", "*m/p.T", "func(context.Context, *x/pb.Req) (*x/pb.Resp, error)"),
                        method("load", "*m/p.T"),
                        method("Put", "*m/p.T", "func(string) error"),
                        method("Name", "*m/p.T", "func() string"),
                        embeds=["x/pb.UnimplementedShopServer"],
                    )
                ],
            )
        )
        assert repeating(graph) == {"(*m/p.T).Get"}
        assert "(*m/p.T).load" not in graph.reachable
