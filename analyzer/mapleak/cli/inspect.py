"""``mapleak maps`` and ``mapleak callgraph``: what the engine believes, before any rule."""

from __future__ import annotations

from typing import Any

import click

from mapleak.cli.exits import OK
from mapleak.cli.options import config_from, reading_options, store_from


@click.command()
@reading_options
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Output format."
)
@click.option(
    "--entries",
    type=click.IntRange(min=1),
    default=None,
    metavar="N",
    help="What an entry costs in a map of N entries.",
)
@click.option("--no-progress", is_flag=True, help="No progress bar.")
@click.option("-v", "--verbose", is_flag=True, help="Timings on standard error.")
def maps(**options: Any) -> int:
    """List every map with its operations, lifetime and growth."""
    from mapleak.analysis import model_of, understand
    from mapleak.cli.output import to_stdout
    from mapleak.cli.progress import Watcher, bar_wanted
    from mapleak.report.jsonout import maps_json
    from mapleak.report.tables import maps_text

    with Watcher(bar=bar_wanted(switched_off=options["no_progress"]), timings=options["verbose"]) as watcher:
        analysis = understand(config_from(options), watcher, store_from(options))
        model = model_of(analysis, watcher, options["entries"] or 0)
    to_stdout(maps_json(model) if options["format_"] == "json" else maps_text(model))
    return OK


@click.command()
@reading_options
@click.option(
    "--format",
    "format_",
    type=click.Choice(["json", "dot", "graphml"]),
    default="json",
    show_default=True,
    help="Output format.",
)
@click.option("--no-progress", is_flag=True, help="No progress bar.")
@click.option("-v", "--verbose", is_flag=True, help="Timings on standard error.")
def callgraph(**options: Any) -> int:
    """Print the call graph."""
    from mapleak.analysis import understand
    from mapleak.cli.output import to_stdout
    from mapleak.cli.progress import Watcher, bar_wanted
    from mapleak.report.graphs import callgraph_dot, callgraph_graphml, callgraph_json

    with Watcher(bar=bar_wanted(switched_off=options["no_progress"]), timings=options["verbose"]) as watcher:
        analysis = understand(config_from(options), watcher, store_from(options))
    match options["format_"]:
        case "dot":
            to_stdout(callgraph_dot(analysis.graph))
        case "graphml":
            to_stdout(callgraph_graphml(analysis.graph))
        case _:
            to_stdout(callgraph_json(analysis.graph, analysis.resolved.files))
    return OK
