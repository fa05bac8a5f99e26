"""From what was read to what the rules find: the stages that a scan leaves out when nothing has changed.

They are imported when they are needed, because making ready half of the program's code takes as long as such a scan.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from mapleak.callgraph.build import build as build_callgraph
from mapleak.callgraph.model import CallGraph
from mapleak.collector import patient_collector
from mapleak.config import Config
from mapleak.intake import Source, processes_for, read
from mapleak.maps.build import build as build_maps
from mapleak.maps.costs.entry import priced
from mapleak.maps.model import MapModel
from mapleak.progress import Progress
from mapleak.recursion import deep_recursion
from mapleak.resolve.model import ResolvedProgram
from mapleak.resolve.resolve import resolve
from mapleak.source.model import Tree
from mapleak.source.target import Target, target_of
from mapleak.store import NO_STORE, Store
from mapleak.syntax.facts import FileFacts


class Analysis(msgspec.Struct, frozen=True):
    """What is known of the program, its maps apart."""

    tree: Tree
    facts: Mapping[str, FileFacts]
    resolved: ResolvedProgram
    graph: CallGraph
    target: Target


def understand(config: Config, progress: Progress, store: Store = NO_STORE) -> Analysis:
    """Read the program and build its call graph; raises NoGoFilesError when there is nothing to read."""
    return understood(read(config, progress, store), config, progress, store)


@patient_collector()
@deep_recursion()
def understood(source: Source, config: Config, progress: Progress, store: Store) -> Analysis:
    """Resolve the program that was read and build its call graph."""
    progress.stage("resolving names")
    processes = processes_for(config.jobs, source.tree)
    by_file = source.keys_of_files
    resolved = resolve(source.sources, source.packages, source.locator, processes, source.keys, store, by_file)
    progress.stage("building the call graph")
    graph = build_callgraph(resolved)
    return Analysis(source.tree, source.facts, resolved, graph, target_of(source.environment, source.tree))


@patient_collector()
@deep_recursion()
def model_of(analysis: Analysis, progress: Progress, entries: int = 0) -> MapModel:
    """The map model of a program, with what an entry of each map costs, where there are ``entries`` of them or any."""
    progress.stage("modelling maps")
    model = build_maps(analysis.resolved, analysis.graph)
    return priced(model, analysis.target.word, analysis.target.go, entries)


def notes_on(analysis: Analysis) -> tuple[str, ...]:
    """What the user should know of the analysis itself."""
    missed = () if analysis.graph.complete else ("some calls of function values were not followed: there are too many",)
    return (*missed, *analysis.resolved.failures)
