"""Methods of the tree that only an interface of a library can be meant for."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.callgraph.build import build
from mapleak.callgraph.model import CallGraph
from programs import resolved, write_module

SOURCE = """package main

import "example.org/post"

type clerk struct{{ table map[string]post.Handler }}

func (c *clerk) Add(name string, handler post.Handler) {{ c.table[name] = handler }}

func (c *clerk) Keep(d *desk) {{}}

type desk struct{{ letters []post.Letter }}

func (d *desk) {method} {{ d.keep() }}
func (d *desk) keep()   {{}}

func main() {{
	c := &clerk{{table: map[string]post.Handler{{}}}}
	d := &desk{{}}
	c.Keep(d)
	post.Listen("localhost:0", c.table)
	{body}
}}

{sign}
"""


ANOTHER = """type box struct{}

func (b *box) ServePost(l post.Letter)                    {}
func (b *box) Take(n int, letters ...*post.Letter) error  { return nil }
func (b *box) Start(l post.Letter)                        {}
func (b *box) MarshalLetter(l post.Letter)                {}
"""


def graph(folder: Path, method: str, body: str = "", sign: str = ANOTHER) -> CallGraph:
    return build(resolved(write_module(folder, {"m.go": SOURCE.format(method=method, body=body, sign=sign)})))


def repeats(graph: CallGraph) -> bool:
    return "(*example.com/m.desk).keep" in graph.reachable - graph.startup_only


@pytest.mark.parametrize("method", ["ServePost(l post.Letter)", "Take(n int, letters ...*post.Letter) error"])
def test_a_method_with_parameters_of_a_library_is_called_by_it(tmp_path: Path, method: str) -> None:
    found = graph(tmp_path, method)
    assert repeats(found)
    name = method.partition("(")[0]
    assert "example.org/post" in found.roots[f"(*example.com/m.desk).{name}"].reason


@pytest.mark.parametrize(
    ("sign", "meant"),
    [
        ("func (c *clerk) serve(l post.Letter) { c.table[l.Name].ServePost(l) }", True),
        ("type box struct{}; func (b *box) ServePost(l post.Letter) {}", True),
        ("var _ post.Handler = (*desk)(nil)", True),  # mapleak.resolve.given: it is meant for the library
        ("var _ post.Letter", False),  # nobody may have a use for it
        ("type box struct{}; func (b *box) ServePost(l *post.Letter) {}", False),
        ("func (c *clerk) serve(l post.Letter) { l.ServeMail(l) }", False),
    ],
)
def test_something_shows_that_there_is_an_interface(tmp_path: Path, sign: str, meant: bool) -> None:
    assert repeats(graph(tmp_path, "ServePost(l post.Letter)", sign=sign)) is meant


@pytest.mark.parametrize(
    "method",
    [
        "servePost(l post.Letter)",  # code of other packages cannot call it
        "ServePost(l string)",  # no library is asked for
        "ServePost() post.Letter",
        "MarshalLetter(l post.Letter)",  # writes down
    ],
)
def test_other_methods_are_not_called(tmp_path: Path, method: str) -> None:
    assert "(*example.com/m.desk).keep" not in graph(tmp_path, method).reachable


def test_what_the_tree_calls_itself_runs_as_often_as_that_says(tmp_path: Path) -> None:
    found = graph(tmp_path, "ServePost(l post.Letter)", "d.ServePost(d.letters[0])")
    assert "(*example.com/m.desk).keep" in found.startup_only


def test_what_is_used_as_a_value_is_called_by_whoever_gets_it(tmp_path: Path) -> None:
    found = graph(tmp_path, "ServePost(l post.Letter)", "serve := d.ServePost; serve(d.letters[0])")
    assert "(*example.com/m.desk).keep" in found.startup_only


def test_what_begins_a_life_is_called_once(tmp_path: Path) -> None:
    found = graph(tmp_path, "Start(l post.Letter)")
    assert "(*example.com/m.desk).keep" in found.reachable
    assert not repeats(found)


def test_importers_may_be_meant(tmp_path: Path) -> None:
    source = """package desk

import "example.org/post"

type Desk struct{}

func (d *Desk) ServePost(l post.Letter) {}

func New() *Desk { return &Desk{} }
"""
    found = build(resolved(write_module(tmp_path, {"m.go": source})))
    assert found.roots["(*example.com/m.Desk).ServePost"].kind == "exported"
