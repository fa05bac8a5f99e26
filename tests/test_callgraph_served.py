"""Objects given to a library: whatever the library calls of them is called at events."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.callgraph.build import build
from mapleak.callgraph.model import CallGraph
from programs import resolved, write_module

SOURCE = """package main

import (
	"fmt"
	"net/rpc"

	"example.org/disk"
	"example.org/journal"
)

type drive struct{{ disk.Defaults }}

func (d *drive) Release(handle uint64) int {{ d.forget(handle); return 0 }}
func (d *drive) forget(handle uint64)      {{}}
func (d *drive) Rename(from string)        {{}}
func (d *drive) Init()                     {{}}
func (d *drive) String() string            {{ return "" }}

type label struct{{}}

func (l label) String() string {{ return "" }}

func main() {{
	d := &drive{{}}
	{body}
}}

var _, _, _, _ = rpc.Register, disk.Serve, journal.Infof, fmt.Sprint
"""

DRIVE = "(*example.com/m.drive)"


def graph(folder: Path, body: str) -> CallGraph:
    return build(resolved(write_module(folder, {"m.go": SOURCE.format(body=body)})))


def repeating(graph: CallGraph) -> set[str]:
    return {name.removeprefix(f"{DRIVE}.") for name in graph.reachable - graph.startup_only}


@pytest.mark.parametrize("body", ["disk.Serve(d, 1)", "rpc.Register(d)", "disk.Open().Volumes().Notify(d)"])
def test_methods_of_an_object_given_to_a_library_are_called_at_events(tmp_path: Path, body: str) -> None:
    assert repeating(graph(tmp_path, body)) == {"Release", "forget", "Rename", "String"}


FOREIGN = {
    "declared": "var h disk.Handler = d; keep(h)",
    "assigned": "var h disk.Handler; h = d; keep(h)",
    "passed on": "keep(d)",
    "asserted for the package": "keep(nil) }\nvar _ disk.Handler = (*drive)(nil)\nfunc more() {",
}


@pytest.mark.parametrize("case", FOREIGN)
def test_methods_of_an_object_that_is_taken_for_a_librarys_interface(tmp_path: Path, case: str) -> None:
    """Which methods that has is not known: the library is not on disk."""
    body = FOREIGN[case] + " }\nfunc keep(h disk.Handler) { _ = h"
    assert repeating(graph(tmp_path, body)) == {"Release", "forget", "Rename", "String"}


def test_an_interface_of_the_tree_or_of_the_standard_library_is_known(tmp_path: Path) -> None:
    own = (
        "var h handler = d; h.Init(); var s fmt.Stringer = d; _ = s }\ntype handler interface{ Init() }\nfunc more() {"
    )
    assert repeating(graph(tmp_path, own)) <= {"String"}


def test_a_method_that_the_tree_calls_itself_runs_as_often_as_that_says(tmp_path: Path) -> None:
    assert repeating(graph(tmp_path, 'disk.Serve(d, 1); d.Rename("")')) == {"Release", "forget", "String"}


@pytest.mark.parametrize("body", ["_ = d", 'journal.Infof("%v", d)', "println(d)", "disk.Serve(label{}, 1)"])
def test_not_of_objects_that_stay_or_are_written_down(tmp_path: Path, body: str) -> None:
    assert repeating(graph(tmp_path, body)) == set()


def test_a_method_that_the_tree_calls_through_its_own_interface(tmp_path: Path) -> None:
    own = 'disk.Serve(d, 1)\n\tvar r interface { Rename(string); Release(uint64) int } = d\n\tr.Rename("")'
    assert "Rename" not in repeating(graph(tmp_path, own))


def test_what_begins_an_objects_life_runs_once(tmp_path: Path) -> None:
    assert f"{DRIVE}.Init" in graph(tmp_path, "disk.Serve(d, 1)").startup_only


def test_only_where_the_code_that_gives_it_away_runs(tmp_path: Path) -> None:
    found = graph(tmp_path, "_ = d }\nfunc unused(d *drive) { disk.Serve(d, 1)")
    assert f"{DRIVE}.Release" not in found.reachable


METHODS = """package main

import (
	"net/http"

	"example.org/chi"
)

type remover interface {
	Remove(w http.ResponseWriter, r *http.Request)
}

type drive struct{}

func (d *drive) Remove(w http.ResponseWriter, r *http.Request) {}

type routes struct{ paths map[string]func(http.ResponseWriter, *http.Request) }

func (r *routes) keep(path string, f func(http.ResponseWriter, *http.Request)) { r.paths[path] = f }

func (r *routes) serve(path string) { r.paths[path](nil, nil) }

func register(r remover, all *routes) {
	%s
}

func main() {
	all := &routes{}
	register(&drive{}, all)
	for range make(chan int) {
		all.serve("")
	}
}

var _, _ = http.HandleFunc, chi.New
"""


@pytest.mark.parametrize(
    "body",
    [
        'http.HandleFunc("/", r.Remove)',
        'chi.New().Delete("/", r.Remove)',
        'all.keep("/", r.Remove)',
        "server := &http.Server{Handler: http.HandlerFunc(r.Remove)}; server.ListenAndServe()",
    ],
)
def test_the_method_of_an_interface_as_a_value_stands_for_all_implementations(tmp_path: Path, body: str) -> None:
    found = build(resolved(write_module(tmp_path, {"m.go": METHODS % body})))
    assert repeating(found) >= {"Remove"}
    assert found.takers[f"{DRIVE}.Remove"] == ("example.com/m.register",)


LIBRARY = """package lines

type Conn interface {
	Subscribe(subject string)
	Close() error
}

type conn struct{}

func %s() %s { return %s }

func dial() *conn { return &conn{} }

func (c *conn) Subscribe(subject string) { c.note(subject) }
func (c *conn) note(subject string)      {}
func (c *conn) Close() error             { return nil }
func (c *conn) Inner()                   {}

func use(c Conn) { c.Close() }
"""
EXAMPLE = """package main

import "example.com/m"

func main() { lines.Connect().Subscribe("") }
"""


@pytest.mark.parametrize(
    ("function", "result", "value", "expected"),
    [
        ("Connect", "Conn", "&conn{}", {"Subscribe", "note", "Close"}),
        ("Connect", "(Conn, error)", "dial(), nil", {"Subscribe", "note", "Close"}),
        ("connect", "Conn", "&conn{}", set()),
        ("Connect", "*conn", "&conn{}", {"Subscribe", "note", "Close", "Inner"}),
    ],
)
def test_importers_call_what_they_are_handed_as_an_interface(
    tmp_path: Path, function: str, result: str, value: str, expected: set[str]
) -> None:
    files = {"lines.go": LIBRARY % (function, result, value)}
    found = build(resolved(write_module(tmp_path, files)))
    conn = "(*example.com/m.conn)."
    methods = {name.removeprefix(conn) for name in found.reachable - found.startup_only if name.startswith(conn)}
    assert methods == expected


def test_an_example_that_calls_once_says_nothing_of_importers(tmp_path: Path) -> None:
    files = {"lines.go": LIBRARY % ("Connect", "Conn", "&conn{}"), "examples/one/main.go": EXAMPLE}
    found = build(resolved(write_module(tmp_path, files)))
    assert "(*example.com/m.conn).note" in found.reachable - found.startup_only
