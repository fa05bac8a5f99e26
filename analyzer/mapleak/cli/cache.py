"""``mapleak cache``: where results are kept between runs, and how to be rid of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mapleak.cli.exits import OK

if TYPE_CHECKING:
    from pathlib import Path


@click.group()
def cache() -> None:
    """What earlier runs left for later ones."""


_DIRECTORY = click.option("--cache-dir", default="", metavar="DIR", help="The directory, when it is not the usual one.")


@cache.command("dir")
@_DIRECTORY
def directory(cache_dir: str) -> int:
    """Print the directory."""
    click.echo(_directory(cache_dir))
    return OK


@cache.command("clean")
@_DIRECTORY
def clean(cache_dir: str) -> int:
    """Delete what is kept."""
    from mapleak.errors import MapleakError
    from mapleak.store import clean as clean_directory

    place = _directory(cache_dir)
    try:
        size = clean_directory(place)
    except OSError as error:
        raise MapleakError(f"{place} cannot be cleaned: {error.strerror or error}") from error
    click.echo(f"{size / 2**20:.0f} MiB deleted from {place}", err=True)
    return OK


def _directory(named: str) -> Path:
    from mapleak.errors import MapleakError
    from mapleak.store import chosen_directory

    found = chosen_directory(named)
    if found is None:
        raise MapleakError("there is no home directory to keep a cache in; name a folder with --cache-dir")
    return found
