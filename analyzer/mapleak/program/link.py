"""Facts of all files, linked into a program: packages, imports, declarations.

What comes in: packages as lists of files, and every file's facts. What comes out: a
:class:`Program` in which any name can be looked up. Types are worked out when first asked for, so linking
itself is linear in the number of declarations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from mapleak.program.declare import declare
from mapleak.program.packages import File, Package, Program
from mapleak.program.units import Sources, Unit
from mapleak.source.constraints import DEFAULT, matches
from mapleak.source.locate import LocatedPackage, Locator
from mapleak.source.model import SourceFile
from mapleak.syntax.facts import FileFacts


def link(sources: Sources, listed: Iterable[Unit], locator: Locator, wanted: Iterable[Unit] | None = None) -> Program:
    """Link the packages ``wanted``, or all that are ``listed``, with one another and with what they import.

    The other packages of the tree are linked when a name of theirs is first needed.
    """
    listed = tuple(listed)
    outside = _Outside(locator, sources)
    program = Program(listed, outside.load, partial(_package, facts=sources.facts), declare)
    outside.program = program
    program.link(listed if wanted is None else wanted)
    return program


def _package(unit: Unit, program: Program, facts: Mapping[str, FileFacts]) -> Package:
    package = Package(unit.path, unit.name, program, in_tree=True)
    for source in unit.files:
        found = facts[source.path]
        package.add(source.path, found, _preferred(source.file_constraint, found.constraint))
    return package


def _preferred(*constraints: str) -> bool:
    """Whether a file is part of the default build; a constraint we cannot read does not exclude it."""
    return all(matches(c, DEFAULT) is not False for c in constraints if c)


class _Outside:
    """Reads packages from outside the tree: standard library, module cache, vendor directories."""

    def __init__(self, locator: Locator, sources: Sources) -> None:
        self._locator = locator
        self._facts_of = sources.outside
        self._sources = {file.path: file for file in sources.tree.files}
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
            self._packages[located.directory] = self._read(located, self.program)
        return self._packages[located.directory]

    def _read(self, located: LocatedPackage, program: Program) -> Package | None:
        path = located.import_path
        module = self._locator.requiring_module(located)
        read = [(name, f) for name, f in self._facts_of(located.files) if f.package and _preferred(f.constraint)]
        if not read:
            return None
        names = sorted({f.package for _, f in read if f.package not in ("main", "documentation")})
        package = Package(path, names[0] if names else read[0][1].package, program, in_tree=False)
        for name, f in read:
            if f.package != package.name:
                continue
            package.add(name, f, preferred=True)
            self._sources[name] = SourceFile(
                path=name,
                absolute=name,
                package_dir=str(Path(name).parent),
                import_path=path,
                module=module,
                is_test=False,
                file_constraint="",
                size=0,
                reported=False,
            )
        declare(package.files)
        return package
