"""``mapleak scan``: analyse, report, and say by the exit code whether something was found."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from mapleak.cli.exits import EXIT_CODES, FAILED, FOUND, OK
from mapleak.cli.options import (
    COLOUR_OPTION,
    LEVELS,
    choosing_options,
    compiler_options,
    config_from,
    reading_options,
    store_from,
)
from mapleak.config import CompilerMode, Config

if TYPE_CHECKING:
    from mapleak.progress import Progress
    from mapleak.rule import Rule
    from mapleak.triage.model import Report

FORMATS = ["text", "concise", "json", "sarif"]


def _report_targets(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    targets = []
    for value in values:
        name, separator, path = value.partition("=")
        if not separator or not path or name not in FORMATS:
            raise click.BadParameter(
                f"{value!r} is not FORMAT=FILE with a format of {', '.join(FORMATS)}", context, parameter
            )
        targets.append((name, path))
    return tuple(targets)


@click.command(epilog=EXIT_CODES)
@reading_options
@choosing_options
@compiler_options
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True, help="Format of the report."
)
@click.option("-o", "--output", default="", metavar="FILE", help="Write the report there instead of standard output.")
@click.option(
    "--report", multiple=True, metavar="FORMAT=FILE", callback=_report_targets, help="Write a further report."
)
@click.option(
    "--fail-on",
    type=click.Choice([*LEVELS, "never"]),
    default="warning",
    show_default=True,
    help="Exit with 1 from this level up.",
)
@click.option("--exit-zero", is_flag=True, help="The same as --fail-on never.")
@click.option("--strict", is_flag=True, help="Exit with 2 when a file has syntax errors or cannot be read.")
@click.option("--new-from-rev", default="", metavar="REV", help="Report only what git revision REV did not have.")
@click.option("--pre-commit", is_flag=True, help="Report only what the commit, or the push, brings.")
@click.option("--show-refuted", is_flag=True, help="List findings that the compiler refutes.")
@click.option("--show-suppressed", is_flag=True, help="List findings that comments accept.")
@click.option("--explain-confidence", is_flag=True, help="Show how sure each link of the argument is (text and json).")
@click.option("--sarif-category", default="", metavar="NAME", help="Category of this run for code scanning.")
@click.option("--sarif-no-abs", is_flag=True, help="Leave absolute paths out of SARIF.")
@COLOUR_OPTION
@click.option("--no-progress", is_flag=True, help="No progress bar.")
@click.option("-v", "--verbose", is_flag=True, help="Timings, peak memory and everything left out, on standard error.")
@click.option("-q", "--quiet", is_flag=True, help="No summary on standard error.")
def scan(**options: Any) -> int:
    """Report maps that can grow or stay alive for as long as the process runs.

    PATHS are files, folders or patterns such as ./...; the current folder by default. They limit what is
    reported: the modules they lie in are always analysed as a whole.
    """
    from mapleak.cli.progress import Watcher, bar_wanted, peak_in_words
    from mapleak.registry import load_rules
    from mapleak.report.safe import safe
    from mapleak.report.summary import summary

    config = config_from(options)
    bar = bar_wanted(switched_off=options["no_progress"] or options["quiet"])
    rules = load_rules()
    with Watcher(bar=bar, timings=options["verbose"]) as watcher:
        report = _analyzed(config, rules, watcher, options)
    _write(report, options)
    if not options["quiet"]:
        click.echo(summary(report, verbose=options["verbose"]), nl=False, err=True)
    for failure in report.failures:
        if options["verbose"]:
            click.echo(failure.traceback, nl=False, err=True)
        click.echo(f"error: {safe(failure.message)}", err=True)
    if options["verbose"]:
        click.echo(peak_in_words(), err=True)
    return exit_code(report, "never" if options["exit_zero"] else options["fail_on"], strict=options["strict"])


def _analyzed(config: Config, rules: tuple[Rule, ...], watcher: Progress, options: dict[str, Any]) -> Report:
    from mapleak.pipeline import analyze
    from mapleak.registry import code_of
    from mapleak.store import digest, remembered
    from mapleak.triage.newness import Before, base_revision, only_new

    store = store_from(options)
    report = analyze(config, rules, watcher, store)
    revision = base_revision(report.root, options["new_from_rev"], pre_commit=options["pre_commit"])
    if not revision:
        return report

    named = _inside(config.paths, report.root)
    # git has these files, so it ignores none of them, whatever the patterns say
    before = replace(config, compiler=CompilerMode.OFF, respect_gitignore=False)

    def report_on(root: str) -> Report:
        there = (str(Path(root, path)) for path in named)
        # the whole tree, and what the user named in it: it may be what is only analysed by name
        paths = (root, *(path for path in there if Path(path).exists()))
        return analyze(replace(before, paths=paths), rules, watcher, store.for_passing_tree())

    def remember(commit: str, make: Callable[[], Before]) -> Before:
        ground = (commit, repr(replace(before, paths=named, jobs=0)), report.ground, code_of(report.rules))
        key = digest("base", *ground) if report.ground else b""
        return remembered(store, "base", key, Before, make, lambda found: found.lasting and not found.failures)

    return only_new(report, revision, report_on, remember)


def _inside(paths: tuple[str, ...], root: str) -> tuple[str, ...]:
    """What the user named in the tree, by paths from its root, wherever the user stands."""
    found = (os.path.relpath(os.path.realpath(path.removesuffix("...")), root) for path in paths)
    return tuple(dict.fromkeys(path for path in found if path.partition(os.sep)[0] != os.pardir))


def exit_code(report: Report, fail_on: str, *, strict: bool) -> int:
    """What the run's result means to a shell, whatever the format."""
    from mapleak.model import Level

    if report.failures or (strict and (report.problems or report.skips)):
        return FAILED
    if fail_on == "never":
        return OK
    worst = max((finding.level.rank for finding in report.findings.reported), default=0)
    return FOUND if worst >= Level(fail_on).rank else OK


def _write(report: Report, options: dict[str, Any]) -> None:
    from mapleak.cli.output import to_file, to_stdout
    from mapleak.cli.render import RenderOptions, rendered
    from mapleak.report.colour import Colour

    how = RenderOptions(
        colour=Colour(options["color"]),
        show_refuted=options["show_refuted"],
        show_suppressed=options["show_suppressed"],
        explain_confidence=options["explain_confidence"],
        sarif_category=options["sarif_category"],
        sarif_no_abs=options["sarif_no_abs"],
    )
    for format_, path in options["report"]:
        to_file(rendered(report, format_, how, to_terminal=False), path)
    if options["output"]:
        to_file(rendered(report, options["format_"], how, to_terminal=False), options["output"])
    else:
        to_stdout(rendered(report, options["format_"], how, to_terminal=True))
