"""What goroutines go on for, and the maps of their own that last as long."""

from __future__ import annotations

import msgspec
import pytest

from mapleak.maps.model import CapturedMap, Goroutine, Lifetime
from mapleak.model import Certainty
from mapleak.resolve.model import Ending, GoFact
from maps_facts import ENDS, FILE, PACKAGE, World, endless, key, stoppable

F, G = f"{PACKAGE}.F", f"{PACKAGE}.G"
METHOD = f"(*{PACKAGE}.T).loop"


def started(world: World, body: str = G, *, ending: Ending = ENDS, stopped: str = "", startup: bool = False) -> None:
    """F starts a goroutine that runs ``body``."""
    call = world.call(body, how="go")
    go = GoFact(call.pos, call.end, 0, -1, "", (), (), 0, stopped)
    world.function(F, calls=(call,), gos=(go,), ending=ending, startup=startup, root="main" if startup else "callback")


def own(world: World, *, ending: Ending, at: int, fills: int) -> tuple[Goroutine, CapturedMap | None, Lifetime]:
    """G runs in a goroutine and has a local declared at ``at`` that it fills at ``fills``."""
    world.position = at - 10
    m = world.local(G, "m")
    op = world.op(m.node, key_=key("call"), pos=fills)
    world.function(G, ops=(op,), variables=(m,), flows=((m.node, f"make@{FILE}:5"),), ending=ending, root="")
    started(world)
    model = world.model()
    (found,) = model.goroutines
    lifetime = next(subject.lifetime for subject in model.maps if subject.name == m.node)
    return found, next(iter(found.captures), None), lifetime


def test_a_local_before_the_loop_lasts_as_long_as_the_goroutine() -> None:
    """Its insertions in the loop are what the goroutine grows it by."""
    found, capture, lifetime = own(World(), ending=endless(200, 300), at=100, fills=250)
    assert capture is not None
    assert (capture.how, len(capture.grows), capture.held) == ("own", 1, False)
    assert (found.repeats, lifetime) == (True, Lifetime.GOROUTINE)


@pytest.mark.parametrize(
    ("ending", "at", "fills"),
    [(endless(200, 300), 210, 250), (endless(200, 300), 100, 150), (ENDS, 100, 250)],
    ids=["made anew every round", "filled before the loop", "no loop"],
)
def test_other_locals_die_with_their_call(ending: Ending, at: int, fills: int) -> None:
    """Nothing is said of them."""
    _, capture, lifetime = own(World(), ending=ending, at=at, fills=fills)
    assert (capture, lifetime) == (None, Lifetime.CALL)


def test_what_is_called_last_goes_on_for_the_goroutine() -> None:
    """``go func() { …; tally() }()``: tally's own map."""
    world = World()
    m = world.local(F + "2", "m")
    op = world.op(m.node, key_=key("call"))
    flows = ((m.node, f"make@{FILE}:5"),)
    loop = endless(op.pos - 1, op.end)
    world.function(F + "2", ops=(op,), variables=(m,), flows=flows, ending=loop, root="")
    world.function(G, calls=(world.call(F + "2"),), root="")
    started(world)
    ((capture,),) = (found.captures for found in world.model().goroutines)
    assert (capture.map, len(capture.grows)) == (m.node, 1)


class TestServes:
    """Why a goroutine that can be stopped goes on for long."""

    def test_the_object_whose_method_it_runs(self) -> None:
        """One that lives as long as the process."""
        world = World()
        world.type("T", methods=("Close",), mutex=True)
        world.function(METHOD, receiver=f"{PACKAGE}.T", ending=stoppable(), root="")
        started(world, METHOD)
        (found,) = world.model().goroutines
        assert found.serves.startswith("it serves p.T: ")
        assert found.serves_certainty is Certainty.LIKELY

    def test_a_plain_function_serves_nothing_known(self) -> None:
        """Whoever has its context decides."""
        world = World()
        world.function(G, ending=stoppable(), root="")
        started(world)
        (found,) = world.model().goroutines
        assert (found.serves, found.serves_certainty) == ("", Certainty.UNKNOWN)

    def test_one_for_each_connection(self) -> None:
        """A go statement in a loop without end."""
        world = World()
        world.function(G, ending=stoppable(), root="")
        started(world, ending=endless())
        (found,) = world.model().goroutines
        assert found.serves == "p.F starts one again and again"

    @pytest.mark.parametrize(
        ("ending", "startup", "serves"),
        [(ENDS, False, False), (endless(1, 2), False, True), (ENDS, True, True)],
        ids=["one call", "a starter that goes on itself", "start-up"],
    )
    def test_its_starter_stops_it(self, ending: Ending, startup: bool, serves: bool) -> None:
        """Then it lives as long as the starter's call."""
        world = World()
        world.type("T", methods=("Close",), mutex=True)
        world.function(METHOD, receiver=f"{PACKAGE}.T", ending=stoppable(), root="")
        started(world, METHOD, ending=ending, stopped="cancels its context", startup=startup)
        (found,) = world.model().goroutines
        assert bool(found.serves) is serves

    @pytest.mark.parametrize(("starter", "serves"), [("Run", True), ("Find", False)])
    def test_its_starter_waits_for_it(self, starter: str, serves: bool) -> None:
        """Then it goes on for long only if the starter is what the object spends its life in."""
        world = World()
        owner = world.type("T", methods=("Close",), mutex=True)
        world.function(METHOD, receiver=owner, ending=stoppable(), root="")
        call = world.call(METHOD, how="go")
        go = GoFact(call.pos, call.end, 0, -1, "group.Wait", (), (), 0)
        world.function(f"(*{owner}).{starter}", receiver=owner, calls=(call,), gos=(go,))
        (found,) = world.model().goroutines
        assert bool(found.serves) is serves

    def test_a_function_handed_to_a_group(self) -> None:
        """``group.Go(work)``: work is what runs, not the method Go."""
        world = World()
        world.function(G, ending=stoppable(), root="")
        call = world.call("(*sync.WaitGroup).Go", f"func:{G}")
        go = GoFact(call.pos, call.end, 0, -1, "", (), (), 0)
        world.function(F, calls=(call,), gos=(go,), root="callback")
        (found,) = world.model().goroutines
        assert found.body == G

    @pytest.mark.parametrize(("place", "serves"), [(True, True), (False, False)])
    def test_a_stage_of_a_pipeline(self, place: bool, serves: bool) -> None:
        """It ends with a channel of its starter's; one that the object keeps stays open as long as that lives."""
        world = World()
        world.type("T", methods=("Close",), mutex=True)
        channel = world.field_("T", "in", type_="chan int") if place else f"{F}.in"
        loop = Ending("stoppable", "ends when in is closed", 0, 10_000, channel)
        world.function(METHOD, receiver=f"{PACKAGE}.T", ending=loop, root="")
        started(world, METHOD)
        (found,) = world.model().goroutines
        assert bool(found.serves) is serves


class TestStanding:
    """Functions that are called, not started, and go on all the same."""

    def standing(self, world: World, name: str = F, *, ending: Ending | None = None, **options: object) -> list[str]:
        """Why each function of the program goes on; ``name`` waits for events and fills a map of its own."""
        m = world.local(name, "m")
        op = world.op(m.node, key_=key("call"))
        loop = ending or stoppable(op.pos - 1, op.end)
        flows = ((m.node, f"make@{FILE}:5"),)
        world.function(name, ops=(op,), variables=(m,), flows=flows, ending=loop, **options)  # type: ignore[arg-type]
        world.functions[-1] = msgspec.structs.replace(world.functions[-1], waits=True)
        model = world.model()
        (subject,) = model.maps
        assert (subject.lifetime is not Lifetime.CALL) == bool(model.goroutines)
        assert all(not found.started and found.function == name for found in model.goroutines)
        return [found.serves for found in model.goroutines]

    def test_no_way_out(self) -> None:
        """Whoever calls it."""
        world = World()
        assert self.standing(world, ending=endless(115, 10_000)) == ["its loop has no way out"]

    def test_called_at_start_up(self) -> None:
        """The program serves in it."""
        (why,) = self.standing(World(), root="main", startup=True)
        assert why == "only start-up code calls p.F, and waits in it"

    @pytest.mark.parametrize(("method", "lives", "found"), [("Run", True, 1), ("Run", False, 0), ("Find", True, 0)])
    def test_the_work_of_a_lasting_object(self, method: str, lives: bool, found: int) -> None:
        """Its name says that it is what the object does."""
        world = World()
        world.type("T", methods=("Close",), mutex=lives)
        name = f"(*{PACKAGE}.T).{method}"
        assert len(self.standing(world, name, receiver=f"{PACKAGE}.T")) == found

    def test_a_range_over_a_channel_of_its_caller(self) -> None:
        """It ends when there is no more to do."""
        world = World()
        loop = Ending("stoppable", "ends when in is closed", 115, 10_000, f"{F}.in")
        assert self.standing(world, ending=loop, root="main", startup=True) == []


@pytest.mark.parametrize(("at", "counts"), [(150, False), (250, True), (350, True)], ids=["before", "in", "after"])
def test_what_empties_a_local_before_its_loop_does_not_count(at: int, counts: bool) -> None:
    """``m = make(…); for { … m[k] = v }``."""
    world = World(position=100)
    m = world.local(G, "m")
    ops = (world.op(m.node, "reset", pos=at), world.op(m.node, key_=key("call"), pos=260))
    world.function(G, ops=ops, variables=(m,), flows=((m.node, f"make@{FILE}:5"),), ending=endless(200, 300))
    ((reset,),) = (subject.resets for subject in world.model().maps)
    assert (reset.no_effect == "") is counts
