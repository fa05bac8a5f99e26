"""The call graph for other programs: JSON by the output contract, DOT and GraphML for drawing and network tools."""

from __future__ import annotations

import bisect
from array import array
from collections.abc import Iterator, Mapping

from mapleak.callgraph.model import CallGraph
from mapleak.report.jsonout import SCHEMA_VERSION, JsonObject, JsonValue, dump
from mapleak.resolve.model import FileInfo


class _Lines:
    """Line numbers of byte offsets, by the files' tables of line starts."""

    def __init__(self, files: Mapping[str, FileInfo]) -> None:
        self._files = files
        self._starts: dict[str, array[int]] = {}

    def number(self, file: str, offset: int) -> int:
        if file not in self._starts:
            self._starts[file] = _numbers(self._files[file].line_starts if file in self._files else b"")
        return max(1, bisect.bisect_right(self._starts[file], offset))


def _numbers(packed: bytes) -> array[int]:
    numbers = array("I")
    numbers.frombytes(packed)
    if array("I", [1]).tobytes()[0] != 1:
        numbers.byteswap()
    return numbers


def callgraph_json(graph: CallGraph, files: Mapping[str, FileInfo]) -> str:
    """Functions by name and place, calls by caller and place."""
    lines = _Lines(files)
    return dump(
        {
            "schema_version": SCHEMA_VERSION,
            "functions": _functions(graph, lines),
            "calls": _calls(graph, lines),
        }
    )


def _functions(graph: CallGraph, lines: _Lines) -> list[JsonValue]:
    rows: list[JsonValue] = []
    for name, variants in sorted(graph.functions.items()):
        for function in sorted(variants, key=lambda function: (function.file, function.pos)):
            row: JsonObject = {"name": name, "file": function.file, "line": lines.number(function.file, function.pos)}
            row["reachable"] = name in graph.reachable
            row["startup_only"] = name in graph.startup_only
            row["root"] = graph.roots[name].kind if name in graph.roots else ""
            rows.append(row)
    return rows


def _calls(graph: CallGraph, lines: _Lines) -> list[JsonValue]:
    edges = sorted(graph.edges, key=lambda edge: (edge.caller, edge.file, edge.pos, edge.callee, edge.kind))
    return [
        {
            "caller": edge.caller,
            "callee": edge.callee,
            "kind": edge.kind,
            "file": edge.file,
            "line": lines.number(edge.file, edge.pos),
        }
        for edge in edges
    ]


def callgraph_dot(graph: CallGraph) -> str:
    """Graphviz' language: an arrow for each pair and kind of call; roots are drawn as boxes."""
    return "".join(f"{line}\n" for line in _dot_lines(graph))


def _dot_lines(graph: CallGraph) -> Iterator[str]:
    yield "digraph callgraph {"
    for name in sorted(graph.functions):
        shape = " [shape=box]" if name in graph.roots else ""
        yield f"  {_quoted(name)}{shape};"
    for caller, callee, kind in _arrows(graph):
        style = "" if kind == "static" else f" [label={_quoted(kind)}]"
        yield f"  {_quoted(caller)} -> {_quoted(callee)}{style};"
    yield "}"


def _arrows(graph: CallGraph) -> list[tuple[str, str, str]]:
    return sorted({(edge.caller, edge.callee, edge.kind) for edge in graph.edges})


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def callgraph_graphml(graph: CallGraph) -> str:
    """GraphML with the functions as nodes and an edge for every call."""
    import networkx as nx  # noqa: PLC0415 -- half a second that no other output needs

    from mapleak.callgraph.export import to_networkx  # noqa: PLC0415 -- the same

    return "\n".join(nx.generate_graphml(to_networkx(graph))) + "\n"
