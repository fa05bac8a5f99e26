"""How long maps live, and their owners."""

from __future__ import annotations

import pytest

from mapleak.callgraph.testing import is_for_tests
from mapleak.maps.model import Lifetime
from mapleak.model import Certainty
from mapleak.resolve.model import Ending, GoFact
from maps_facts import FILE, PACKAGE, World, endless, stoppable

F = f"{PACKAGE}.F"
G = f"{PACKAGE}.G"
T = f"{PACKAGE}.T"
MAKE = f"make@{FILE}:5"


def life(world: World, name: str) -> tuple[Lifetime, str]:
    found = world.map(name)
    return found.lifetime, found.lifetime_reason


def test_package_variable() -> None:
    world = World()
    assert life(world, world.var()) == (Lifetime.PROCESS, "it is a package variable")


def test_owner_kept_in_a_package_variable() -> None:
    world = World()
    world.type("T")
    world.holders.append((f"{PACKAGE}.server", T))
    assert life(world, world.field_("T")) == (Lifetime.PROCESS, "p.T is kept in package variable p.server")


def test_owner_kept_in_a_package_variable_among_others() -> None:
    """``var CommandLine = NewFlagSet(…)``, and everybody may make more."""
    world = World()
    world.type("T")
    world.holders.append((f"{PACKAGE}.server", T))
    world.function(F, made=(T,))
    assert life(world, world.field_("T"))[0] is not Lifetime.PROCESS


def test_owner_made_by_a_package_initialiser() -> None:
    world = World()
    world.type("T")
    world.function(f"{PACKAGE}.init", made=(T,), root="init", startup=True)
    assert life(world, world.field_("T"))[0] is Lifetime.PROCESS


@pytest.mark.parametrize(("startup", "expected"), [(True, Lifetime.PROCESS), (False, Lifetime.OBJECT)])
def test_owner_made_at_start_up(startup: bool, expected: Lifetime) -> None:
    """What main builds, against what every call of F builds anew."""
    world = World()
    world.type("T")
    world.function(F, made=(T,), root="main" if startup else "exported", startup=startup)
    assert life(world, world.field_("T"))[0] is expected


def test_makers_in_tests_do_not_count() -> None:
    """A test makes a server for each case; the program makes one."""
    world = World()
    world.type("T")
    world.function(F, made=(T,), root="main", startup=True)
    world.function(G, made=(T,), root="test", file="p_test.go")
    assert life(world, world.field_("T"))[0] is Lifetime.PROCESS


@pytest.mark.parametrize(
    ("ending", "expected"), [(endless(), Lifetime.PROCESS), (Ending("ends", "", 0, 0), Lifetime.OBJECT)]
)
def test_owner_whose_method_a_goroutine_runs_without_end(ending: Ending, expected: Lifetime) -> None:
    world = World()
    world.type("T")
    run = f"(*{T}).run"
    world.function(run, receiver=T, ending=ending, root="")
    call = world.call(run, how="go")
    world.function(F, made=(T,), calls=(call,), gos=(GoFact(call.pos, call.end, 0, -1, "", (), (), 0),))
    assert life(world, world.field_("T"))[0] is expected


def test_owner_held_by_value() -> None:
    """``type Server struct { peers table }``."""
    world = World()
    world.type("table")
    world.type("Server", embeds=(f"{PACKAGE}.table",))
    world.holders.append((f"{PACKAGE}.server", f"{PACKAGE}.Server"))
    assert life(world, world.field_("table"))[0] is Lifetime.PROCESS


@pytest.mark.parametrize("also_made_elsewhere", [False, True])
def test_owner_made_by_the_makers_of_its_holder(also_made_elsewhere: bool) -> None:
    """``newTable`` is only called by ``NewServer``: the table lives as long as the server; one of each request
    that the server holds lives as long as its entry."""
    world = World()
    world.type("table")
    world.type("Server", fields=(f"{PACKAGE}.table",), mutex=True, methods=("Close",))
    new = f"{PACKAGE}.newTable"
    world.function(new, made=(f"{PACKAGE}.table",), root="")
    world.assumed.add(world.function(f"{PACKAGE}.NewServer", made=(f"{PACKAGE}.Server",), calls=(world.call(new),)))
    if also_made_elsewhere:
        world.function(f"{PACKAGE}.Handle", calls=(world.call(new),))
    else:
        world.assumed.add(new)  # as often as what calls it
    expected = Lifetime.OBJECT if also_made_elsewhere else Lifetime.PROCESS
    assert life(world, world.field_("table"))[0] is expected


def test_owner_held_by_a_map() -> None:
    """``var sessions map[string]*Visitor2``: as long as its entry."""
    world = World()
    world.type("Peer")
    world.holders.append((world.var("peers", value="*Peer"), f"{PACKAGE}.Peer"))
    world.function(F, made=(f"{PACKAGE}.Peer",))
    assert life(world, world.field_("Peer")) == (
        Lifetime.OBJECT,
        "p.peers keeps many of them",
    )


@pytest.mark.parametrize(
    ("name", "mutex", "methods", "expected"),
    [
        ("Thing", True, ("Close",), Lifetime.PROCESS),
        ("Thing", True, (), Lifetime.PROCESS),
        ("Thing", False, (), Lifetime.UNKNOWN),
        ("Thing", False, ("Close",), Lifetime.UNKNOWN),
        ("PeerCache", True, (), Lifetime.PROCESS),
        ("PeerCache", False, (), Lifetime.PROCESS),
        ("clientConn", True, ("Close",), Lifetime.OBJECT),
        ("Parser", False, (), Lifetime.OBJECT),
    ],
)
def test_owners_of_a_library_by_their_marks(
    name: str, mutex: bool, methods: tuple[str, ...], expected: Lifetime
) -> None:
    """Nobody is seen to make them: a mutex and Close or a telling name speak for a service."""
    world = World()
    world.type(name, mutex=mutex, methods=methods)
    assert life(world, world.field_(name))[0] is expected


def test_types_that_hold_each_other() -> None:
    """The question ends, without an answer."""
    world = World()
    world.type("A", embeds=(f"{PACKAGE}.B",))
    world.type("B", embeds=(f"{PACKAGE}.A",))
    assert life(world, world.field_("A"))[0] is Lifetime.UNKNOWN


def test_field_of_an_anonymous_struct() -> None:
    """``var state struct { m map[string]int }``."""
    world = World()
    world.type("T")
    name, other = world.field_("state"), world.field_("T")
    assert life(world, name)[0] is Lifetime.PROCESS
    assert (world.map(name).of_variable, world.map(other).of_variable) == (True, False)


def test_field_of_an_anonymous_struct_inside_a_type() -> None:
    """``type answer struct { Page struct { m map[string]int } }``, declared in a function or for all."""
    world = World()
    world.type("T", methods=("Close",), mutex=True)
    world.function(F)
    local, inside = world.field_("F.answer.Page"), world.field_("T.page.part")
    assert life(world, local) == (Lifetime.UNKNOWN, "p.F.answer is local to a function")
    assert life(world, inside) == life(world, world.field_("T"))


def test_element_lives_as_its_container() -> None:
    world = World()
    name = world.var(type_="map[string]map[string]int", value="map[string]int")
    world.function(F, ops=(world.op(f"{name}[]"),))
    assert life(world, f"{name}[]") == (Lifetime.PROCESS, "it is stored in p.V: it is a package variable")


def test_element_of_a_local_lives_as_its_container() -> None:
    """A local slice of maps, or a local map of maps."""
    world = World()
    m = world.local(F, "m", type_="map[string]map[string]int")
    world.function(F, ops=(world.op(f"{m.node}[]"),), flows=((m.node, MAKE),), variables=(m,))
    assert life(world, f"{m.node}[]") == (
        Lifetime.CALL,
        "it is stored in p.F.m: it never leaves the call that makes it",
    )


def local_map(world: World, *flows: tuple[str, str], root: str = "exported", ending: Ending | None = None) -> str:
    """A map made in F; ``flows`` say where it goes ("m" stands for it)."""
    m = world.local(F, "m")
    named = tuple((m.node if t == "m" else t, m.node if s == "m" else s) for t, s in flows)
    world.function(
        F,
        ops=(world.op(m.node),),
        flows=((m.node, MAKE), *named),
        variables=(m,),
        root=root,
        startup=root == "main",
        ending=ending or Ending("ends", "", 0, 0),
    )
    return m.node


def test_local() -> None:
    world = World()
    assert life(world, local_map(world)) == (Lifetime.CALL, "it never leaves the call that makes it")


def test_local_stored_in_a_place() -> None:
    world = World()
    place = world.var()
    assert life(world, local_map(world, (place, "m"))) == (
        Lifetime.PROCESS,
        "it is stored in p.V: it is a package variable",
    )


def test_local_handed_to_a_function_that_is_seen() -> None:
    """Passing it down does not let it out."""
    world = World()
    name = local_map(world, (f"{G}$p0", "m"))
    param = world.local(G, "p", "param")
    world.function(G, flows=((param.node, f"{G}$p0"),), variables=(param,), root="")
    assert life(world, name)[0] is Lifetime.CALL


@pytest.mark.parametrize(("root", "expected"), [("", Lifetime.CALL), ("exported", Lifetime.UNKNOWN)])
def test_local_returned(root: str, expected: Lifetime) -> None:
    """To callers that all are seen, or not."""
    world = World()
    assert life(world, local_map(world, (f"{F}$r0", "m"), root=root))[0] is expected


def test_local_returned_and_then_stored() -> None:
    """What callers do with the result decides."""
    world = World()
    place = world.var()
    name = local_map(world, (f"{F}$r0", "m"), (place, f"{F}$r0"), root="")
    assert life(world, name)[0] is Lifetime.PROCESS


def test_local_of_a_goroutine() -> None:
    world = World()
    m = world.local(F, "m")
    call = world.call(f"{F}$1", how="go")
    go = GoFact(call.pos, call.end, 0, call.pos, "", (m.node,), (), 0)
    world.function(F, calls=(call,), flows=((m.node, MAKE),), variables=(m,), gos=(go,))
    world.function(f"{F}$1", ops=(world.op(m.node),), parent=F, ending=stoppable())
    assert life(world, m.node) == (Lifetime.GOROUTINE, "a goroutine that p.F starts uses it, and comes to its end")


def test_local_of_main_in_a_goroutine() -> None:
    """main waits for the end of the process."""
    world = World()
    m = world.local(F, "m")
    call = world.call(f"{F}$1", how="go")
    go = GoFact(call.pos, call.end, 0, call.pos, "", (m.node,), (), 0)
    world.function(F, calls=(call,), flows=((m.node, MAKE),), variables=(m,), gos=(go,), root="main", startup=True)
    world.function(f"{F}$1", ops=(world.op(m.node),), parent=F)
    assert life(world, m.node)[0] is Lifetime.PROCESS


def test_local_of_main_in_its_endless_loop() -> None:
    world = World()
    assert life(world, local_map(world, root="main", ending=endless()))[0] is Lifetime.PROCESS
    other = World()
    assert life(other, local_map(other, root="main"))[0] is Lifetime.CALL


def test_closure_that_this_tree_asks_for_again_and_again() -> None:
    """Each request gets a function of its own, and with it a map."""
    world = World()
    m = world.local(F, "m")
    world.function(F, flows=((m.node, MAKE), (f"{F}$r0", f"func:{F}$1")), variables=(m,))
    world.function(f"{F}$1", ops=(world.op(m.node),), parent=F)
    world.function(f"{PACKAGE}.Serve", calls=(world.call(F),))
    assert life(world, m.node)[0] is Lifetime.OBJECT


def test_local_in_a_closure_that_gets_out() -> None:
    """Stored, handed to code outside, returned to unseen callers; called on the spot it does not get out."""
    for flows, args, expected in (
        ((), (), Lifetime.CALL),
        (((f"{PACKAGE}.hook", f"func:{F}$1"),), (), Lifetime.PROCESS),
        (((f"{F}$r0", f"func:{F}$1"),), (), Lifetime.PROCESS),
        ((), (f"func:{F}$1",), Lifetime.UNKNOWN),
    ):
        world = World()
        m = world.local(F, "m")
        hook = world.var("hook", type_="func()")
        assert hook == f"{PACKAGE}.hook"
        calls = (world.call("lib.Each", *args),) if args else ()
        world.function(F, calls=calls, flows=((m.node, MAKE), *flows), variables=(m,))
        world.function(f"{F}$1", ops=(world.op(m.node),), parent=F)
        assert life(world, m.node)[0] is expected


def test_local_of_main_in_a_handler() -> None:
    """``http.HandleFunc("/", func(…) { seen[k] = v })``."""
    world = World()
    m = world.local(F, "m")
    call = world.call("net/http.HandleFunc", "", f"func:{F}$1")
    world.function(F, calls=(call,), flows=((m.node, MAKE),), variables=(m,), root="main", startup=True)
    world.function(f"{F}$1", ops=(world.op(m.node),), parent=F)
    assert life(world, m.node)[0] is Lifetime.PROCESS


def test_local_handed_to_code_outside() -> None:
    world = World()
    m = world.local(F, "m")
    world.function(F, calls=(world.call("lib.Keep", m.node),), flows=((m.node, MAKE),), variables=(m,))
    assert life(world, m.node) == (Lifetime.UNKNOWN, "lib.Keep gets it, which is not analysed")


def test_local_handed_to_code_that_only_reads() -> None:
    world = World()
    m = world.local(F, "m")
    world.function(F, calls=(world.call("fmt.Println", m.node),), flows=((m.node, MAKE),), variables=(m,))
    assert life(world, m.node)[0] is Lifetime.CALL


def test_parameter() -> None:
    world = World()
    param = world.local(F, "m", "param")
    world.function(F, ops=(world.op(param.node),), variables=(param,))
    assert life(world, param.node)[0] is Lifetime.UNKNOWN


def test_parameter_for_which_callers_make_a_map() -> None:
    """``size(v, map[uintptr]bool{})``: nobody keeps it."""
    world = World()
    param = world.local(G, "seen", "param")
    world.function(F, flows=((f"{G}$p1", MAKE),))
    world.function(G, ops=(world.op(param.node),), flows=((param.node, f"{G}$p1"),), variables=(param,), root="")
    found = world.map(param.node)
    assert (found.kind, found.lifetime, len(found.creations)) == ("param", Lifetime.CALL, 1)


@pytest.mark.parametrize(
    ("methods", "mutex", "held", "expected"),
    [
        (("Close",), True, True, Certainty.ASSUMED),
        (("Close",), True, False, Certainty.UNKNOWN),
        ((), True, True, Certainty.UNKNOWN),
        ((), False, True, Certainty.UNKNOWN),
    ],
)
def test_owner_made_again_and_again(methods: tuple[str, ...], mutex: bool, held: bool, expected: Certainty) -> None:
    """One of many, whatever its marks; each may live long when it has to be closed and something has a field for it."""
    world = World()
    world.type("PeerCache", mutex=mutex, methods=methods)
    if held:
        world.type("Cluster", fields=(f"{PACKAGE}.PeerCache",))
    world.function(F, made=(f"{PACKAGE}.PeerCache",), root="callback")
    found = world.map(world.field_("PeerCache"))
    assert (found.lifetime, found.lifetime_certainty) == (Lifetime.OBJECT, expected)


@pytest.mark.parametrize(
    ("receiver", "expected"),
    [("", (Lifetime.PROCESS, Certainty.LIKELY)), (f"{PACKAGE}.Client", (Lifetime.UNKNOWN, Certainty.UNKNOWN))],
)
def test_owner_that_this_tree_makes_at_start_up_alone(receiver: str, expected: tuple[Lifetime, Certainty]) -> None:
    """``NewServer`` is called by main; ``(*Client).NewSearch`` is what an example happens to show of a library."""
    world = World()
    world.type("Thing")
    world.startup_here.add(world.function(F, made=(f"{PACKAGE}.Thing",), receiver=receiver))
    found = world.map(world.field_("Thing"))
    assert (found.lifetime, found.lifetime_certainty) == expected


@pytest.mark.parametrize(("alone", "expected"), [(False, Lifetime.PROCESS), (True, Lifetime.OBJECT)])
def test_owner_held_by_value_and_made_alone_as_well(alone: bool, expected: Lifetime) -> None:
    """That the server has one by value says nothing of those that each call makes."""
    world = World()
    world.type("table")
    world.type("Server", embeds=(f"{PACKAGE}.table",))
    world.holders.append((f"{PACKAGE}.server", f"{PACKAGE}.Server"))
    if alone:
        world.function(F, made=(f"{PACKAGE}.table",), root="callback")
    assert life(world, world.field_("table"))[0] is expected


def test_owner_with_a_concurrent_map() -> None:
    """A sync.Map is shared by goroutines as what a mutex guards is."""
    world = World()
    world.type("Thing", methods=("Close",))
    name = world.field_("Thing", type_="sync.Map")
    assert life(world, name) == (Lifetime.PROCESS, "p.Thing has a sync.Map and Close, as long-lived services have")


@pytest.mark.parametrize(
    ("package", "expected"),
    [
        ("example.com/a/testutil", True),
        ("example.com/a/integration-tests/app", True),
        ("example.com/a/mocks", True),
        ("example.com/a/internal/tstest", True),
        ("example.com/a/storetest", True),
        ("example.com/a/speedtest", False),
        ("example.com/a/latest", False),
        ("example.com/a/contest", False),
        ("example.com/attestation/store", False),
    ],
)
def test_packages_for_tests(package: str, expected: bool) -> None:
    assert is_for_tests(package) is expected


@pytest.mark.parametrize(
    ("name", "of_tests"),
    [("MockConnection", True), ("ConnectionMock", True), ("TestServer", True), ("LoadTest", False)],
)
def test_types_for_tests_by_their_names(name: str, of_tests: bool) -> None:
    world = World()
    world.type(name)
    world.holders.append((f"{PACKAGE}.kept", f"{PACKAGE}.{name}"))
    assert ("belongs to tests" in life(world, world.field_(name))[1]) is of_tests
