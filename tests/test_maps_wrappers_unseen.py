"""What is done to holders of wrappers out of sight: which of the holders that are seen it may be done to."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.callgraph.build import build as build_graph
from mapleak.maps.build import build
from programs import resolved, write_module
from test_maps_wrappers import forms, holder, model_of

NESTED = """package m

import (
	"net/http"
	"sync"
)

type Safe[K comparable, V any] struct {
	mu sync.Mutex
	m  map[K]V
}

func NewSafe[K comparable, V any]() *Safe[K, V] { return &Safe[K, V]{m: make(map[K]V)} }
func (s *Safe[K, V]) Set(k K, v V)              { s.m[k] = v }
func (s *Safe[K, V]) Get(k K) *V                { v := s.m[k]; return &v }
func (s *Safe[K, V]) Delete(k K)                { delete(s.m, k) }

type server struct {
	groups *Safe[string, *Safe[string, int]]
	names  *Safe[string, int]
}

func find() *Safe[string, int]
"""

MADE = """
func main() {
	s := &server{groups: NewSafe[string, *Safe[string, int]](), names: NewSafe[string, int]()}
	http.HandleFunc("/", s.serve)
	http.ListenAndServe(":80", nil)
}
"""


@pytest.mark.parametrize(
    ("removal", "groups", "names"),
    [
        ("(*s.groups.Get(r.Host)).Delete(r.URL.Path)", [], ["sync"]),  # of an inner one: it may be s.names
        ("find().Delete(r.Host)", [], ["sync"]),
        ("s.groups.Delete(r.Host)", ["call"], []),
    ],
)
def test_of_another_instance_nothing_is_removed(
    removal: str, groups: list[str], names: list[str], tmp_path: Path
) -> None:
    body = f"s.groups.Set(r.RemoteAddr, NewSafe[string, int]()); s.names.Set(r.RemoteAddr, 1); {removal}"
    handler = f"func (s *server) serve(w http.ResponseWriter, r *http.Request) {{\n{body}\n}}\n"
    source = (NESTED + handler + MADE).replace("package m", "package main", 1)
    program = resolved(write_module(tmp_path, {"main.go": source}))
    model = build(program, build_graph(program))
    assert forms(holder(model, "server.groups"))[1] == groups
    assert len(forms(holder(model, "server.names"))[1]) == len(names)


LIBRARY = """package m

import "sync"

type Safe[K comparable, V any] struct{ sync.Map }

func (s *Safe[K, V]) Set(k K, v V) { s.Map.Store(k, v) }
func (s *Safe[K, V]) Delete(k K)   { s.Map.Delete(k) }

type Server struct {
	%s
	mu sync.Mutex
}

func (s *Server) Close() {}

func (s *Server) Add(name string) { s.%s.Set(name, 1) }
"""


@pytest.mark.parametrize(
    ("field", "name", "more", "removed"),
    [
        ("peers Safe[string, int]", "peers", "", False),
        ("Peers Safe[string, int]", "Peers", "", True),
        (
            "peers *Safe[string, int]",
            "peers",
            "func New(p *Safe[string, int]) *Server { return &Server{peers: p} }",
            True,
        ),
        ("peers Safe[string, int]", "peers", "func (s *Server) All() *Safe[string, int] { return &s.peers }", True),
    ],
)
def test_importers_have_no_holder_that_they_cannot_name(
    field: str, name: str, more: str, removed: bool, tmp_path: Path
) -> None:
    program = resolved(write_module(tmp_path, {"m.go": LIBRARY % (field, name) + more}))
    model = build(program, build_graph(program))
    assert bool(forms(holder(model, f"Server.{name}"))[1]) is removed


def test_a_value_of_a_method_may_be_of_any(tmp_path: Path) -> None:
    """Through an interface anything that has the method may be meant."""
    model = model_of(tmp_path, "kept.Set(r.RemoteAddr, 1); var d interface{ Delete(string) } = few; d.Delete(r.Host)")
    assert forms(holder(model, "kept"))[1] != []
