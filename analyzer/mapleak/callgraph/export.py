"""The call graph as a networkx graph, for writers and graph algorithms."""

from __future__ import annotations

import networkx as nx

from mapleak.callgraph.model import CallGraph


def to_networkx(graph: CallGraph) -> nx.MultiDiGraph[str]:
    """Return a multigraph with a node for every function of the tree and an edge for every call.

    Nodes carry ``file`` and ``pos`` of the function's first variant and whether it is ``reachable``; edges
    the ``kind``, ``file`` and ``pos`` of the call. Nodes and edges come in the graph's own order.
    """
    exported: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for name, variants in graph.functions.items():
        first = variants[0]
        exported.add_node(name, file=first.file, pos=first.pos, reachable=name in graph.reachable)
    for edge in graph.edges:
        exported.add_edge(edge.caller, edge.callee, kind=edge.kind, file=edge.file, pos=edge.pos)
    return exported
