"""What importers, and calls through interfaces, may do to the holders of wrappers that are seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.callgraph.build import build as build_graph
from mapleak.maps.build import build
from programs import resolved, write_module
from test_maps_wrappers import forms, holder, model_of

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


SERVICE = """package main

import (
	"net/http"
	"sync"

	"example.org/services"
)

type swept struct {
	mu sync.Mutex
	m  map[string]int
}

func newSwept() *swept {
	s := &swept{m: make(map[string]int)}
	services.New(s.%s)
	return s
}

func (s *swept) touch(k string) { s.m[k] = 1 }
func (s *swept) running() error { s.sweep(); return nil }
func (s *swept) idle() error    { return nil }
func (s *swept) sweep() {
	for k, n := range s.m {
		if n > 1 {
			delete(s.m, k)
		}
	}
}

var seen = newSwept()

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { seen.touch(r.RemoteAddr) })
	http.ListenAndServe(":80", nil)
}
"""


@pytest.mark.parametrize(("method", "removed"), [("running", True), ("idle", False)])
def test_a_method_that_a_library_is_handed_works_on_every_holder(method: str, removed: bool, tmp_path: Path) -> None:
    program = resolved(write_module(tmp_path, {"main.go": SERVICE % method}))
    model = build(program, build_graph(program))
    assert bool(forms(holder(model, "seen"))[1]) is removed
