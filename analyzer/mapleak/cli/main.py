"""The command ``mapleak``: turns what happens into one clear line and an exit code, and nothing else.

The commands import the analysis only when they run, so that ``--help`` and ``explain`` do not wait for it.
"""

from __future__ import annotations

import gc
import sys
import traceback
from collections.abc import Sequence

import click

from mapleak import __version__
from mapleak.cli.cache import cache
from mapleak.cli.exits import EXIT_CODES, FAILED, FOUND, INTERRUPTED, NO_GO_FILES, OK, under_pre_commit
from mapleak.cli.inspect import callgraph, maps
from mapleak.cli.rules import explain, rules
from mapleak.cli.scan import scan
from mapleak.errors import MapleakError, NoGoFilesError


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXIT_CODES,
)
@click.version_option(__version__, prog_name="mapleak", message="%(prog)s %(version)s")
def cli() -> None:
    """Find the ways Go maps leak memory."""


for command in (scan, maps, callgraph, explain, rules, cache):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit; ``arguments`` are those of the process by default."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    code = run(words)
    gc.freeze()  # all that is left goes with the process: the collector need not look at it once more
    sys.exit(code)


def run(words: list[str]) -> int:
    """Run the command line; gives the exit code."""
    verbose = any(word in ("-v", "--verbose") for word in words)
    try:
        outcome = cli.main(words, prog_name="mapleak", standalone_mode=False)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return FAILED
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "mapleak"
        return _failed(f"{error.format_message().rstrip('.')} (see '{command} --help')")
    except click.ClickException as error:
        return _failed(error.format_message())
    except (click.Abort, KeyboardInterrupt):
        _say("interrupted")
        return INTERRUPTED
    except NoGoFilesError as error:
        return OK if under_pre_commit() else _failed(str(error), NO_GO_FILES)
    except MapleakError as error:
        if verbose:
            traceback.print_exc()
        return _failed(str(error))
    except Exception as error:
        if verbose:
            traceback.print_exc()
        hint = "" if verbose else "; -v shows where"
        notes = "".join(f", {note}" for note in getattr(error, "__notes__", ()))
        return _failed(f"internal error: {type(error).__name__}: {error}{notes}{hint}")
    return outcome if outcome in (OK, FOUND, FAILED) else OK


def _failed(message: str, code: int = FAILED) -> int:
    _say(f"error: {message}")
    return code


def _say(line: str) -> None:
    one_line = " ".join(line.split("\n"))
    click.echo(one_line, err=True)
