"""Wrappers are transparent: their holders are the maps, and what their methods do is done to the holder."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.callgraph.build import build as build_graph
from mapleak.maps.build import build
from mapleak.maps.model import AbstractMap, Growth, Lifetime, MapModel
from programs import resolved, write_module

SAFE = """package m

import (
	"net/http"
	"sync"
	"time"
)

type Safe[K comparable, V any] struct {
	mu sync.Mutex
	m  map[K]V
}

func NewSafe[K comparable, V any]() *Safe[K, V] { return &Safe[K, V]{m: make(map[K]V)} }
func (s *Safe[K, V]) Set(k K, v V)              { s.mu.Lock(); defer s.mu.Unlock(); s.put(k, v) }
func (s *Safe[K, V]) put(k K, v V)              { s.m[k] = v }
func (s *Safe[K, V]) Delete(k K)                { s.mu.Lock(); defer s.mu.Unlock(); delete(s.m, k) }
func (s *Safe[K, V]) Drop()                     { s.m = make(map[K]V) }

type Sharded struct {
	shards [16]struct {
		mu sync.Mutex
		m  map[string]int
	}
}

func (s *Sharded) Set(k string, v int) { s.shards[len(k)%16].m[k] = v }
func (s *Sharded) Delete(k string)     { delete(s.shards[len(k)%16].m, k) }

type Named struct{ *Safe[string, int] }

func (n *Named) Hello() {}

type Store struct{ items *Safe[string, int] }

func (s *Store) Put(k string)  { s.items.Set(k, 1) }
func (s *Store) Take(k string) { s.items.Delete(k) }

type Swept struct {
	mu sync.Mutex
	m  map[string]time.Time
}

func NewSwept() *Swept {
	s := &Swept{m: make(map[string]time.Time)}
	go s.sweep()
	return s
}
func (s *Swept) Touch(k string) { s.m[k] = time.Now() }
func (s *Swept) sweep() {
	for range time.Tick(time.Minute) {
		for k, t := range s.m {
			if time.Since(t) > time.Hour {
				delete(s.m, k)
			}
		}
	}
}

var kept = NewSafe[string, int]()
var cleaned = NewSafe[string, int]()
var few = NewSafe[string, int]()
var sharded Sharded
var named Named
var store = &Store{items: NewSafe[string, int]()}
var swept = NewSwept()
var byName = map[string]*Safe[string, int]{}

type server struct{ seen *Safe[string, int] }
"""

MAIN = """
func main() {
	s := &server{seen: NewSafe[string, int]()}
	http.HandleFunc("/", s.serve)
	http.ListenAndServe(":80", nil)
}
"""


def model_of(folder: Path, body: str, prelude: str = SAFE) -> MapModel:
    """The map model of a program whose handler has the given body; ``r`` is the request."""
    handler = f"func (s *server) serve(w http.ResponseWriter, r *http.Request) {{\n{body}\n}}\n"
    text = (prelude + handler + MAIN).replace("package m", "package main", 1)
    program = resolved(write_module(folder, {"main.go": text}))
    return build(program, build_graph(program))


def holder(model: MapModel, name: str) -> AbstractMap:
    found = model.map(f"example.com/m.{name}")
    assert found is not None, [m.name for m in model.maps]
    return found


def forms(subject: AbstractMap) -> tuple[list[str], list[str]]:
    """Forms of what inserts into a map and of what empties it."""
    return [op.form for op in subject.inserts], [op.form for op in (*subject.removes, *subject.resets)]


@pytest.mark.parametrize(
    ("name", "insert", "remove"),
    [
        ("kept", "kept.Set(r.RemoteAddr, 1)", "kept.Delete(r.RemoteAddr)"),
        ("kept", "kept.Set(r.RemoteAddr, 1)", "kept.Drop()"),
        ("kept", "k := kept; k.Set(r.RemoteAddr, 1)", "k.Delete(r.RemoteAddr)"),
        ("sharded", "sharded.Set(r.RemoteAddr, 1)", "sharded.Delete(r.RemoteAddr)"),
        ("Named.Safe", "named.Set(r.RemoteAddr, 1)", "named.Delete(r.RemoteAddr)"),
        ("store", "store.Put(r.RemoteAddr)", "store.Take(r.RemoteAddr)"),
        ("server.seen", "s.seen.Set(r.RemoteAddr, 1)", "defer s.seen.Delete(r.RemoteAddr)"),
    ],
)
def test_methods_on_a_holder_are_its_operations(name: str, insert: str, remove: str, tmp_path: Path) -> None:
    filled = holder(model_of(tmp_path / "a", insert), name)
    assert forms(filled) == (["call"], [])
    assert (filled.growth, filled.lifetime) == (Growth.UNBOUNDED, Lifetime.PROCESS)
    assert forms(holder(model_of(tmp_path / "b", f"{insert}\n{remove}"), name)) == (["call"], ["call"])


def test_holders_are_told_apart(tmp_path: Path) -> None:
    """Each has its own keys and its own removals, though one function makes them all."""
    model = model_of(
        tmp_path,
        'kept.Set(r.RemoteAddr, 1); cleaned.Set(r.RemoteAddr, 1); few.Set("one", 1)\ncleaned.Delete(r.RemoteAddr)',
    )
    assert forms(holder(model, "kept")) == (["call"], [])
    assert forms(holder(model, "cleaned")) == (["call"], ["call"])
    assert holder(model, "few").growth is Growth.BOUNDED
    assert holder(model, "kept").container == "example.com/m.Safe"


def test_who_speaks_where_others_clean_up(tmp_path: Path) -> None:
    """The wrapper removes, so the holder that is only filled is to blame and not the map inside."""
    model = model_of(tmp_path, "kept.Set(r.RemoteAddr, 1); cleaned.Set(r.RemoteAddr, 1)\ncleaned.Delete(r.RemoteAddr)")
    assert holder(model, "kept").told_by == ""
    assert holder(model, "Safe.m").removes


def test_who_speaks_where_nothing_is_removed(tmp_path: Path) -> None:
    """One map inside, one story: the holders stay silent."""
    model = model_of(tmp_path, "kept.Set(r.RemoteAddr, 1); s.seen.Set(r.URL.Path, 1)")
    inner = holder(model, "Safe.m")
    assert (inner.told_by, inner.lifetime) == ("", Lifetime.PROCESS)
    assert holder(model, "kept").told_by == holder(model, "server.seen").told_by == inner.name


def test_an_inner_map_all_of_whose_holders_are_harmless(tmp_path: Path) -> None:
    """Keys from a finite set in one, a local of one call in the other: nothing to tell about the map inside."""
    model = model_of(tmp_path, 'few.Set("one", 1)\nlocal := NewSafe[string, int](); local.Set(r.RemoteAddr, 1)')
    assert holder(model, "Safe.m").told_by


def test_holders_of_the_same_object_tell_one_story(tmp_path: Path) -> None:
    """What is handed on is the same wrapper: a removal through any holder is one for all."""
    body = "kept.Set(r.RemoteAddr, 1); cleaned.Set(r.RemoteAddr, 1); s.seen = kept\ns.seen.Delete(r.RemoteAddr)"
    model = model_of(tmp_path, body)
    kept, seen = holder(model, "kept"), holder(model, "server.seen")
    assert kept.removes
    assert [bool(kept.told_by), bool(seen.told_by)].count(True) == 1
    assert not holder(model, "cleaned").removes
    assert not holder(model, "cleaned").told_by


def test_a_sweeper_that_the_constructor_starts(tmp_path: Path) -> None:
    """It removes on its own time, from every wrapper that is made."""
    swept = holder(model_of(tmp_path, "swept.Touch(r.RemoteAddr)"), "swept")
    assert [op.no_effect for op in swept.removes] == [""]


def test_wrappers_stored_in_a_map(tmp_path: Path) -> None:
    """They are elements of that map, and holders of their own."""
    model = model_of(tmp_path, "if b := byName[r.Host]; b != nil { b.Set(r.RemoteAddr, 1) }")
    assert forms(holder(model, "byName[]")) == (["call"], [])


def test_a_removal_through_an_interface_is_believed_of_every_holder(tmp_path: Path) -> None:
    prelude = SAFE + "type remover interface{ Delete(string) }\nvar any remover = kept\n"
    model = model_of(tmp_path, "cleaned.Set(r.RemoteAddr, 1)\nany.Delete(r.RemoteAddr)", prelude)
    assert forms(holder(model, "cleaned"))[1] == ["delete"]


def test_a_type_whose_maps_others_change_is_no_wrapper(tmp_path: Path) -> None:
    """Its methods do not tell all that happens to it."""
    prelude = SAFE + "func forget(s *Sharded, k string) { delete(s.shards[0].m, k) }\n"
    model = model_of(tmp_path, "sharded.Set(r.RemoteAddr, 1); forget(&sharded, r.RemoteAddr)", prelude)
    assert model.map("example.com/m.sharded") is None


def test_what_a_constructor_starts_is_its_own_doing(tmp_path: Path) -> None:
    prelude = SAFE + (
        "func NewLater(load func() map[string]int) *Sharded {\n"
        "\ts := &Sharded{}\n\tgo func() { s.shards[0].m = load() }()\n\treturn s\n}\n"
    )
    model = model_of(tmp_path, "sharded.Set(r.RemoteAddr, 1)", prelude)
    assert forms(holder(model, "sharded")) == (["call"], [])


def test_a_type_that_nothing_is_handed_keys_is_no_wrapper(tmp_path: Path) -> None:
    model = model_of(tmp_path, "s.seen.Delete(r.RemoteAddr)", SAFE + "var main_ server\n")
    assert model.map("example.com/m.main_") is None


def test_a_summary_that_is_cut_short_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done to the holders is then not all listed, which is a doubt of the finding."""
    prelude = SAFE + "func (s *Safe[K, V]) Swap(old, k K, v V) { delete(s.m, old); s.m[k] = v }\n"
    assert not holder(model_of(tmp_path / "a", "kept.Set(r.RemoteAddr, 1)", prelude), "kept").unseen_uses
    monkeypatch.setattr("mapleak.maps.holding.summaries.MOST_DEEDS", 1)
    assert holder(model_of(tmp_path / "b", "kept.Set(r.RemoteAddr, 1)", prelude), "kept").unseen_uses
