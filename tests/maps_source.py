"""The map model of small Go programs, from source."""

from __future__ import annotations

from pathlib import Path

from mapleak.callgraph.build import build as build_graph
from mapleak.maps.build import build
from mapleak.maps.model import MapModel
from programs import resolved, write_module


def model_of(folder: Path, files: dict[str, str]) -> MapModel:
    """The map model of the module ``example.com/m`` with the given files."""
    program = resolved(write_module(folder, files))
    return build(program, build_graph(program))
