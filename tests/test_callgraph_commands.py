"""Commands of one program: what one of them runs is no part of the others, whatever helpers they share."""

from __future__ import annotations

from pathlib import Path

from mapleak.callgraph.build import build
from mapleak.callgraph.model import CallGraph
from programs import resolved, write_module

SOURCE = """package main

import (
	"net/http"
	"os"

	"github.com/urfave/cli/v2"
)

var app = cli.App{{
	Commands: []*cli.Command{{
		{{Name: "serve", Action: serve}},
		&cli.Command{{Name: "convert", Action: convert}},
	}},
}}

func serve(c *cli.Context) error {{
	each(func(name string) {{ answer(name) }})
	{serve}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {{ answer(r.URL.Path) }})
	return http.ListenAndServe(":80", nil)
}}

func convert(c *cli.Context) error {{
	queue := make(chan string)
	go func() {{
		for {{
			work(<-queue)
		}}
	}}()
	each(func(name string) {{ note(name) }})
	return nil
}}

func each(do func(name string)) {{
	for _, name := range os.Args {{
		do(name)
	}}
}}

func work(name string)   {{}}
func note(name string)   {{}}
func answer(name string) {{}}

func main() {{ app.RunAndExitOnError() }}
"""


def graph(folder: Path, serve: str = "") -> CallGraph:
    return build(resolved(write_module(folder, {"main.go": SOURCE.format(serve=serve)})))


def ending(graph: CallGraph) -> set[str]:
    return {name.removeprefix("example.com/m.") for name in graph.ending}


def test_the_field_of_a_command_is_known_without_the_sources_of_its_library(tmp_path: Path) -> None:
    assert {"convert", "note", "work"} <= ending(graph(tmp_path))


def test_a_literal_runs_where_its_writer_does(tmp_path: Path) -> None:
    """Both commands call ``each`` with a function of their own."""
    found = ending(graph(tmp_path))
    assert "note" in found
    assert "answer" not in found


def test_what_a_serving_command_runs_once_is_repeated_by_the_ending_one_alone(tmp_path: Path) -> None:
    assert "work" in ending(graph(tmp_path, 'work("first")'))


def test_what_a_serving_command_repeats_does_not_end(tmp_path: Path) -> None:
    assert "work" not in ending(graph(tmp_path, "go func() { for { work(<-make(chan string)) } }()"))
