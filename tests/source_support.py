"""Small source trees for the tests of discovery and location."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from mapleak.source.discover import DiscoverOptions, discover
from mapleak.source.model import Tree

needs_go = [pytest.mark.needs_go, pytest.mark.skipif(shutil.which("go") is None, reason="no Go toolchain")]
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="no git")


def plant(root: Path, files: Mapping[str, str]) -> Path:
    """Writes files by relative path and returns the root; a Go file given as "" gets a package clause."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text or ("package p\n" if name.endswith(".go") else ""))
    return root


def scan(*paths: Path | str, **options: object) -> Tree:
    """Discovers from the given paths."""
    return discover(DiscoverOptions(paths=tuple(str(path) for path in paths), **options))  # type: ignore[arg-type]


def paths_of(tree: Tree) -> list[str]:
    """The paths of all files."""
    return [file.path for file in tree.files]


def reported_of(tree: Tree) -> list[str]:
    """The paths of the files that are reported on."""
    return [file.path for file in tree.files if file.reported]


def import_paths_of(tree: Tree) -> dict[str, str]:
    """Import path by package folder."""
    return {file.package_dir: file.import_path for file in tree.files}


def skips_of(tree: Tree) -> dict[str, str]:
    """Reason by skipped path."""
    return {skip.path: skip.reason for skip in tree.skips}
