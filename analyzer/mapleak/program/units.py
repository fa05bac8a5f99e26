"""Which files make a package: known from package clauses and folders alone, before anything is linked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from mapleak.source.model import SourceFile, Tree
from mapleak.syntax.facts import FileFacts

SEPARATE_PROGRAM = " [main]"
"""Added to the import path of a program that lies in a library's folder (``//go:build ignore`` generators)."""


class Sources(msgspec.Struct, frozen=True):
    """A tree with what its files say, by report path: ``headers`` without the code, ``facts`` with it.

    Files that could not be read are in neither. ``facts`` may look for the code only when it is asked for.
    ``outside`` reads the files of a package outside the tree, function bodies left out.
    """

    tree: Tree
    headers: Mapping[str, FileFacts]
    facts: Mapping[str, FileFacts]
    outside: Callable[[tuple[str, ...]], list[tuple[str, FileFacts]]]


class Unit(msgspec.Struct, frozen=True, eq=False):  # a unit is itself alone: comparing files would cost too much
    """A package of the tree: the files of one folder with one package clause, build variants together.

    ``path`` is the import path; an external test package has one of its own (``…_test``).
    """

    path: str
    name: str
    folder: str
    files: tuple[SourceFile, ...]


def units(sources: Sources) -> tuple[Unit, ...]:
    """The packages of a tree by import path and name; files without facts or package clause are left out."""
    tree, facts = sources.tree, sources.headers
    grouped: dict[tuple[str, str, str], list[SourceFile]] = {}
    shared = _folders_with_library(tree, facts)
    for source in tree.files:
        found = facts.get(source.path)
        if found is None or not found.package:
            continue
        path = source.import_path
        if source.is_test and found.package.endswith("_test"):
            path += "_test"
        elif found.package == "main" and source.package_dir in shared:
            path += SEPARATE_PROGRAM
        grouped.setdefault((path, found.package, source.package_dir), []).append(source)
    in_order = sorted(grouped.items(), key=lambda item: item[0][:2])  # of one path and name: in the tree's order
    return tuple(Unit(path, name, folder, tuple(files)) for (path, name, folder), files in in_order)


def _folders_with_library(tree: Tree, facts: Mapping[str, FileFacts]) -> frozenset[str]:
    """Folders that hold a package that can be imported; a program beside it is a package of its own."""
    return frozenset(
        f.package_dir
        for f in tree.files
        if not f.is_test and f.path in facts and facts[f.path].package not in ("main", "")
    )
