"""Which programs serve, and which come to an end by themselves."""

from __future__ import annotations

import pytest

from callgraph_program import call, endless, function, interface, interface_call, main, method, named_type, program
from mapleak.callgraph.build import build
from mapleak.callgraph.model import CallGraph
from mapleak.callgraph.serving import listens
from mapleak.resolve.model import CallFact, FunctionFacts

WORK = function("m/internal/work.Do", package="m/internal/work", file="internal/work/work.go")
IMPORTS = {"m": ("m/internal/work",)}


LISTENER = interface("net.Listener", ("Accept", "func()(net.Conn, error)"))


def run(*calls: CallFact, others: tuple[FunctionFacts, ...] = ()) -> CallGraph:
    start = main(call("m/internal/work.Do", 99), *calls)
    return build(program(start, WORK, *others, imports=IMPORTS, interfaces=[LISTENER]))


def ends(graph: CallGraph, name: str = "m/internal/work.Do") -> bool:
    return name in graph.ending


class TestWhatServes:
    def test_a_program_that_works_something_off_ends(self) -> None:
        graph = run()
        assert graph.ending == {"m.main", "m/internal/work.Do"}

    @pytest.mark.parametrize(
        "serving",
        [
            call("net/http.ListenAndServe", 5),
            call("(*google.golang.org/grpc.Server).Serve", 5),
            call("(*github.com/gin-gonic/gin.Engine).Run", 5),
            interface_call("net.Listener", "Accept", 5),
        ],
    )
    def test_servers(self, serving: CallFact) -> None:
        assert not ends(run(serving))

    @pytest.mark.parametrize(
        "passing",
        [
            call("(*github.com/spf13/cobra.Command).Execute", 5),
            call("(*os/exec.Cmd).Run", 5),
            call("(*golang.org/x/sync/errgroup.Group).Wait", 5),
            call("(*net/http.Client).Do", 5),
        ],
    )
    def test_calls_that_come_back(self, passing: CallFact) -> None:
        assert ends(run(passing))

    def test_interfaces_of_a_package_without_functions_are_the_trees_own(self) -> None:
        """Their names tell nothing: what they do is seen."""
        waiting = interface_call("example.com/api.Waiter", "Wait", 5)
        waiter = interface("example.com/api.Waiter", ("Wait", "func()()"))
        own = {**IMPORTS, "m": ("m/internal/work", "example.com/api"), "example.com/api": ()}
        for imports, over in ((own, True), (IMPORTS, False)):
            start = main(call("m/internal/work.Do", 99), waiting)
            assert ends(build(program(start, WORK, imports=imports, interfaces=[waiter]))) is over

    def test_reading_messages_counts_in_a_loop(self) -> None:
        """One message may be all there is: a file that is decrypted, an answer; whoever reads on and on serves."""
        for of_call, of_reader, over in ((0, 0, True), (1, 0, False), (0, 1, False)):
            reading = call("(*example.com/mq.Reader).ReadMessage", 5, loop=of_call)
            reader = function("m.read", reading, package="m", file="main.go")
            assert ends(run(call("m.read", 5, loop=of_reader), others=(reader,))) is over

    def test_what_listens_in_a_goroutine_counts(self) -> None:
        serve = function("m.serve", call("net/http.Serve"), package="m", file="main.go")
        assert not ends(run(call("m.serve", 5, how="go"), others=(serve,)))

    @pytest.mark.parametrize(("how", "over"), [("call", False), ("go", True)])
    def test_a_loop_without_end_counts_on_the_programs_own_thread(self, how: str, over: bool) -> None:
        loop = function("m.loop", package="m", file="main.go", ending=endless())
        assert ends(run(call("m.loop", 5, how=how), others=(loop,))) is over

    @pytest.mark.parametrize(("ticking", "over"), [((call("time.NewTicker", 3),), False), ((), True)])
    def test_a_loop_that_can_be_stopped_counts_when_it_ticks(self, ticking: tuple[CallFact, ...], over: bool) -> None:
        """Without a tick it is one that receives the results of workers."""
        loop = function("m.loop", *ticking, package="m", file="main.go", ending=endless(kind="stoppable"))
        assert ends(run(call("m.loop", 5), others=(loop,))) is over


class TestWhoTakesPart:
    def test_one_program_that_serves_is_enough(self) -> None:
        server = function(
            "m/d.main", call("net/http.ListenAndServe", 5), call("m/internal/work.Do", 9), package="m/d", file="d/d.go"
        )
        tool = function("m/internal/work.Tool", package="m/internal/work", file="internal/work/tool.go")
        graph = build(
            program(
                main(call("m/internal/work.Do"), call("m/internal/work.Tool", 5)),
                *(server, WORK, tool),
                mains=("m", "m/d"),
                imports={**IMPORTS, "m/d": ("m/internal/work",)},
            )
        )
        assert graph.ending == {"m.main", "m/internal/work.Tool"}

    def test_a_program_does_not_contain_what_it_does_not_import(self) -> None:
        """The call of a function value may reach the server's package as well, but not in this program."""
        server = function("m/internal/web.Serve", call("net/http.Serve"), package="m/internal/web", file="web/web.go")
        hook = call("m.hook", 5, mode="value")
        flows = [("m.hook", "func:m/internal/web.Serve")]
        source = program(main(call("m/internal/work.Do"), hook), WORK, server, flows=flows, imports=IMPORTS)
        assert ends(build(source))
        contained = {"m": ("m/internal/work", "m/internal/web")}
        assert not ends(build(program(*source.functions, flows=flows, imports=contained)))

    def test_tests_are_no_programs(self) -> None:
        test = function("m/internal/work.TestDo", call("net/http.Serve"), file="internal/work/work_test.go")
        graph = run(others=(test,))
        assert ends(graph)
        assert "m/internal/work.TestDo" not in graph.ending

    def test_commands_are_runs_of_their_own(self) -> None:
        serve = function("m.serve", call("net/http.Serve"), call("m.handle", 7), package="m", file="main.go")
        convert = function("m.convert", call("m.parse"), package="m", file="main.go")
        field = "github.com/spf13/cobra.Command.RunE"
        graph = run(
            others=(
                *(serve, convert),
                function(
                    "m.init", package="m", file="main.go", flows=[(field, "func:m.serve"), (field, "func:m.convert")]
                ),
                function("m.handle", package="m", file="main.go"),
                function("m.parse", package="m", file="main.go"),
            )
        )
        assert {"m.convert", "m.parse", "m/internal/work.Do"} <= graph.ending
        assert not {"m.serve", "m.handle"} & graph.ending


class TestOutsidePrograms:
    """Packages that only tests are made of."""

    def graph(self, *imported: str) -> CallGraph:
        fake = "m/internal/fake"
        accept = function(f"(*{fake}.Conn).Accept", call(f"{fake}.note"), package=fake, receiver=f"{fake}.Conn")
        note = function(f"{fake}.note", package=fake)
        maker = function(f"{fake}.init", package=fake, made=[f"{fake}.Conn"])
        types = [named_type(f"{fake}.Conn", method("Accept", f"*{fake}.Conn", "func()(net.Conn, error)"))]
        start = main(interface_call("net.Listener", "Accept", 5))
        imports = {"m": imported}
        return build(program(start, *(accept, note, maker), types=types, interfaces=[LISTENER], imports=imports))

    def test_what_no_program_imports_does_not_run(self) -> None:
        assert self.graph().reachable == {"m.main"}

    def test_what_one_imports_does(self) -> None:
        assert "m/internal/fake.note" in self.graph("m/internal/fake").reachable


class TestImporters:
    def graph(
        self, *extra: FunctionFacts, package: str = "m/pkg/lib", mains: tuple[str, ...] = ("m/cmd/tool",)
    ) -> CallGraph:
        tool = function(f"{mains[0]}.main", call(f"{package}.Do"), package=mains[0], file="cmd/tool/main.go")
        do = function(f"{package}.Do", call(f"{package}.add"), exported=True, package=package, file="lib/lib.go")
        add = function(f"{package}.add", package=package, file="lib/lib.go")
        return build(program(tool, do, add, *extra, mains=mains, imports={mains[0]: (package,)}))

    def test_packages_of_a_programs_tree_are_there_for_it(self) -> None:
        graph = self.graph()
        assert graph.ending == {"m/cmd/tool.main"}
        assert graph.ending_here == {"m/pkg/lib.Do", "m/pkg/lib.add"}

    def test_a_library_at_the_root_is_there_for_others(self) -> None:
        root = function("m.New", exported=True, package="m", file="m.go")
        assert self.graph(root).ending_here == set()

    def test_an_example_says_nothing(self) -> None:
        assert self.graph(mains=("m/examples/tool",)).ending_here == set()

    def test_what_no_program_calls_is_there_for_others(self) -> None:
        other = function(
            "m/pkg/lib.Serve", call("m/pkg/lib.add"), exported=True, package="m/pkg/lib", file="lib/lib.go"
        )
        assert self.graph(other).ending_here == {"m/pkg/lib.Do"}

    def test_a_server_that_nothing_is_seen_to_start_makes_all_unclear(self) -> None:
        lost = function(
            "m/pkg/web.Serve", call("net/http.Serve"), exported=True, package="m/pkg/web", file="web/web.go"
        )
        assert self.graph(lost).ending_here == set()

    def test_packages_of_commands_have_no_importers(self) -> None:
        graph = self.graph(package="m/cmd/tool/options")
        assert graph.ending == {"m/cmd/tool.main", "m/cmd/tool/options.Do", "m/cmd/tool/options.add"}


@pytest.mark.parametrize(
    ("callee", "standard", "expected"),
    [
        ("(*net/http.Server).Serve", True, True),
        ("(*net/http.Client).Do", True, False),
        ("net/textproto.ReadMessage", True, False),
        ("(*example.com/mq.Reader).ReadMessage", False, True),
        ("(*example.com/mq.Reader).Reset", False, False),
        ("(*example.com/web.Engine).Run", False, True),
        ("example.com/lint.Run", False, False),
        ("(*example.com/par.WaitGroup).Wait", False, False),
        ("(*example.com/redis.Tx).Watch", False, False),
        ("(*example.com/pace.Bucket).Wait", False, False),
        ("(*example.com/page.Template).Execute", False, False),
        ("(*example.com/sql.Conn).Execute", False, False),
        ("(*example.com/chart.Install).RunWithContext", False, False),
        ("example.com/run.SetupSignalHandler", False, True),
        ("example.com/run.SetupLogHandler", False, False),
        ("github.com/spf13/cobra.Execute", False, False),
    ],
)
def test_functions_that_listen(callee: str, standard: bool, expected: bool) -> None:
    assert listens(callee, standard, in_command=False) is expected


def test_a_command_may_hand_itself_over_to_a_function() -> None:
    assert listens("example.com/web.Run", standard=False, in_command=True)
    assert listens("(*example.com/web.App).Execute", standard=False, in_command=True)
