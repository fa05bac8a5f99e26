"""The call graph for other programs, and the tables of maps and rules."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path

import networkx as nx
import pytest
from msgspec.structs import replace

from mapleak.analysis import Analysis, understand
from mapleak.config import Config
from mapleak.maps.model import MapModel
from mapleak.progress import Silent
from mapleak.report.graphs import callgraph_dot, callgraph_graphml, callgraph_json
from mapleak.report.tables import maps_text, rules_text
from samples import RULES
from test_report_json import MAP

SOURCE = """\
package main

type Runner interface{ Run() }

type job struct{}

func (*job) Run() { go leaf() }

func leaf() {}

func run(r Runner) {
	defer leaf()
	r.Run()
}

func main() {
	run(&job{})
	func() { leaf() }()
}
"""
ADD = "example.com/graph."


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    """A program with a call of every kind."""
    folder = tmp_path_factory.mktemp("graph")
    (folder / "go.mod").write_text("module example.com/graph\n\ngo 1.22\n")
    (folder / "main.go").write_text(SOURCE)
    return understand(Config(paths=(str(folder),)), Silent())


def test_json(analysis: Analysis) -> None:
    """Functions and calls with file and line, each kind by its name."""
    value = json.loads(callgraph_json(analysis.graph, analysis.resolved.files))
    assert value["schema_version"] == 1
    functions = {row["name"]: (row["file"], row["line"]) for row in value["functions"]}
    assert functions[ADD + "leaf"] == ("main.go", 9)
    assert functions["(*example.com/graph.job).Run"] == ("main.go", 7)
    calls = {(row["caller"], row["callee"], row["kind"], row["line"]) for row in value["calls"]}
    assert {
        (ADD + "main", ADD + "run", "static", 17),
        (ADD + "run", ADD + "leaf", "defer", 12),
        (ADD + "run", "(*example.com/graph.job).Run", "interface", 13),
        ("(*example.com/graph.job).Run", ADD + "leaf", "go", 7),
        (ADD + "main$1", ADD + "leaf", "static", 18),
    } <= calls


def test_dot(analysis: Analysis) -> None:
    """An arrow for each pair and kind, roots as boxes."""
    lines = callgraph_dot(analysis.graph).splitlines()
    assert lines[0] == "digraph callgraph {"
    assert f'  "{ADD}main" [shape=box];' in lines
    assert f'  "{ADD}main" -> "{ADD}run";' in lines
    assert f'  "{ADD}run" -> "{ADD}leaf" [label="defer"];' in lines
    assert lines == list(dict.fromkeys(lines))


def test_dot_is_read_by_graphviz(analysis: Analysis) -> None:
    """Where it is installed."""
    dot = shutil.which("dot")
    if dot is None:
        pytest.skip("Graphviz is not installed")
    done = subprocess.run(
        [dot, "-Tcanon"], input=callgraph_dot(analysis.graph).encode(), check=False, capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_graphml(analysis: Analysis) -> None:
    """What networkx reads back has the same functions and calls."""
    graph = nx.read_graphml(io.BytesIO(callgraph_graphml(analysis.graph).encode()), force_multigraph=True)
    assert set(graph) >= set(analysis.graph.functions)
    assert graph.number_of_edges() == len(analysis.graph.edges)
    assert graph.has_edge(ADD + "main", ADD + "run")


def test_maps_as_text() -> None:
    """What is believed of a map, and each operation on a line; terminal escapes are shown as what they are."""
    text = maps_text(MapModel((replace(MAP, growth_reason="keys come from \x1b[2J"),), (), ()))
    assert text.splitlines() == [
        "example.com/shop/cart.Server.peers  map[string]*Peer  (field, cart/cart.go:6:5)",
        "  lifetime process: main serves with it",
        "  growth unbounded: keys come from \\x1b[2J",
        "  cart/cart.go:8:2  update (inc_dec) in (*example.com/shop/cart.Server).Add",
        "  cart/cart.go:9:2  insert (assign) in (*example.com/shop/cart.Server).Add",
        "  cart/cart.go:11:2  reset (remake) in (*example.com/shop/cart.Server).Add",
        "  cart/cart.go:12:2  remove (delete) in (*example.com/shop/cart.Server).Add",
    ]


def test_rules_as_text() -> None:
    """One line a rule."""
    lines = rules_text(RULES).splitlines()
    assert [line.split()[0] for line in lines] == [rule.id for rule in RULES]
    assert lines[0] == "ML101  warning  high    global-map-without-delete     A map grows."


def test_files_that_are_gone_have_line_one(analysis: Analysis, tmp_path: Path) -> None:
    """A graph whose files are not known still renders."""
    value = json.loads(callgraph_json(analysis.graph, {}))
    assert {row["line"] for row in value["functions"]} == {1}
