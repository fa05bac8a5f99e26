"""What a helper calls for others runs as often as they pass it, not as often as the helper."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.callgraph.build import build
from mapleak.callgraph.model import CallGraph
from maps_source import model_of
from programs import resolved, write_module

SOURCE = """package main

import (
	"net/http"
	"sync"
	"time"
)

var once sync.Once
var kept func()

func atStart() {{}}
func atRequest() {{}}

func safely(name string, work func()) {{
	defer func() {{ recover() }}()
	if work != nil {{
		work()
	}}
}}

func twice(work func()) {{ safely("twice", work); safely("again", work) }}
func aside(work func()) {{ go func() {{ work() }}() }}
func wrapped(work func()) http.HandlerFunc {{ return func(http.ResponseWriter, *http.Request) {{ work() }} }}
func keep(work func()) {{ kept = work }}
func again(work func()) {{ for {{ work() }} }}
func instead(work func()) {{ if work == nil {{ work = atStart }}; work() }}
func rearmed(work func()) {{ work(); time.AfterFunc(time.Second, func() {{ rearmed(work) }}) }}
func recovered(work func()) {{ safely("", func() {{ work() }}) }}
func started(work func()) {{ go func() {{ recovered(func() {{ work() }}) }}() }}
func counted(work func()) {{ for {{ safely("", func() {{ work() }}) }} }}
func looped(work func()) {{ for {{ safely("", work) }} }}
func inner(work func()) {{ for {{ func() {{ work() }}() }} }}
func just(work func()) {{ once.Do(work) }}
func deep(work func(), levels int) {{ if levels > 0 {{ deep(work, levels-1) }} else {{ work() }} }}

func handle(w http.ResponseWriter, r *http.Request) {{
	{handle}
}}

func main() {{
	http.HandleFunc("/", handle)
	{main}
	http.ListenAndServe(":80", nil)
}}
"""


def graph(folder: Path, at_start: str, at_request: str) -> CallGraph:
    return build(resolved(write_module(folder, {"m.go": SOURCE.format(main=at_start, handle=at_request)})))


def runs(graph: CallGraph, name: str) -> str:
    full = f"example.com/m.{name}"
    return "never" if full not in graph.reachable else "once" if full in graph.startup_only else "often"


@pytest.mark.parametrize(
    "call",
    [
        'safely("x", {})',
        'safely("x", func() {{ {}() }})',
        'f := {}; safely("x", f)',
        "twice({})",
        "aside({})",
        "deep({}, 3)",
        "recovered({})",
        "started({})",
        'f := safely; _ = f; safely("y", {})',
    ],
)
def test_what_start_up_passes_does_not_run_at_requests(tmp_path: Path, call: str) -> None:
    found = graph(tmp_path, call.format("atStart"), call.format("atRequest"))
    assert (runs(found, "atStart"), runs(found, "atRequest")) == ("once", "often")


@pytest.mark.parametrize(
    "call",
    [
        'http.HandleFunc("/x", wrapped({}))',  # what it returns runs when the server says so
        "keep({}); kept()",
        "again({})",  # the helper's own loop
        "go again({})",
        "rearmed({})",
        "looped({})",
        "inner({})",
        "counted({})",
        "for {{ safely(``, {}) }}",
        'f := func(w func()) {{ safely("", w) }}; f({})',  # not called by name: nobody is told apart
    ],
)
def test_what_others_run_as_often_as_they_like_still_does(tmp_path: Path, call: str) -> None:
    at_request = "keep(atRequest); kept(); f := func(w func()) { safely(``, w) }; f(atRequest)"
    found = graph(tmp_path, call.format("atStart"), at_request)
    assert runs(found, "atRequest") == "often"
    assert runs(found, "atStart") == ("once" if call.startswith("f :=") else "often")


def test_what_a_parameter_may_be_besides_is_not_told_apart(tmp_path: Path) -> None:
    assert runs(graph(tmp_path, "instead(nil)", "instead(atRequest)"), "atStart") == "often"


def test_what_is_run_once_runs_once_whoever_passes_it(tmp_path: Path) -> None:
    found = graph(tmp_path, "just(atStart)", "just(atRequest)")
    assert (runs(found, "atStart"), runs(found, "atRequest")) == ("once", "once")


def test_the_root_that_is_named_is_one_that_passes_it(tmp_path: Path) -> None:
    found = graph(tmp_path, 'safely("x", atStart)', 'safely("x", atRequest)')
    assert found.entry["example.com/m.atRequest"] == "example.com/m.handle"
    assert found.entry["example.com/m.atStart"] == "example.com/m.main"


def test_the_edges_stay_with_the_helper(tmp_path: Path) -> None:
    found = graph(tmp_path, 'safely("x", atRequest)', "")
    assert [edge.caller for edge in found.callers["example.com/m.atRequest"]] == ["example.com/m.safely"]


NEAREST = """package main

import "net/http"

type saver interface{ save() }

type store struct{}

func (s store) save() { keep() }

func keep() {}

func first(w http.ResponseWriter, r *http.Request) { var s saver = store{}; s.save() }

func second(w http.ResponseWriter, r *http.Request) { prepare() }

func prepare() { work() }

func work() { CALLS }

func main() {
	http.HandleFunc("/a", first)
	http.HandleFunc("/b", second)
	_ = http.ListenAndServe(":80", nil)
}
"""


@pytest.mark.parametrize(("calls", "expected"), [("keep()", "second"), ("", "first")])
def test_the_root_that_is_named_leads_there_by_static_calls(tmp_path: Path, calls: str, expected: str) -> None:
    """Though another one is nearer, by way of an interface."""
    source = NEAREST.replace("CALLS", calls)
    found = build(resolved(write_module(tmp_path, {"main.go": source})))
    assert found.entry["example.com/m.keep"] == f"example.com/m.{expected}"
    assert found.before["example.com/m.keep"] == ("example.com/m.work" if calls else "(example.com/m.store).save")
    assert f"example.com/m.{expected}" not in found.before


def test_the_way_from_the_root_to_an_insertion(tmp_path: Path) -> None:
    source = NEAREST.replace("CALLS", "keep()").replace(
        "func keep() {}", "var kept = map[int]int{}\n\nfunc keep() { kept[0]++ }"
    )
    (kept,) = model_of(tmp_path, {"main.go": source}).maps
    (insertion,) = kept.inserts
    assert (insertion.entry, insertion.way) == ("example.com/m.second", ("example.com/m.prepare", "example.com/m.work"))
