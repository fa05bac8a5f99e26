"""Goroutines: whether they end, and which maps they hold or grow."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from mapleak.maps.model import Goroutine, GoroutineEnd
from mapleak.resolve.model import Ending, GoFact, Held, MapOp, Variable
from maps_facts import ENDS, FILE, PACKAGE, World, endless, key, stoppable

F = f"{PACKAGE}.F"
G = f"{PACKAGE}.G"
BODY = f"{F}$1"
MAKE = f"make@{FILE}:5"


@dataclass
class Started:
    """F starts the literal BODY, which captures F's local m."""

    world: World = field(default_factory=World)
    ending: Ending = ENDS
    waited: str = ""
    held: bool = False
    ops: tuple[MapOp, ...] = ()
    loop: int = 0
    startup: bool = False

    def local(self) -> Variable:
        return self.world.local(F, "m")

    def goroutine(self) -> Goroutine:
        world = self.world
        m = self.local()
        call = world.call(BODY, how="go")
        go = GoFact(call.pos, call.end, 0, world.position + 20, self.waited, (m.node,), (), self.loop)
        root = "main" if self.startup else "exported"
        world.function(
            F, calls=(call,), flows=((m.node, MAKE),), variables=(m,), gos=(go,), root=root, startup=self.startup
        )
        assert world.position + 10 == go.closure_pos
        held = (Held(m.node, "captured", 710, 711, 700, 705, "receive from c"),) if self.held else ()
        world.function(BODY, ops=self.ops, parent=F, ending=self.ending, held=held)
        (found,) = world.model().goroutines
        return found


def start_literal(world: World) -> None:
    """F makes a map m and starts the literal BODY, which must be there already and captures it."""
    (body,) = (function for function in world.functions if function.name == BODY)
    m = world.local(F, "m")
    call = world.call(BODY, how="go")
    go = GoFact(call.pos, call.end, 0, body.pos, "", (m.node,), (), 0)
    world.function(F, calls=(call,), flows=((m.node, MAKE),), variables=(m,), gos=(go,))


def test_a_literal_is_the_body() -> None:
    found = Started().goroutine()
    assert (found.function, found.body, found.closure is not None) == (F, BODY, True)
    assert (found.startup_only, found.reachable, found.in_test) == (False, True, False)


@pytest.mark.parametrize(
    ("ending", "waited", "expected"),
    [
        (ENDS, "", GoroutineEnd.ENDS),
        (stoppable(), "", GoroutineEnd.STOPPABLE),
        (endless(), "", GoroutineEnd.ENDLESS),
        (endless(), "sync.WaitGroup.Wait", GoroutineEnd.WAITED),
    ],
)
def test_ends(ending: Ending, waited: str, expected: GoroutineEnd) -> None:
    """What the body says, unless the starter waits for it."""
    found = Started(ending=ending, waited=waited).goroutine()
    assert (found.end, found.end_reason) == (expected, waited or ending.reason)


def test_a_body_that_ends_in_an_endless_call() -> None:
    """``go func() { prepare(); loop() }()``."""
    world = World()
    world.function(G, ending=endless(), root="")
    world.function(BODY, parent=F, calls=(world.call("lib.Prepare"), world.call(G)))
    start_literal(world)
    (found,) = world.model().goroutines
    assert (found.end, found.end_reason) == (GoroutineEnd.ENDLESS, "it calls p.G last: a loop without a way out")


def test_a_call_that_may_run_several_functions() -> None:
    """``go handler.Run()``: unknown when some end and others do not, and when none is known."""
    for endings, expected in (
        ((endless(), endless()), GoroutineEnd.ENDLESS),
        ((endless(), ENDS), GoroutineEnd.UNKNOWN),
        ((), GoroutineEnd.UNKNOWN),
    ):
        world = World()
        call = world.call("p.Runner", mode="interface", method="Run", how="go")
        world.function(F, calls=(call,), gos=(GoFact(call.pos, call.end, 0, -1, "", (), (), 0),))
        for number, ending in enumerate(endings):
            world.function(f"{PACKAGE}.run{number}", ending=ending, root="")
            world.edge(F, f"{PACKAGE}.run{number}", kind="go", pos=call.pos)
        (found,) = world.model().goroutines
        assert found.end is expected


def test_held_is_a_use_after_a_wait() -> None:
    """A map that is only used before the wait is not kept alive by it."""
    (capture,) = Started(ending=stoppable(), held=True).goroutine().captures
    assert (capture.map, capture.how, capture.held, capture.wait_text) == (
        f"{F}.m",
        "captured",
        True,
        "receive from c",
    )
    assert capture.wait is not None
    (capture,) = Started(ending=stoppable()).goroutine().captures
    assert (capture.held, capture.held_by, capture.wait) == (False, None, None)


def test_a_map_that_is_passed_is_held_by_the_parameter() -> None:
    """``go worker(m)``, where worker uses its parameter in a loop around a wait."""
    world = World()
    m = world.local(F, "m")
    param = world.local(G, "p", "param")
    call = world.call(G, m.node, how="go")
    go = GoFact(call.pos, call.end, 0, -1, "", (), (m.node,), 0)
    flows = ((m.node, MAKE), (f"{G}$p0", m.node))
    world.function(F, calls=(call,), flows=flows, variables=(m,), gos=(go,))
    held = (Held(param.node, "param", 710, 711, 700, 705, "select"),)
    world.function(G, flows=((param.node, f"{G}$p0"),), variables=(param,), held=held, ending=stoppable(), root="")
    (found,) = world.model().goroutines
    (capture,) = found.captures
    assert (found.body, capture.map, capture.how, capture.held) == (G, m.node, "argument", True)


def test_a_map_that_a_called_function_holds() -> None:
    """``go func() { worker(m) }()``."""
    world = World()
    param = world.local(G, "p", "param")
    world.function(BODY, parent=F, calls=(world.call(G, f"{F}.m"),), flows=((f"{G}$p0", f"{F}.m"),))
    held = (Held(param.node, "param", 710, 711, 700, 705, "select"),)
    world.function(G, flows=((param.node, f"{G}$p0"),), variables=(param,), held=held, root="")
    start_literal(world)
    ((capture,),) = (found.captures for found in world.model().goroutines)
    assert capture.held


def test_a_map_that_is_made_in_the_argument() -> None:
    """``go count(map[string]int{}, messages)``: the map has no name but the parameter's."""
    world = World()
    param = world.local(G, "counts", "param")
    call = world.call(G, MAKE, how="go")
    go = GoFact(call.pos, call.end, 0, -1, "", (), (MAKE,), 0)
    world.function(F, calls=(call,), flows=((f"{G}$p0", MAKE),), gos=(go,))
    ops = (world.op(param.node, key_=key("call")),)
    world.function(G, ops=ops, flows=((param.node, f"{G}$p0"),), variables=(param,), ending=endless(), root="")
    ((capture,),) = (found.captures for found in world.model().goroutines)
    assert (capture.map, len(capture.grows)) == (param.node, 1)


def test_a_closure_in_a_variable() -> None:
    """``loop := func() { … m … }; go loop()``."""
    world = World()
    m = world.local(F, "m")
    held = (Held(m.node, "captured", 710, 711, 700, 705, "select"),)
    world.function(BODY, parent=F, held=held, ending=endless())
    call = world.call(f"{F}.loop", mode="value", how="go")
    go = GoFact(call.pos, call.end, 0, -1, "", (), (), 0)
    world.function(F, calls=(call,), flows=((m.node, MAKE),), variables=(m,), gos=(go,))
    world.edge(F, BODY, kind="go", pos=call.pos)
    ((capture,),) = (found.captures for found in world.model().goroutines)
    assert (capture.map, capture.how, capture.held) == (m.node, "captured", True)


def test_a_parameter_that_only_a_goroutine_uses() -> None:
    """``func Watch(labels map[string]string) { go watch(labels) }``: nothing operates on it, but it is held."""
    world = World()
    labels = world.local(F, "labels", "param")
    call = world.call(G, labels.node, how="go")
    go = GoFact(call.pos, call.end, 0, -1, "", (), (labels.node,), 0)
    world.function(F, calls=(call,), variables=(labels,), gos=(go,), flows=((labels.node, f"{F}$p0"),))
    world.function(G, root="")
    ((capture,),) = (found.captures for found in world.model().goroutines)
    assert capture.map == labels.node


def test_a_captured_alias_stands_for_its_map() -> None:
    """``m := s.peers; go func() { … m … }()``."""
    world = World()
    peers = world.field_("Server", "peers")
    m = world.local(F, "m")
    call = world.call(BODY, how="go")
    go = GoFact(call.pos, call.end, 0, call.pos + 20, "", (m.node,), (), 0)
    world.function(F, calls=(call,), flows=((m.node, peers),), variables=(m,), gos=(go,))
    world.function(BODY, parent=F)
    (found,) = world.model().goroutines
    assert [capture.map for capture in found.captures] == [peers]


def test_growth_inside_the_endless_loop() -> None:
    """An insertion before the loop, and one with a few keys, are not growth of the goroutine."""
    world = World()
    node = f"{F}.m"
    ops = (
        world.op(node, key_=key("call"), pos=100),
        world.op(node, key_=key("call"), pos=300),
        world.op(node, key_=key("constant"), pos=310),
    )
    (capture,) = Started(world=world, ops=ops, ending=endless(200, 400)).goroutine().captures
    assert [op.location.column for op in capture.grows] == [301]
    assert not capture.emptied


def test_growth_in_a_function_that_the_loop_calls() -> None:
    """``for x := range c { add(m, x) }``."""
    for inside in (True, False):
        world = World()
        param = world.local(G, "p", "param")
        add = world.call(G, f"{F}.m")
        loop = endless(add.pos - 5, add.pos + 5) if inside else endless(add.pos + 5, add.pos + 9)
        world.function(BODY, parent=F, calls=(add,), flows=((f"{G}$p0", f"{F}.m"),), ending=loop)
        ops = (world.op(param.node, key_=key("call")),)
        world.function(G, ops=ops, flows=((param.node, f"{G}$p0"),), variables=(param,), root="")
        start_literal(world)
        ((capture,),) = (found.captures for found in world.model().goroutines)
        assert len(capture.grows) == int(inside)


def test_emptied_anywhere() -> None:
    """A removal inside the goroutine, and one by the place the map is stored in as well."""
    world = World()
    (capture,) = Started(world=world, ops=(world.op(f"{F}.m", "remove"),)).goroutine().captures
    assert capture.emptied
    world = World()
    place = world.var("shared")
    world.function(G, ops=(world.op(place, "remove"),), flows=((place, f"{F}.m"),))
    (capture,) = Started(world=world).goroutine().captures
    assert capture.emptied


@pytest.mark.parametrize(("loop", "expected"), [(0, True), (1, False)])
def test_started_once(loop: int, expected: bool) -> None:
    """A go statement of main, outside loops."""
    assert Started(startup=True, loop=loop).goroutine().startup_only is expected


@pytest.mark.parametrize(("loop", "expected"), [(0, True), (1, False)])
def test_started_once_by_this_tree(loop: int, expected: bool) -> None:
    """A go statement of an exported function that this tree's own program only calls at start-up."""
    assert Started(world=World(startup_here={F}), loop=loop).goroutine().startup_only is expected


@pytest.mark.parametrize(
    ("root", "made", "held"), [("callback", True, True), ("exported", True, False), ("callback", False, False)]
)
def test_a_method_holds_the_maps_of_an_object_made_for_it(root: str, made: bool, held: bool) -> None:
    """``c := &conn{…}; go c.loop()`` in a handler; not in a library's constructor, and not for an object handed in."""
    world = World()
    node = world.field_("conn", "m")
    method = f"(*{PACKAGE}.conn).loop"
    fact = Held(node, "param", 710, 711, 700, 705, "time.Sleep")
    world.function(method, receiver=f"{PACKAGE}.conn", held=(fact,), ending=endless(), root="")
    call = world.call(method, how="go", receiver=f"{F}.c")
    go = GoFact(call.pos, call.end, 0, -1, "", (), (), 0)
    world.function(F, calls=(call,), gos=(go,), made=(f"{PACKAGE}.conn",) if made else (), root=root)
    (found,) = world.model().goroutines
    assert [(capture.map, capture.held) for capture in found.captures] == ([(node, True)] if held else [])
