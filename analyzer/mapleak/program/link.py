"""Facts of all files, linked into a program: packages, imports, declarations.

What comes in: the tree (which file belongs to which package) and every file's facts. What comes out: a
:class:`Program` in which any name can be looked up. Types are worked out when first asked for, so linking
itself is linear in the number of declarations.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mapleak.program.declare import declare
from mapleak.program.packages import File, Package, Program
from mapleak.source.constraints import DEFAULT, matches
from mapleak.source.locate import Locator
from mapleak.source.model import SourceFile, Tree
from mapleak.syntax.extract import extract_declarations
from mapleak.syntax.facts import FileFacts

SEPARATE_PROGRAM = " [main]"
"""Added to the import path of a program that lies in a library's folder (``//go:build ignore`` generators)."""


def link(tree: Tree, facts: Mapping[str, FileFacts], locator: Locator) -> Program:
    """Link the files of ``tree`` (``facts`` by report path; files without facts are left out)."""
    sources = {f.path: f for f in tree.files}
    outside = _Outside(locator, sources)
    program = Program(outside.load)
    outside.program = program
    packages: dict[tuple[str, str, str], Package] = {}
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
        key = (source.package_dir, path, found.package)
        package = packages.get(key)
        if package is None:
            package = packages[key] = Package(path, found.package, program, in_tree=True)
            program.packages.setdefault(path, []).append(package)
        file = File(source.path, found, package, _preferred(source.file_constraint, found.constraint))
        package.files.append(file)
    declare(file for package in packages.values() for file in package.files)
    return program


def _folders_with_library(tree: Tree, facts: Mapping[str, FileFacts]) -> frozenset[str]:
    """Folders that hold a package that can be imported; a program beside it is a package of its own."""
    return frozenset(
        f.package_dir
        for f in tree.files
        if not f.is_test and f.path in facts and facts[f.path].package not in ("main", "")
    )


def _preferred(*constraints: str) -> bool:
    """Whether a file is part of the default build; a constraint we cannot read does not exclude it."""
    return all(matches(c, DEFAULT) is not False for c in constraints if c)


class _Outside:
    """Reads packages from outside the tree: standard library, module cache, vendor directories."""

    def __init__(self, locator: Locator, sources: Mapping[str, SourceFile]) -> None:
        self._locator = locator
        self._sources = dict(sources)
        self._packages: dict[str, Package | None] = {}
        self.program: Program | None = None

    def load(self, path: str, importer: File) -> Package | None:
        source = self._sources.get(importer.path)
        if source is None or path == "C" or self.program is None:
            return None
        located = self._locator.package(path, source)
        if located is None:
            return None
        if located.directory not in self._packages:
            self._packages[located.directory] = self._read(located.import_path, located.files, source, self.program)
        return self._packages[located.directory]

    def _read(self, path: str, files: tuple[str, ...], importer: SourceFile, program: Program) -> Package | None:
        read: list[tuple[str, FileFacts]] = []
        for name in files:
            try:
                read.append((name, extract_declarations(Path(name).read_bytes())))
            except OSError:
                continue  # what cannot be read is as good as not on disk
        read = [(name, f) for name, f in read if f.package and _preferred(f.constraint)]
        if not read:
            return None
        names = sorted({f.package for _, f in read if f.package not in ("main", "documentation")})
        package = Package(path, names[0] if names else read[0][1].package, program, in_tree=False)
        for name, f in read:
            if f.package != package.name:
                continue
            file = File(name, f, package, preferred=True)
            package.files.append(file)
            self._sources[name] = SourceFile(
                path=name,
                absolute=name,
                package_dir=str(Path(name).parent),
                import_path=path,
                module=importer.module,
                is_test=False,
                file_constraint="",
                size=0,
                reported=False,
            )
        declare(package.files)
        return package
