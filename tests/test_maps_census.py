"""Which maps there are, and which operation belongs to which of them."""

from __future__ import annotations

import pytest

from mapleak.maps import aliases
from mapleak.maps.model import Growth
from maps_facts import FILE, PACKAGE, World, endless, key

F = f"{PACKAGE}.F"
G = f"{PACKAGE}.G"


def ops(world: World, name: str) -> list[tuple[str, str]]:
    """(effect, via) of everything listed under a map, in source order."""
    found = world.map(name)
    listed = (*found.inserts, *found.updates, *found.removes, *found.resets)
    return [(op.effect.value, op.via) for op in sorted(listed, key=lambda op: op.location)]


def test_an_operation_on_a_local_alias_belongs_to_the_field() -> None:
    """``m := s.peers; m[k] = v; delete(m, k)``."""
    world = World()
    peers = world.field_("Server", "peers")
    m = world.local(F, "m")
    world.function(F, ops=(world.op(m.node), world.op(m.node, "remove")), flows=((m.node, peers),), variables=(m,))
    assert ops(world, peers) == [("insert", "m"), ("remove", "m")]
    assert world.model().map(m.node) is None


def test_an_operation_through_a_parameter_belongs_to_what_callers_pass() -> None:
    """``put(global)``, ``put(local)``: the parameter itself is not a map of its own."""
    world = World()
    shared = world.var("shared")
    own = world.local(F, "own")
    param = world.local(G, "m", "param")
    make = f"make@{FILE}:5"
    world.function(
        F, flows=((f"{G}$p0", shared), (f"{G}$p0", own.node), (own.node, make)), variables=(own,), root="main"
    )
    world.function(G, ops=(world.op(param.node),), flows=((param.node, f"{G}$p0"),), variables=(param,), root="")
    assert ops(world, shared) == [("insert", "m")]
    assert ops(world, own.node) == [("insert", "m")]
    assert world.model().map(param.node) is None


def test_a_parameter_of_an_exported_function_is_a_map_of_its_own() -> None:
    """Importers may pass maps that are not seen."""
    world = World()
    shared = world.var("shared")
    param = world.local(G, "m", "param")
    world.function(F, flows=((f"{G}$p0", shared),))
    world.function(G, ops=(world.op(param.node),), flows=((param.node, f"{G}$p0"),), variables=(param,))
    assert ops(world, param.node) == [("insert", "")]
    assert ops(world, shared) == [("insert", "m")]


def test_a_map_is_filled_before_it_is_stored() -> None:
    """``m := make(…); m[k] = v; s.peers = m``: listed under the field, but it does not make the field's map grow."""
    world = World()
    peers = world.field_("Server", "peers")
    m = world.local(F, "m")
    op = world.op(m.node, key_=key("call"))
    world.function(F, ops=(op,), flows=((m.node, f"make@{FILE}:5"), (peers, m.node)), variables=(m,))
    assert ops(world, peers) == [("insert", "m")]
    assert Growth.BOUNDED is world.map(peers).growth
    assert len(world.map(peers).creations) == 1


def test_a_map_that_an_endless_loop_goes_on_filling_is_not_just_initialised() -> None:
    """``m := make(…); s.peers = m; for { m[<-c] = v }``."""
    world = World()
    peers = world.field_("Server", "peers")
    m = world.local(F, "m")
    op = world.op(m.node, key_=key("call"))
    flows = ((m.node, f"make@{FILE}:5"), (peers, m.node))
    world.function(F, ops=(op,), flows=flows, variables=(m,), ending=endless())
    assert Growth.UNBOUNDED is world.map(peers).growth


def test_a_closure_fills_the_map_after_it_was_stored() -> None:
    """``m := make(…); s.peers = m; go func() { m[k] = v }()``."""
    world = World()
    peers = world.field_("Server", "peers")
    m = world.local(F, "m")
    world.function(F, flows=((m.node, f"make@{FILE}:5"), (peers, m.node)), variables=(m,))
    world.function(f"{F}$1", ops=(world.op(m.node, key_=key("call")),), parent=F)
    assert Growth.UNBOUNDED is world.map(peers).growth


def test_elements_are_maps_of_their_own_level() -> None:
    """``inner := s.byUser[u]; inner[k] = v; delete(s.byUser, u)``."""
    world = World()
    outer = world.field_("Server", "byUser", type_="map[string]map[int]bool", value="map[int]bool")
    inner = world.local(F, "inner")
    world.function(
        F,
        ops=(world.op(inner.node), world.op(outer, "remove")),
        flows=((inner.node, f"{outer}[]"),),
        variables=(inner,),
    )
    assert ops(world, f"{outer}[]") == [("insert", "inner")]
    assert ops(world, outer) == [("remove", "")]
    element = world.map(f"{outer}[]")
    assert (element.kind, element.type, element.key, element.value) == ("element", "map[int]bool", "int", "bool")
    assert element.declaration == world.map(outer).declaration


def test_elements_of_an_alias_are_elements_of_the_map() -> None:
    """``m := s.byUser; m[u][k] = v``."""
    world = World()
    outer = world.field_("Server", "byUser", type_="map[string]map[int]bool", value="map[int]bool")
    m = world.local(F, "m")
    world.function(F, ops=(world.op(f"{m.node}[]"),), flows=((m.node, outer),), variables=(m,))
    assert ops(world, f"{outer}[]") == [("insert", "element of m")]


def test_one_step_from_field_to_field() -> None:
    """``a.m = b.m`` shares operations; ``c.m = b.m`` does not carry insertions on to a third."""
    world = World()
    a, b, c = world.field_("A"), world.field_("B"), world.field_("C")
    world.function(F, ops=(world.op(a),), flows=((a, b), (c, b)))
    assert ops(world, b) == [("insert", "p.A.m")]
    assert ops(world, c) == []


@pytest.mark.parametrize(("own", "expected"), [(False, [("remove", "p.A.m")]), (True, [])])
def test_what_is_only_handed_one_map_sees_what_others_take_out_of_it(
    own: bool, expected: list[tuple[str, str]]
) -> None:
    """``newSweeper(b.m)`` and ``newFiller(b.m)``: one map; a field that may have a map of its own as well is not."""
    world = World()
    a, b, c = world.field_("A"), world.field_("B"), world.field_("C")
    flows = ((a, b), (c, b), *(((c, "make@p.go:5"),) if own else ()))
    world.function(F, ops=(world.op(a, "remove"),), flows=flows)
    assert ops(world, c) == expected


def test_what_happens_to_another_element_is_not_an_insertion_into_this_map() -> None:
    """``all[name] = s.peers; all[other][k] = v``: only removals are believed to concern s.peers."""
    world = World()
    peers = world.field_("Server", "peers")
    registry = world.var("all", type_="map[string]map[string]int", value="map[string]int")
    element = f"{registry}[]"
    world.function(F, ops=(world.op(element), world.op(element, "remove")), flows=((element, peers),))
    assert ops(world, peers) == [("remove", "p.all[]")]


def test_setting_an_alias_does_not_reset_the_map() -> None:
    """``m := s.peers; m = nil`` empties nothing, ``p := &s.peers; *p = nil`` does, ``p = &other`` does not."""
    world = World()
    peers = world.field_("Server", "peers")
    m = world.local(F, "m")
    p = world.local(G, "p", type_="*map[string]int")
    world.function(F, ops=(world.op(m.node, "reset"),), flows=((m.node, peers),), variables=(m,))
    resets = (world.op(p.node, "reset", text="*p"), world.op(p.node, "reset", text="p"))
    world.function(G, ops=resets, flows=((p.node, peers),), variables=(p,))
    assert ops(world, peers) == [("reset", "p")]


def test_a_site_is_listed_once_by_its_most_direct_way() -> None:
    """Two ways to the same map do not make two operations."""
    world = World()
    peers = world.field_("Server", "peers")
    m, n = world.local(F, "m"), world.local(F, "n")
    flows = ((m.node, peers), (n.node, peers), (n.node, m.node))
    world.function(F, ops=(world.op(n.node), world.op(peers)), flows=flows, variables=(m, n))
    assert ops(world, peers) == [("insert", "n"), ("insert", "")]


def test_a_local_takes_the_map_that_a_function_makes() -> None:
    """``m := newSet()`` is a map of the caller; two callers do not share it."""
    world = World()
    a, b = world.local(F, "a"), world.local(G, "b")
    new = f"{PACKAGE}.newSet"
    world.function(new, flows=((f"{new}$r0", f"make@{FILE}:5"),), root="")
    world.function(F, ops=(world.op(a.node),), flows=((a.node, f"{new}$r0"),), variables=(a,))
    world.function(G, ops=(world.op(b.node),), flows=((b.node, f"{new}$r0"),), variables=(b,))
    assert ops(world, a.node) == [("insert", "")]
    assert ops(world, b.node) == [("insert", "")]


def test_a_local_of_unknown_origin_is_listed_under_its_own_name() -> None:
    """Nothing better is known."""
    world = World()
    m = world.local(F, "m")
    world.function(F, ops=(world.op(m.node),), flows=((m.node, "outside:lib.Table"),), variables=(m,))
    found = world.map(m.node)
    assert (found.kind, found.unseen_uses) == ("local", True)


def test_the_implementation_of_sync_map_is_not_followed() -> None:
    """A Store is an operation at its call; inside sync.Map nothing happens to the caller's map once more."""
    world = World()
    cache = world.var("cache", type_="sync.Map")
    store = "(*sync.Map).Store"
    receiver = world.local(store, "m", "param", type_="*sync.Map")
    world.function(F, ops=(world.op(cache, form="sync.Map.Store"),), flows=((f"{store}$recv", cache),))
    inside = world.op(receiver.node, form="sync.Map.Swap")
    world.function(store, ops=(inside,), flows=((receiver.node, f"{store}$recv"),), variables=(receiver,))
    assert ops(world, cache) == [("insert", "")]


def test_a_walk_that_is_cut_off_says_so() -> None:
    """A map that is handed on more often than can be followed has uses that are not seen."""
    world = World()
    hub = world.var("hub")
    chain = [f"{F}.x{i}" for i in range(aliases.CLOSURE_LIMIT + 5)]
    flows = tuple(zip(chain, [hub, *chain], strict=False))
    world.function(F, ops=(world.op(hub),), flows=flows)
    assert world.map(hub).unseen_uses


def test_positions_are_lines_and_byte_columns() -> None:
    """Lines of the test files are 1000 bytes long."""
    world = World()
    name = world.var("V")
    world.function(F, ops=(world.op(name, pos=2_034),))
    location = world.map(name).inserts[0].location
    assert (
        location.file,
        location.line,
        location.column,
        location.end_line,
        location.end_column,
    ) == (FILE, 3, 35, 3, 40)


def test_reported_when_declared_in_or_filled_from_a_file_that_was_asked_for() -> None:
    """A named file limits what is reported, not what is read."""
    world = World()
    other = world.file("other.go", reported=False)
    filled, quiet = world.var("filled", file=other), world.var("quiet", file=other)
    world.function(F, ops=(world.op(filled),))
    world.function(G, ops=(world.op(quiet),), file=other)
    assert (world.map(filled).reported, world.map(quiet).reported) == (True, False)


@pytest.mark.parametrize(
    ("holder", "flow"),
    [(f"{F}.all", "make@p.go:7"), (f"{PACKAGE}.all", "make@p.go:7"), (f"{F}.ms", f"{F}$p0")],
)
def test_what_a_literal_or_variadic_parameter_holds_is_the_same_map(holder: str, flow: str) -> None:
    """``all := map[string]map[string]int{"x": one}`` and then ``delete(all["x"], k)``."""
    world = World()
    one = world.var("one")
    remove = world.op(f"{holder}[]", "remove")
    world.function(F, ops=(remove,), flows=((f"{flow}[]", one), (holder, flow)))
    assert len(world.map(one).removes) == 1


def test_a_loop_over_a_literal_names_its_elements() -> None:
    """``for _, m := range []map[string]int{one} { delete(m, k) }``: m is one, and no map of its own."""
    world = World()
    one, visited = world.var("one"), world.local(F, "m")
    flows = (("make@p.go:7[]", one), (visited.node, "make@p.go:7[]"))
    world.function(F, ops=(world.op(visited.node, "remove"),), flows=flows, variables=(visited,))
    assert len(world.map(one).removes) == 1
    assert world.model().map(visited.node) is None


def test_an_element_of_a_field_outside_the_tree_needs_an_operation() -> None:
    """There is nothing else to show of it: a map that only a parameter is set to is not listed."""
    world = World()
    param = world.local(F, "m", "param")
    ops = (world.op(f"{param.node}[]", "reset"),)
    world.function(F, ops=ops, variables=(param,), flows=((param.node, "example.org/api.Settings.Data"),))
    assert "example.org/api.Settings.Data[]" not in {subject.name for subject in world.model().maps}
