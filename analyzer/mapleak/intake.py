"""What a scan starts from: the files of a tree, what they say, the packages they make, and what those depend on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
from msgspec.structs import replace

from mapleak.collector import patient_collector
from mapleak.config import Config
from mapleak.processes import available_processors
from mapleak.program.units import Sources, Unit, units
from mapleak.progress import Progress
from mapleak.reading import read_all
from mapleak.recursion import deep_recursion
from mapleak.resolve.dependencies import NOTHING, Dependencies
from mapleak.resolve.parts import FileKeys
from mapleak.source.discover import DiscoverOptions, discover
from mapleak.source.environment import GoEnvironment, go_environment
from mapleak.source.locate import Locator
from mapleak.source.model import Tree
from mapleak.store import NO_STORE, Store
from mapleak.syntax.facts import FileFacts

FILES_PER_PROCESS = 40
"""A further process is worth its while from so many files on, of which each takes about 40 ms."""


class Source(msgspec.Struct, frozen=True):
    """What was read, and the packages it makes. ``keys`` say what each of them depends on, in their order,
    ``keys_of_files`` what each file of one does.

    ``ground`` is a digest of what they depend on beside the files of the tree, NOTHING when that cannot be said.
    """

    sources: Sources
    packages: tuple[Unit, ...]
    keys: tuple[bytes, ...]
    ground: bytes
    locator: Locator
    environment: GoEnvironment
    keys_of_files: Callable[[Unit], FileKeys | None] | None = None

    @property
    def tree(self) -> Tree:
        return self.sources.tree

    @property
    def facts(self) -> Mapping[str, FileFacts]:
        return self.sources.headers


@patient_collector()
@deep_recursion()
def read(config: Config, progress: Progress, store: Store = NO_STORE) -> Source:
    """Find the files and take the facts from each; raises NoGoFilesError when there is nothing to read."""
    progress.stage("finding files")
    tree = discover(_discover_options(config))
    progress.stage("reading files", len(tree.files))
    sources, unreadable = read_all(tree, processes_for(config.jobs, tree), progress, store)
    sources = replace(sources, tree=replace(tree, skips=tree.skips + unreadable))
    environment = go_environment(config.go or None)
    locator = Locator.on(environment, tree)
    packages = units(sources)
    keys: tuple[bytes, ...] = ()
    ground, by_file = NOTHING, None
    if store.keeps:
        dependencies = Dependencies(packages, sources, locator, environment)
        keys = tuple(dependencies.of(unit) for unit in packages)
        ground = NOTHING if NOTHING in keys else dependencies.ground
        by_file = dependencies.of_files
    return Source(sources, packages, keys, ground, locator, environment, by_file)


def processes_for(jobs: int, tree: Tree) -> int:
    """How many processes are worth their while."""
    return min(jobs or available_processors(), len(tree.files) // FILES_PER_PROCESS + 1)


def _discover_options(config: Config) -> DiscoverOptions:
    return DiscoverOptions(
        paths=config.paths,
        tests=config.tests,
        include_vendor=config.include_vendor,
        exclude=config.exclude,
        respect_gitignore=config.respect_gitignore,
        force_exclude=config.force_exclude,
    )
