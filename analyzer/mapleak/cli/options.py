"""Options that several commands share, and what they say as a Config."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mapleak.config import COMPILER_TIMEOUT, CompilerMode, Config
from mapleak.model import Confidence, Level

if TYPE_CHECKING:
    from mapleak.store import Store

Function = TypeVar("Function", bound=Callable[..., Any])  # what click decorates: any callable, returned unchanged

LEVELS = [level.value for level in Level]
CONFIDENCES = [confidence.value for confidence in Confidence]

COLOUR_OPTION = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colour in text output.",
)


def _not_empty(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """An empty value is an unset variable in somebody's script: it must not mean the current folder, or all rules."""
    for value in values:
        if not value.strip(" ,"):
            raise click.BadParameter("the value is empty", context, parameter)
    return values


def reading_options(command: Function) -> Function:
    """Which files are read: for every command that analyses a program."""
    for decorate in reversed(
        (
            click.argument("paths", nargs=-1, metavar="[PATHS]...", callback=_not_empty),
            click.option(
                "--exclude",
                multiple=True,
                metavar="GLOB",
                help="Do not report files that match; patterns as in .gitignore.",
            ),
            click.option("--include-vendor", is_flag=True, help="Analyse vendor folders as if they were yours."),
            click.option("--no-respect-gitignore", is_flag=True, help="Analyse files that git ignores, too."),
            click.option("--force-exclude", is_flag=True, help="Apply --exclude to paths named on the command line."),
            click.option("-j", "--jobs", type=click.IntRange(min=0), default=0, help="Processes to use; 0: all cores."),
            click.option("--cache-dir", default="", metavar="DIR", help="Keep results for later runs there."),
            click.option("--no-cache", is_flag=True, help="Neither use nor keep results of other runs."),
        )
    ):
        command = decorate(command)
    return command


def choosing_options(command: Function) -> Function:
    """Which findings are reported."""
    for decorate in reversed(
        (
            click.option(
                "--select",
                multiple=True,
                metavar="CODES",
                callback=_not_empty,
                help="Run only these rules: ids or their beginnings.",
            ),
            click.option(
                "--extend-select", multiple=True, metavar="CODES", callback=_not_empty, help="Run these rules, too."
            ),
            click.option(
                "--ignore", multiple=True, metavar="CODES", callback=_not_empty, help="Do not run these rules."
            ),
            click.option(
                "--min-confidence",
                type=click.Choice(CONFIDENCES),
                help="Report findings this sure and up.  [default: medium]",
            ),
            click.option(
                "--min-severity",
                type=click.Choice(LEVELS),
                default="note",
                show_default=True,
                help="Report this level and up.",
            ),
            click.option("--pedantic", is_flag=True, help="Report findings of every confidence."),
            click.option("--tests", is_flag=True, help="Report findings in _test.go files, too."),
            click.option(
                "--generated",
                type=click.Choice(["report", "skip"]),
                default="skip",
                show_default=True,
                help="Findings in generated files.",
            ),
            click.option("--no-ignores", is_flag=True, help="Disregard suppression comments."),
        )
    ):
        command = decorate(command)
    return command


def compiler_options(command: Function) -> Function:
    """Whether and how the Go compiler is asked."""
    for decorate in reversed(
        (
            click.option(
                "--compiler",
                type=click.Choice([mode.value for mode in CompilerMode]),
                default="auto",
                show_default=True,
                help="Put findings to the Go compiler: when Go is found, never, or fail without it.",
            ),
            click.option("--go", default="", metavar="PATH", help="The go command to use."),
            click.option(
                "--compiler-timeout",
                type=click.FloatRange(min=0, min_open=True),
                default=COMPILER_TIMEOUT,
                show_default=True,
                metavar="SECONDS",
                help="Deadline for the compiler.",
            ),
        )
    ):
        command = decorate(command)
    return command


def config_from(options: dict[str, Any]) -> Config:
    """The Config that click's values say; keys a command does not offer keep their defaults."""
    confidence = options.get("min_confidence") or ("low" if options.get("pedantic") else "medium")
    return Config(
        paths=options.get("paths") or (".",),
        include_vendor=options.get("include_vendor", False),
        exclude=options.get("exclude", ()),
        respect_gitignore=not options.get("no_respect_gitignore", False),
        force_exclude=options.get("force_exclude", False),
        select=_codes(options.get("select", ())),
        extend_select=_codes(options.get("extend_select", ())),
        ignore=_codes(options.get("ignore", ())),
        min_confidence=Confidence(confidence),
        min_level=Level(options.get("min_severity", "note")),
        tests=options.get("tests", False),
        generated=options.get("generated", "skip") == "report",
        ignores=not options.get("no_ignores", False),
        compiler=CompilerMode(options.get("compiler", "off")),
        go=options.get("go", ""),
        compiler_timeout=options.get("compiler_timeout", COMPILER_TIMEOUT),
        jobs=options.get("jobs", 0),
    )


def store_from(options: dict[str, Any]) -> Store:
    """Where results are kept between runs, as click's values say."""
    from mapleak.store import NO_STORE, Store, chosen_directory

    if options["no_cache"]:
        return NO_STORE
    return Store(chosen_directory(options["cache_dir"]))


def _codes(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code.strip() for value in values for code in value.split(",") if code.strip())
