"""What the names and types of keys tell (heuristic ``key-signs``), and what becomes of a judgement with it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from mapleak.callgraph.model import Root
from mapleak.maps.filling.judgement import Judgement
from mapleak.maps.filling.signing import signed
from mapleak.maps.filling.signs import Sign, is_generic, is_message, name_in, sign_of
from mapleak.maps.model import AbstractMap, Growth
from mapleak.model import Certainty
from mapleak.resolve.model import KeyFact
from maps_facts import PACKAGE, World, key

F = f"{PACKAGE}.F"


@pytest.mark.parametrize(
    ("type_", "name", "expected"),
    [
        ("string", "userID", Sign.IDENTITY),
        ("string", "remoteAddr", Sign.IDENTITY),
        ("string", "identity", Sign.NEUTRAL),  # words are matched whole
        ("string", "idle", Sign.NEUTRAL),
        ("string", "columnName", Sign.PART),
        ("string", "typ", Sign.KIND),
        ("", "jobType", Sign.KIND),
        ("", "TypeUrl", Sign.KIND),
        ("string", "jobKindName", Sign.KIND),
        ("string", "upstreamHost", Sign.PART),
        ("string", "node", Sign.FLEET),
        ("string", "taskArn", Sign.IDENTITY),
        ("string", "clusterArn", Sign.FLEET),
        ("uint64", "storeID", Sign.FLEET),
        ("ServerAddress", "src", Sign.FLEET),
        ("string", "peerAddr", Sign.IDENTITY),
        ("string", "selfAddr", Sign.FLEET),  # the program's own
        ("string", "LeaderWithID", Sign.FLEET),  # not an id
        ("string", "UserFromToken", Sign.IDENTITY),
        ("string", "KindByID", Sign.KIND),
        ("int", "fd", Sign.SMALL),  # the lowest that is free
        ("uint32", "MountNS", Sign.SMALL),  # likewise
        ("int", "netns", Sign.SMALL),
        ("int64", "timeNS", Sign.NEUTRAL),  # nanoseconds
        ("int64", "ns", Sign.NEUTRAL),
        ("string", "mountNS", Sign.NEUTRAL),
        ("*Node", "n", Sign.NEUTRAL),  # as many as are made
        ("string", "code", Sign.NEUTRAL),  # texts are no small numbers
        ("int", "statusCode", Sign.SMALL),
        ("uint32", "port", Sign.SMALL),
        ("uint16", "anything", Sign.SMALL),
        ("netip.Addr", "name", Sign.IDENTITY),
        ("[32]uint8", "", Sign.IDENTITY),
        ("[2]uint8", "", Sign.NEUTRAL),
        ("target.SessionID", "", Sign.IDENTITY),
        ("*grpc.ClientConn", "c", Sign.IDENTITY),
        ("component.Config", "", Sign.PART),
        ("any", "", Sign.NEUTRAL),
        ("int", "index", Sign.SMALL),
        ("uint64", "index", Sign.NEUTRAL),  # of a log
        ("uint64", "level", Sign.SMALL),
    ],
)
def test_signs(type_: str, name: str, expected: Sign) -> None:
    """Names come before types of the program; types that can only be addresses or hashes come before names."""
    assert sign_of(type_, [name] if name else []) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("b.Height", "Height"),
        ("cg.ID()", "ID"),
        ("mi.Miner.String()", "Miner"),
        ("strings.ToLower(path)", "path"),
        ("strconv.Itoa(r.Code, 10)", "Code"),
        ('a + ":" + b', "b"),
        ("point{x, y}", ""),
    ],
)
def test_what_an_expression_is_called(text: str, expected: str) -> None:
    """The last name of it; what renders a value as text is looked through."""
    assert name_in(text) == expected


def test_messages() -> None:
    """Types of what comes one after the other."""
    assert is_message("example.com/p.SetRequest")
    assert is_message("example.com/shop/orderpb.ShopToScheduler")  # protocol buffers
    assert is_message("example.com/p.flushMsg")
    assert is_message("example.com/p.TaskStateChange")
    assert not is_message("example.com/p.Messenger")


def handed(name: str, *, root: str = "exported", type_: str = "string", library: bool = True) -> AbstractMap:
    """A package variable filled with a parameter of that name of a root."""
    world = World(main_packages=() if library else (PACKAGE,))
    table = world.var()
    at = f"{F}$p0"
    world.function(
        F, ops=(world.op(table, key_=key("parameter", at, text=name, type_=type_)),), params=(f"{F}.{name}",), root=root
    )
    return world.map(table)


@pytest.mark.parametrize(
    ("name", "certainty"),
    [("userID", Certainty.LIKELY), ("what", Certainty.LIKELY), ("method", Certainty.ASSUMED)],
)
def test_parameters_of_a_library(name: str, certainty: Certainty) -> None:
    """Importers may pass anything; names of parts of programs say that they pass few things."""
    found = handed(name)
    assert (found.growth, found.inserts[0].growth_certainty) == (Growth.UNBOUNDED, certainty)


def test_parameters_of_an_exported_function_that_the_program_never_calls() -> None:
    """All its callers are there to be seen, and there are none."""
    assert handed("what", library=False).inserts[0].growth_certainty is Certainty.ASSUMED
    assert handed("what", library=False, root="callback").inserts[0].growth_certainty is Certainty.LIKELY


def test_what_a_library_hands_to_a_hook_is_only_assumed_to_be_new() -> None:
    """A closure that the program gives away is called with what others like, unless it is an individual by its name."""
    for name, certainty in (("what", Certainty.ASSUMED), ("userID", Certainty.LIKELY)):
        world = World(main_packages=(PACKAGE,))
        table, hook = world.var(), f"{F}$1"
        inserted = world.op(table, key_=key("parameter", f"{hook}$p0", text=name))
        world.function(F)
        world.function(hook, ops=(inserted,), params=(f"{hook}.{name}",), parent=F)
        world.roots[hook] = Root(hook, "callback", "handed on", True)
        assert world.map(table).inserts[0].growth_certainty is certainty


def test_small_numbers_bound_a_map() -> None:
    """``seen[statusCode]`` with an int."""
    assert handed("statusCode", type_="int").growth is Growth.BOUNDED
    assert handed("statusCode").growth is Growth.UNBOUNDED


def insertion(key_: KeyFact, *types: str) -> tuple[Growth, Certainty]:
    world = World()
    table = world.var()
    for name in types:
        world.type(name)
    world.function(F, ops=(world.op(table, key_=key_),))
    found = world.map(table).inserts[0]
    return found.growth, found.growth_certainty


def test_fields() -> None:
    """What each message brings is new; of other objects it depends on what the field is called."""
    where = f"{PACKAGE}.flushMsg.what", f"{PACKAGE}.thing.what", f"{PACKAGE}.thing.userID", f"{PACKAGE}.thing.kind"
    found = [insertion(key("field", node, text=node), "flushMsg", "thing")[1] for node in where]
    assert found == [Certainty.LIKELY, Certainty.ASSUMED, Certainty.LIKELY, Certainty.UNKNOWN]


def test_machines_are_fewer_than_what_they_serve() -> None:
    """An id that is called nothing else is that of a node where it is handed on as one."""
    where = f"{PACKAGE}.thing.server", f"{PACKAGE}.thing.id"
    names = "x.server", "x.id"
    found = [insertion(key("field", node, text=name), "thing") for node, name in zip(where, names, strict=True)]
    assert found == [(Growth.UNBOUNDED, Certainty.UNKNOWN), (Growth.UNBOUNDED, Certainty.LIKELY)]
    judged = Judgement(Growth.UNBOUNDED, "", Certainty.LIKELY, signed=True, generic=True)
    assert signed(judged, key(text="nodeID"), "").certainty is Certainty.UNKNOWN
    assert signed(judged, key(text="nodeID"), "").few
    assert signed(replace(judged, generic=False), key(text="nodeID"), "").certainty is Certainty.LIKELY


def test_a_type_for_individuals_says_more_than_a_name() -> None:
    vague = Judgement(Growth.UNBOUNDED, "", Certainty.ASSUMED)
    found = [signed(vague, key(text="path", type_=type_), "") for type_ in ("string", "content.Hash", "[20]uint8")]
    assert [(one.certainty, one.named, one.typed) for one in found] == [
        (Certainty.LIKELY, True, False),
        (Certainty.LIKELY, True, True),
        (Certainty.LIKELY, True, True),
    ]
    handed_on = signed(replace(vague, signed=True, named=True), key(text="h", type_="content.Hash"), "")
    assert handed_on.typed


def test_requests_of_the_standard_library() -> None:
    """The other end of the connection chose them."""
    assert insertion(key("field", "outside:net/http.Request.Host")) == (Growth.UNBOUNDED, Certainty.SURE)
    called = KeyFact("string", "k", "call", "r.FormValue", "", (), "(*net/http.Request).FormValue")
    assert insertion(called) == (Growth.UNBOUNDED, Certainty.SURE)


def test_values_made_anew() -> None:
    """Random numbers and moments."""
    called = KeyFact("string", "k", "call", "uuid.NewString", "", (), "github.com/google/uuid.NewString")
    assert insertion(called) == (Growth.UNBOUNDED, Certainty.SURE)


def test_unknown_sources_of_identities() -> None:
    """``m[userID]``: wherever it comes from, users come and go."""
    assert insertion(key("unknown", text="userID")) == (Growth.UNBOUNDED, Certainty.ASSUMED)
    assert insertion(key("unknown", text="thing")) == (Growth.UNKNOWN, Certainty.UNKNOWN)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("loadAll", Certainty.UNKNOWN),
        ("Parse", Certainty.UNKNOWN),
        ("init", Certainty.ASSUMED),
        ("G", Certainty.ASSUMED),
    ],
)
def test_preparation(name: str, expected: Certainty) -> None:
    """Code that reads settings or builds something is one step less telling; an initialiser's closure is not."""
    world = World(main_packages=())
    table = world.var()
    world.function(f"{PACKAGE}.{name}", ops=(world.op(table, key_=key("call", text="what()", detail="what")),))
    found = world.map(table).inserts[0]
    assert (found.growth, found.growth_certainty) == (Growth.UNBOUNDED, expected)


def test_a_reason_shows_calls_only_as_they_are_written() -> None:
    world = World()
    plain, pointed, named = world.var("A"), world.var("B"), world.var("C")
    ops = (
        world.op(plain, key_=key("call", detail="mix.Next")),
        world.op(pointed, key_=key("call", detail="&h")),
        world.op(named, key_=key("element", text="userID", detail="names[0]")),
    )
    world.function(f"{PACKAGE}.F", ops=ops)
    assert world.map(plain).inserts[0].growth_reason == "the key is the result of a call (mix.Next)"
    assert world.map(pointed).inserts[0].growth_reason == "the key is the result of a call"
    reason = "the keys are elements of a collection (names[0]); by what they are called, keys are individuals"
    assert world.map(named).inserts[0].growth_reason == reason


@pytest.mark.parametrize(
    ("names", "expected"),
    [(["id"], True), (["getID"], True), (["addr"], True), (["nodeAddr"], False), (["get"], False), ([], False)],
)
def test_what_is_called_an_id_and_no_more(names: list[str], expected: bool) -> None:
    assert is_generic(names) is expected
