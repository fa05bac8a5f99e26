"""Turns a report into text of the format asked for."""

from __future__ import annotations

import os
import shutil
import sys

import msgspec

from mapleak.report.colour import Colour, coloured
from mapleak.report.concise import concise
from mapleak.triage.model import Report


class RenderOptions(msgspec.Struct, frozen=True):
    """What the command line says about rendering."""

    colour: Colour = Colour.AUTO
    show_refuted: bool = False
    show_suppressed: bool = False
    explain_confidence: bool = False
    sarif_category: str = ""
    sarif_no_abs: bool = False


def rendered(report: Report, format_: str, options: RenderOptions, *, to_terminal: bool) -> str:
    """The report in a format; ``to_terminal`` says whether it goes where a person may be reading."""
    shown = {"show_refuted": options.show_refuted, "show_suppressed": options.show_suppressed}
    match format_:
        case "concise":
            return concise(report, **shown)
        case "json":
            from mapleak.report.jsonout import scan_json

            return scan_json(report, **shown, explain_confidence=options.explain_confidence)
        case "sarif":
            from mapleak.git import provenance
            from mapleak.report.sarif import sarif

            origin = provenance(report.root)
            return sarif(
                report,
                origin,
                category=options.sarif_category,
                absolute=not options.sarif_no_abs,
                show_suppressed=options.show_suppressed,
            )
        case _:
            from mapleak.report.text import text

            terminal = to_terminal and sys.stdout.isatty()
            width = shutil.get_terminal_size().columns if terminal else None
            return text(
                report,
                width=width,
                colour=coloured(options.colour, os.environ, terminal=terminal),
                explain_confidence=options.explain_confidence,
                **shown,
            )
