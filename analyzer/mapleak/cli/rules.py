"""``mapleak explain`` and ``mapleak rules``: what the rules say of themselves."""

from __future__ import annotations

import sys

import click

from mapleak.cli.options import COLOUR_OPTION


@click.command()
@click.argument("rule")
@COLOUR_OPTION
def explain(rule: str, color: str) -> None:
    """Explain a rule, by id (ML101) or name."""
    from mapleak.cli.output import to_stdout
    from mapleak.errors import MapleakError
    from mapleak.registry import load_rules
    from mapleak.report.explain import explanation

    wanted = rule.strip().lower()
    found = next((known for known in load_rules() if wanted in (known.id.lower(), known.name)), None)
    if found is None:
        raise MapleakError(f"there is no rule {rule!r}; 'mapleak rules' lists them")
    markdown = explanation(found)
    to_stdout(_painted(markdown, color) if sys.stdout.isatty() or color == "always" else markdown)


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
