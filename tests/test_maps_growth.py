"""Whether maps grow without bound, insertion by insertion."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from mapleak.maps.model import Growth
from mapleak.resolve.model import KeyFact
from maps_facts import FILE, PACKAGE, World, endless, key

F = f"{PACKAGE}.F"
G = f"{PACKAGE}.G"


def grown(key_: KeyFact | None, *, guards: tuple[str, ...] = (), bounded: str = "") -> tuple[Growth, str]:
    """What a single insertion with such a key, run again and again, makes of a package variable."""
    world = World()
    name = world.var(bounded=bounded)
    world.function(F, ops=(world.op(name, key_=key_, guards=guards),))
    found = world.map(name)
    assert (found.growth, found.growth_reason) == (found.inserts[0].growth, found.inserts[0].growth_reason)
    return found.growth, found.growth_reason


@pytest.mark.parametrize("origin", ["constant", "enum", "type", "index"])
def test_finite_keys(origin: str) -> None:
    """They add a fixed number of entries, however often the insertion runs."""
    assert grown(key(origin))[0] is Growth.BOUNDED


@pytest.mark.parametrize("origin", ["fresh", "counter", "field", "call"])
def test_keys_without_end(origin: str) -> None:
    """They are different each time, or come from data."""
    assert grown(key(origin))[0] is Growth.UNBOUNDED


@pytest.mark.parametrize("origin", ["element", "unknown", "other-map"])
def test_keys_of_unknown_number(origin: str) -> None:
    """Unknown is said, not guessed."""
    assert grown(key(origin))[0] is Growth.UNKNOWN


def test_keys_that_the_source_does_not_show() -> None:
    """Nothing is known of them, except that decoders take them out of data."""
    assert grown(None)[0] is Growth.UNKNOWN
    world = World()
    name = world.var()
    world.function(F, ops=(world.op(name, form="decode"),))
    assert world.map(name).growth is Growth.UNBOUNDED


@pytest.mark.parametrize(("callee", "form"), [("maps.Copy", "maps.Copy"), ("maps.Insert", "maps.Insert")])
def test_copied_keys(callee: str, form: str) -> None:
    """Those of a parameter come from outside; those of another map are as many as it has."""
    for source, expected in (
        (f"{F}.batch", Growth.UNBOUNDED),
        (f"{PACKAGE}.few", Growth.BOUNDED),
        (f"{PACKAGE}.many", Growth.UNBOUNDED),
        (f"{PACKAGE}.unclear", Growth.UNKNOWN),
        ("", Growth.UNKNOWN),
    ):
        world = World()
        few, many, unclear, name = (world.var(n) for n in ("few", "many", "unclear", "A"))
        batch = world.local(F, "batch", "param")
        call = world.call(callee, name, source)
        ops = (
            world.op(few, key_=key("constant")),
            world.op(many, key_=key("call")),
            world.op(unclear, key_=key("unknown")),
            world.op(name, form=form, pos=call.pos),
        )
        world.function(
            F, ops=ops, calls=(call,), variables=(batch,), params=(batch.node,), flows=((batch.node, f"{F}$p0"),)
        )
        assert world.map(name).growth is expected, source


def test_keys_out_of_a_channel() -> None:
    """Messages are without end."""
    assert grown(key("element", detail="received: <-c"))[0] is Growth.UNBOUNDED


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (f"{F}.names", Growth.UNBOUNDED),  # for _, name := range names, a parameter of the root F
        (f"{F}.parts[]", Growth.UNKNOWN),  # a local
        (f"{PACKAGE}.ServerConfig.Names", Growth.BOUNDED),
        (f"{PACKAGE}.Request.Names[]", Growth.UNBOUNDED),
    ],
)
def test_elements_as_keys(node: str, expected: Growth) -> None:
    """What a collection holds comes from where the collection comes from."""
    world = World()
    world.type("Request")
    name = world.var()
    world.function(F, ops=(world.op(name, key_=key("element", node)),), params=(f"{F}.names",))
    assert world.map(name).growth is expected


@pytest.mark.parametrize("called", ["runtime.FuncForPC", "os.Hostname", "os.Getenv"])
def test_calls_with_few_results(called: str) -> None:
    """``m[os.Hostname()]``."""
    assert grown(key("call", detail=called))[0] is Growth.BOUNDED


@pytest.mark.parametrize(
    ("callee", "expected"),
    [
        ("github.com/spf13/viper.GetInt64", Growth.BOUNDED),
        ("(*github.com/urfave/cli/v2.Context).String", Growth.BOUNDED),
        ("github.com/spf13/vipers.GetInt64", Growth.UNBOUNDED),
    ],
)
def test_what_a_configuration_says(callee: str, expected: Growth) -> None:
    assert grown(replace(key("call"), callee=callee))[0] is expected


def test_a_finite_key_type() -> None:
    """A map keyed by bool or an enum holds no more entries than the type has values."""
    assert grown(key("call"), bounded="enum p.Color")[0] is Growth.BOUNDED


def test_type_descriptors_as_keys() -> None:
    """``sync.Map`` has keys of any type; what is stored says that they are types, or other things of which there are
    few in the standard library."""
    assert grown(key("call", type_="*abi.Type"))[0] is Growth.BOUNDED
    assert grown(key("call", type_="reflect.Kind"))[0] is Growth.BOUNDED


def test_what_is_filled_when_there_was_none() -> None:
    """``if m == nil { m = load() }``: the map gets its contents once for each time it is made."""
    assert grown(key("call"), guards=("lazy",)) == (Growth.BOUNDED, "the map is filled when there was none")


def test_a_size_guard() -> None:
    """``if len(m) < max { m[k] = v }``."""
    assert grown(key("call"), guards=("size",)) == (Growth.BOUNDED, "the size of the map is checked")


@pytest.mark.parametrize(("key_", "guards"), [(key("same-map"), ()), (key("call"), ("present",))])
def test_updates_are_no_insertions(key_: KeyFact, guards: tuple[str, ...]) -> None:
    """A key that is certainly there does not make the map longer."""
    world = World()
    name = world.var()
    world.function(F, ops=(world.op(name, key_=key_, guards=guards),))
    found = world.map(name)
    assert (found.inserts, len(found.updates), found.growth) == ((), 1, Growth.NONE)


def test_nothing_inserts() -> None:
    """A map that is only read does not grow."""
    world = World()
    name = world.var()
    assert world.map(name).growth is Growth.NONE


def test_start_up_only() -> None:
    """What init fills is a registry."""
    world = World()
    name = world.var()
    world.function(F, ops=(world.op(name, key_=key("call")),), root="init", startup=True)
    assert world.map(name).growth is Growth.START_UP


def test_what_start_up_code_only_names_is_not_start_up_code() -> None:
    """``http.ListenAndServe(addr, logged(mux))``: the closure that ``logged`` returns is never seen to be called."""
    world = World()
    name, other = world.var("a"), world.var("b")
    world.function(F, startup=True, root="main")
    world.function(G, ops=(world.op(other, key_=key("call")),), root="", startup=True)
    ops = (world.op(name, key_=key("call")),)
    world.function(f"{F}$1", ops=ops, calls=(world.call(G),), parent=F, startup=True)
    assert world.map(name).growth is Growth.UNBOUNDED
    assert world.map(other).growth is Growth.UNBOUNDED
    world.edge(F, f"{F}$1")
    assert world.map(name).growth is Growth.START_UP
    assert world.map(other).growth is Growth.START_UP


def test_start_up_here() -> None:
    """Importers might call it again and again; every call that is seen is made at start-up."""
    world = World()
    name = world.var()
    world.startup_here.add(world.function(F, ops=(world.op(name, key_=key("call")),)))
    assert world.map(name).growth is Growth.START_UP


def test_what_is_taken_out_later_is_put_in_later() -> None:
    """A removal of single keys that importers call at any time: they call what inserts at any time, too."""
    world = World()
    name = world.var()
    world.startup_here.add(world.function(F, ops=(world.op(name, key_=key("call")),)))
    world.function(G, ops=(world.op(name, "remove", key_=key("call")),))
    assert world.map(name).growth is Growth.UNBOUNDED


def test_an_endless_loop_of_start_up_code() -> None:
    """``func main() { for { m[<-c] = v } }`` starts once and never ends."""
    world = World()
    name = world.var()
    ops = (world.op(name, key_=key("call"), pos=500), world.op(name, "remove", pos=510), world.op(name, "remove"))
    world.function(F, ops=ops, root="main", startup=True, ending=endless(400, 600))
    found = world.map(name)
    assert (found.growth, found.inserts[0].startup_only) == (Growth.UNBOUNDED, False)
    assert sorted(op.no_effect for op in found.removes) == ["", "it runs only at start-up"]


def test_unreached_and_test_insertions_do_not_count() -> None:
    """They are listed, but they do not run in the program."""
    world = World()
    name = world.var()
    world.unreachable.add(world.function(F, ops=(world.op(name, key_=key("call")),), root=""))
    world.function(G, ops=(world.op(name, key_=key("call")),), file="p_test.go", root="test")
    found = world.map(name)
    assert (found.growth, len(found.inserts)) == (Growth.NONE, 2)


def test_the_worst_insertion_decides() -> None:
    """One unbounded insertion among bounded ones lets the map grow."""
    world = World()
    name = world.var()
    ops = (world.op(name, key_=key("constant")), world.op(name, key_=key("call")), world.op(name, key_=key("unknown")))
    world.function(F, ops=ops)
    assert world.map(name).growth is Growth.UNBOUNDED


def test_a_local_is_filled_within_its_call() -> None:
    """A map that dies with its call cannot outgrow it, unless the call does not end."""
    world = World()
    m, n = world.local(F, "m"), world.local(G, "n")
    make = f"make@{FILE}:5"
    world.function(F, ops=(world.op(m.node, key_=key("call")),), flows=((m.node, make),), variables=(m,))
    world.function(
        G, ops=(world.op(n.node, key_=key("call")),), flows=((n.node, make),), variables=(n,), ending=endless()
    )
    assert world.map(m.node).growth is Growth.BOUNDED
    assert world.map(n.node).growth is Growth.UNBOUNDED


def handed_down(argument: KeyFact | None, *, root: str = "exported", startup: bool = False) -> Growth:
    """The growth of a map filled by a function whose only caller passes the key ``argument``."""
    world = World()
    name = world.var()
    world.function(G, ops=(world.op(name, key_=key("parameter", f"{G}$p0")),), root="")
    world.function(F, calls=(world.call(G, "", keys=(argument,)),), root=root, startup=startup)
    return world.map(name).growth


def test_a_parameter_is_what_callers_pass() -> None:
    """Constants, requests and what nobody knows are told apart at the call."""
    assert handed_down(key("constant")) is Growth.BOUNDED
    assert handed_down(key("call")) is Growth.UNBOUNDED
    assert handed_down(key("unknown")) is Growth.UNKNOWN
    assert handed_down(key("parameter", f"{F}$p0")) is Growth.UNBOUNDED


def test_a_parameter_that_start_up_passes() -> None:
    """``main`` hands over configuration."""
    assert handed_down(key("call"), root="main", startup=True) is Growth.START_UP


def test_a_parameter_that_an_endless_loop_of_start_up_code_passes() -> None:
    """``func main() { for msg := range c { add(msg.id()) } }``."""
    world = World()
    name = world.var()
    world.function(G, ops=(world.op(name, key_=key("parameter", f"{G}$p0")),), root="")
    call = world.call(G, "", keys=(key("call"),))
    world.function(F, calls=(call,), root="main", startup=True, ending=endless(call.pos - 5, call.pos + 50))
    assert world.map(name).growth is Growth.UNBOUNDED


def test_a_parameter_of_a_root_comes_from_outside() -> None:
    """Importers, servers and frameworks pass anything."""
    assert grown(key("parameter", f"{F}$p0")) == (
        Growth.UNBOUNDED,
        "the key is a parameter of p.F, which is called from outside",
    )


@pytest.mark.parametrize(
    ("mains", "passed", "expected"),
    [
        ((PACKAGE,), "constant", Growth.BOUNDED),  # a program: it calls its own packages itself
        ((PACKAGE,), "call", Growth.UNBOUNDED),
        ((), "constant", Growth.UNKNOWN),  # a library: importers may pass others
        ((), "call", Growth.UNBOUNDED),
    ],
)
def test_an_exported_function_that_the_tree_calls_itself(mains: tuple[str, ...], passed: str, expected: Growth) -> None:
    """``metrics.Inc("requests")`` from three handlers."""
    world = World(main_packages=mains)
    name = world.var()
    world.function(G, ops=(world.op(name, key_=key("parameter", f"{G}$p0")),), exported=True)
    world.function(F, calls=(world.call(G, "", keys=(key(passed),)),), root="callback")
    assert world.map(name).growth is expected


def test_recursion_does_not_make_a_parameter_endless() -> None:
    """A function that hands its parameter on to itself adds nothing of its own."""
    world = World()
    name = world.var()
    own = key("parameter", f"{G}$p0")
    world.function(G, ops=(world.op(name, key_=own),), calls=(world.call(G, "", keys=(own,)),), root="")
    world.function(F, calls=(world.call(G, "", keys=(key("constant"),)),))
    assert world.map(name).growth is Growth.BOUNDED


def test_an_argument_that_is_not_followed_counts_as_input() -> None:
    """Data handed down by running code is input more often than one of a few constants."""
    world = World()
    name = world.var()
    world.function(G, ops=(world.op(name, key_=key("parameter", f"{G}$p0")),), root="")
    world.function(F, calls=(world.call(G, ""),))
    assert world.map(name).growth is Growth.UNBOUNDED


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (f"{PACKAGE}.T.name", Growth.BOUNDED),  # the owner's own field: one key per object
        (f"{PACKAGE}.ServerConfig.Name", Growth.BOUNDED),
        (f"{PACKAGE}.Server.name", Growth.UNKNOWN),
        (f"{PACKAGE}.Request.ID", Growth.UNBOUNDED),
        ("net/http.Request.RemoteAddr", Growth.UNBOUNDED),
        ("github.com/miekg/dns.StringToType[]", Growth.UNKNOWN),  # a table of another module
        (f"{PACKAGE}.current", Growth.UNKNOWN),  # a package variable
        ("example.com/orderpb.RPC_SubOpts.Topic", Growth.UNBOUNDED),  # an option of each message
        ("example.com/orderpb.Config.Topic", Growth.BOUNDED),
    ],
)
def test_fields_as_keys(node: str, expected: Growth) -> None:
    """Fields of the map's owner, of configuration, of long-lived objects and of requests."""
    world = World()
    world.type("Server")
    world.holders.append((f"{PACKAGE}.theServer", f"{PACKAGE}.Server"))
    name = world.field_("T")
    world.function(F, ops=(world.op(name, key_=key("field", node)),))
    assert world.map(name).growth is expected


def test_keys_of_another_map_grow_as_that_map_does() -> None:
    """``for k := range other { m[k] = v }``."""
    world = World()
    few, many, unclear = world.var("few"), world.var("many"), world.var("unclear")
    name, second, third = world.var("A"), world.var("B"), world.var("C")
    ops = (
        world.op(few, key_=key("constant")),
        world.op(many, key_=key("call")),
        world.op(unclear, key_=key("unknown")),
        world.op(name, key_=key("other-map", few)),
        world.op(second, key_=key("other-map", many)),
        world.op(third, key_=key("other-map", unclear)),
    )
    world.function(F, ops=ops)
    assert world.map(name).growth is Growth.BOUNDED
    assert world.map(second).growth is Growth.UNBOUNDED
    assert (
        world.map(second).growth_reason == "the keys are those of another map, 'many': the key is the result of a call"
    )
    assert world.map(third).growth is Growth.UNKNOWN


@pytest.mark.parametrize(
    ("origin", "guards", "expected"),
    [
        ("call", (), Growth.UNBOUNDED),
        ("call", ("size",), Growth.UNBOUNDED),
        ("constant", (), Growth.BOUNDED),
        ("", (), Growth.UNKNOWN),
    ],
)
def test_keys_of_a_map_that_is_made_for_each_call(origin: str, guards: tuple[str, ...], expected: Growth) -> None:
    """Such a map is small, but each one may bring new keys; one that nothing is seen to fill may hold anything."""
    world = World()
    name = world.var()
    batch = world.local(F, "batch")
    filling = (world.op(batch.node, key_=key(origin), guards=guards),) if origin else ()
    ops = (*filling, world.op(name, key_=key("other-map", batch.node)))
    world.function(F, ops=ops, variables=(batch,))
    assert world.map(name).growth is expected


@pytest.mark.parametrize(("detail", "expected"), [("&static", Growth.BOUNDED), ("static", Growth.UNKNOWN)])
def test_the_address_of_a_package_variable(detail: str, expected: Growth) -> None:
    """``m[unsafe.Pointer(&static)]``: the variable never moves; what it holds may change."""
    assert grown(key("field", f"{PACKAGE}.static", detail=detail))[0] is expected


@pytest.mark.parametrize("node", ["net/http.Request.Form", "outside:net/http.Request.Header"])
def test_keys_that_a_client_sends(node: str) -> None:
    """``for name := range request.Form``."""
    assert grown(key("other-map", node))[0] is Growth.UNBOUNDED


@pytest.mark.parametrize(
    ("name", "receiver", "expected"),
    [
        ("Register", "", Growth.START_UP),
        ("MustRegisterCodec", "", Growth.START_UP),
        ("AddExtensionType", "", Growth.START_UP),
        ("AddPeer", "", Growth.UNBOUNDED),
        ("Registered", "", Growth.UNBOUNDED),
        ("Register", f"{PACKAGE}.T", Growth.UNBOUNDED),
    ],
)
def test_registrations(name: str, receiver: str, expected: Growth) -> None:
    """An exported function called Register fills a registry; a method of an object may register clients."""
    world = World()
    registry = world.var()
    function = f"(*{receiver}).{name}" if receiver else f"{PACKAGE}.{name}"
    world.function(
        function, ops=(world.op(registry, key_=key("parameter", f"{function}$p0")),), exported=True, receiver=receiver
    )
    assert world.map(registry).growth is expected


def test_a_registration_that_the_program_calls_again_and_again_is_none() -> None:
    """``func handle(r) { metrics.Register(r.Path) }``."""
    world = World()
    registry = world.var()
    register = f"{PACKAGE}.Register"
    world.function(register, ops=(world.op(registry, key_=key("parameter", f"{register}$p0")),), exported=True)
    world.function(F, calls=(world.call(register, "", keys=(key("call"),)),))
    assert world.map(registry).growth is Growth.UNBOUNDED


def test_methods_that_only_examples_call() -> None:
    """A library's examples use an object once; its users need not. Of a program all callers are seen."""
    for mains, expected in (((), Growth.UNBOUNDED), ((PACKAGE,), Growth.START_UP)):
        world = World(main_packages=mains)
        name = world.var()
        method = world.function(f"(*{PACKAGE}.T).Add", ops=(world.op(name, key_=key("call")),), receiver=f"{PACKAGE}.T")
        world.startup_here.add(method)
        assert world.map(name).growth is expected
