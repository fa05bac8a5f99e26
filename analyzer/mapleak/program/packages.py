"""Packages and files as the linker sees them: every package-level name with what it denotes.

Packages outside the analysed tree are read when a name of theirs is first needed. A package that is not on
disk gives opaque types: they keep their qualified name (``sync.Map``) and hide everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mapleak.program.scope import Scope
from mapleak.program.units import Unit
from mapleak.syntax.facts import FileFacts
from mapleak.syntax.package_names import guess_package_name, may_be_called, may_be_named
from mapleak.types.declared import Function, Object, TypeDeclaration, TypeName
from mapleak.types.generics import substitute
from mapleak.types.lookup import Selection
from mapleak.types.types import UNKNOWN


class File:
    """A file with its package, scope and imports. ``preferred`` says it is part of the default build."""

    __slots__ = (
        "_renamed", "_unnamed", "code", "dot_imports", "facts", "package", "path", "preferred", "resolved", "scope",
    )  # fmt: skip

    def __init__(self, path: str, facts: FileFacts, package: Package, preferred: bool) -> None:
        self.path = path
        self.facts = facts
        self.code = facts.code
        self.package = package
        self.preferred = preferred
        self.resolved: dict[str, Object | None] = {}
        self.scope = Scope(self, None, package.path)
        self.dot_imports = tuple(i.path for i in facts.imports if i.name == ".")
        self._renamed = {i.name: i.path for i in facts.imports if i.name not in ("", ".", "_")}
        self._unnamed = [i.path for i in facts.imports if i.name == ""]

    def import_named(self, name: str) -> str | None:
        """The import path that ``name`` stands for in this file, or None.

        An import without a name goes by the imported package's own name. Packages whose path already
        suggests ``name`` are tried first, so that most imports need not be read to answer.
        """
        path = self._renamed.get(name)
        if path is not None:
            return path
        likely = [p for p in self._unnamed if guess_package_name(p) == name]
        for path in likely:
            package = self.package.program.package(path, self)
            if package is None or package.name == name:
                return path
        program = self.package.program
        for path in self._unnamed:
            if path not in likely and (program.lists(path, name) or may_be_named(path, name)):
                package = program.package(path, self)
                if package is not None and package.name == name:
                    return path
        return self._outside_named(name)

    def _outside_named(self, name: str) -> str | None:
        """The one import of a package that is not on disk whose path has ``name`` among its last words."""
        found = [path for path in self._unnamed if may_be_called(path, name)]
        package = self.package.program.package(found[0], self) if len(found) == 1 else None
        return found[0] if package is not None and package.opaque else None


class Package:
    """A package: files of one folder with one package clause. Build variants of a name are kept side by side."""

    __slots__ = ("_variants", "fields", "files", "in_tree", "methods", "name", "opaque", "path", "program")

    def __init__(self, path: str, name: str, program: Program, in_tree: bool, opaque: bool = False) -> None:
        self.path = path
        self.name = name
        self.program = program
        self.in_tree = in_tree
        self.opaque = opaque
        self.files: list[File] = []
        self.methods: dict[str, dict[str, Function]] = {}
        self.fields: dict[str, list[Selection]] | None = None  # see mapleak.program.hidden.only_field
        self._variants: dict[str, list[tuple[File | None, Object]]] = {}

    def add(self, path: str, facts: FileFacts, preferred: bool) -> None:
        """A further file of this package."""
        self.files.append(File(path, facts, self, preferred))
        self.program.package_of_file[path] = self

    def declare(self, name: str, file: File, found: Object) -> None:
        self._variants.setdefault(name, []).append((file, found))

    def find(self, name: str, file: File | None) -> Object | None:
        """What ``name`` denotes in this package, as seen from ``file``.

        With several build variants: the one of the same file, else one of the default build, else the first.
        """
        variants = self._variants.get(name)
        if variants is None:
            return self._opaque_type(name) if self.opaque and name[:1].isupper() else None
        if len(variants) == 1:
            return variants[0][1]
        return min(variants, key=lambda v: _distance(v[0], file))[1]

    def selected(self, name: str, file: File) -> Object | None:
        """What ``name`` denotes in a file that imports this package: no function that is not exported."""
        found = self.find(name, file)
        return None if isinstance(found, Function) and not name[:1].isupper() else found

    def names(self) -> Iterable[str]:
        return self._variants

    def variants(self, name: str) -> list[Object]:
        return [found for _, found in self._variants.get(name, ())]

    def _opaque_type(self, name: str) -> Object:
        """A name of a package that is not on disk: as a type it keeps its name, as anything else it is unknown."""
        declaration = TypeDeclaration(
            package=self.path,
            name=name,
            qualified=f"{self.path}.{name}",
            file="",
            pos=0,
            end=0,
            load=lambda: ((), lambda: UNKNOWN),
            substitute=substitute,
        )
        found = TypeName(name, declaration.instance, declaration)
        self._variants[name] = [(None, found)]
        return found


def _distance(declared_in: File | None, used_in: File | None) -> int:
    if declared_in is None or declared_in is used_in:
        return 0
    if used_in is not None and declared_in.facts.constraint == used_in.facts.constraint and not used_in.preferred:
        return 1
    return 2 if declared_in.preferred else 3


Loader = Callable[[str, "File"], "Package | None"]


class Program:
    """All packages of the tree, and outside ones as far as they were needed.

    ``load`` reads a package from outside the tree; it answers None when that is not on disk. ``make`` makes the
    package of a unit of the tree with nothing declared in it, ``declare`` enters what files declare.
    """

    def __init__(
        self,
        listed: Iterable[Unit],
        load: Loader,
        make: Callable[[Unit, Program], Package],
        declare: Callable[[Iterable[File]], None],
    ) -> None:
        self.package_of_file: dict[str, Package] = {}
        self.entangled = False  # something outside the tree imports what is in it
        self._load = load
        self._make = make
        self._declare = declare
        self._listed: dict[str, list[Unit]] = {}  # several of a path when a folder holds several packages
        for unit in listed:
            self._listed.setdefault(unit.path, []).append(unit)
        self._made: dict[Unit, Package] = {}
        self._imported: dict[str, Package] = {}  # what the import of a path of the tree means
        self._outside: dict[str, Package] = {}
        self._found: dict[tuple[str, str], Package | None] = {}

    def link(self, wanted: Iterable[Unit]) -> None:
        """Enter what packages of the tree declare, all of them at once: it may be spread over build variants."""
        new = [unit for unit in dict.fromkeys(wanted) if unit not in self._made]
        for unit in new:
            self._made[unit] = self._make(unit, self)
        if new:
            self._declare(file for unit in new for file in self._made[unit].files)

    def package_of_unit(self, unit: Unit) -> Package:
        """The package that a unit makes."""
        self.link((unit,))
        return self._made[unit]

    def packages(self, path: str) -> list[Package]:
        """The packages of the tree with this import path."""
        units = self._listed.get(path, [])
        self.link(units)
        return [self._made[unit] for unit in units]

    def lists(self, path: str, name: str) -> bool:
        """Whether the tree has a package of this name at an import path, whatever the path suggests."""
        return any(unit.name == name for unit in self._listed.get(path, ()))

    def package(self, path: str, importer: File) -> Package | None:
        """The package that ``importer`` means by ``path``; an opaque one when it cannot be read."""
        if path in self._listed:
            self.entangled = self.entangled or not importer.package.in_tree
            if path not in self._imported:
                tree = self.packages(path)
                self._imported[path] = next((p for p in tree if p.name != "main"), tree[0])
            return self._imported[path]
        key = (path, importer.package.path)
        if key not in self._found:
            self._found[key] = self._load(path, importer) or self._opaque(path)
        return self._found[key]

    def _opaque(self, path: str) -> Package:
        found = self._outside.get(path)
        if found is None:
            found = self._outside[path] = Package(path, guess_package_name(path), self, in_tree=False, opaque=True)
        return found
