"""``mapleak explain`` and ``mapleak rules``: what the rules say of themselves."""

from __future__ import annotations

import sys

import click

from mapleak.cli.options import COLOUR_OPTION
from mapleak.config import COMPILER_TIMEOUT


@click.command()
@click.argument("rule", required=False)
@click.option(
    "--escape",
    metavar="FILE:LINE",
    help="Instead of a rule: what the compiler decided about the map or closure of that line, and why.",
)
@click.option("--go", default="", metavar="PATH", help="The go command to use for --escape.")
@click.option(
    "--compiler-timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=COMPILER_TIMEOUT,
    show_default=True,
    metavar="SECONDS",
    help="Deadline for the compiler.",
)
@click.option("--no-progress", is_flag=True, help="No progress bar.")
@COLOUR_OPTION
def explain(
    rule: str | None, escape: str | None, go: str, compiler_timeout: float, no_progress: bool, color: str
) -> None:
    """Explain a rule, by id (ML101) or name, or with --escape a decision of the compiler."""
    from mapleak.cli.output import to_stdout

    if (rule is None) == (escape is None):
        raise click.UsageError("give either a rule or --escape FILE:LINE")
    if escape is not None:
        from mapleak.cli.escape import escape_report
        from mapleak.cli.progress import Watcher, bar_wanted
        from mapleak.report.escape import escape_text

        with Watcher(bar=bar_wanted(switched_off=no_progress), timings=False) as watcher:
            report = escape_report(escape, go, compiler_timeout, watcher)
        to_stdout(escape_text(report))
        return
    assert rule is not None
    markdown = _explained(rule)
    to_stdout(_painted(markdown, color) if sys.stdout.isatty() or color == "always" else markdown)


def _explained(rule: str) -> str:
    from mapleak.errors import MapleakError
    from mapleak.registry import load_rules
    from mapleak.report.explain import explanation

    wanted = rule.strip().lower()
    found = next((known for known in load_rules() if wanted in (known.id.lower(), known.name)), None)
    if found is None:
        raise MapleakError(f"there is no rule {rule!r}; 'mapleak rules' lists them")
    return explanation(found)


def _painted(markdown: str, color: str) -> str:
    """Markdown as a terminal shows it."""
    import io
    import os
    import shutil

    from rich.console import Console
    from rich.markdown import Markdown

    from mapleak.report.colour import Colour, coloured

    with_colour = coloured(Colour(color), os.environ, terminal=sys.stdout.isatty())
    buffer = io.StringIO()
    width = min(shutil.get_terminal_size().columns, 100)
    console = Console(file=buffer, force_terminal=with_colour, color_system="standard", width=width)
    console.print(Markdown(markdown))
    return buffer.getvalue()


@click.command()
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="Output format.",
)
def rules(format_: str) -> None:
    """List all rules."""
    from mapleak.cli.output import to_stdout
    from mapleak.registry import load_rules
    from mapleak.report.explain import rules_page
    from mapleak.report.jsonout import rules_json
    from mapleak.report.tables import rules_text

    render = {"text": rules_text, "json": rules_json, "markdown": rules_page}[format_]
    to_stdout(render(load_rules()))
