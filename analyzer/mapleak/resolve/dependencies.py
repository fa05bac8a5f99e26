"""All that a package's resolved facts depend on, as one digest: the key under which they are kept between runs.

It is made of the package's own files, of the outlines of the packages of the tree it imports, directly or not, and of
where the other packages it imports are found. What is outside the tree and may change without notice (folders that
``replace`` names, GOPATH) has no digest, and neither has what imports it.

In a package that has changed, the same is asked of each file: to it, the package's other files are their outlines.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from mapleak.program.units import Sources, Unit
from mapleak.resolve.parts import FileKeys
from mapleak.source.environment import GoEnvironment
from mapleak.source.locate import Locator
from mapleak.source.model import Module
from mapleak.source.modulecache import all_modules, module_directory
from mapleak.source.modules import lists_all_modules
from mapleak.store import CLOCK_STEP_NS, digest, tool_digest
from mapleak.syntax.facts import SCHEMA_VERSION

NOTHING = b""
"""In place of a digest, where there can be none."""


class Dependencies:
    """The digests of the packages of one tree; ``ground`` is that of what all of them depend on."""

    def __init__(
        self,
        listed: Sequence[Unit],
        sources: Sources,
        locator: Locator,
        environment: GoEnvironment,
    ) -> None:
        tree = sources.tree
        self._headers = sources.headers
        self._locator = locator
        self._root = tree.root
        self._released = environment.version is not None  # Go's own working tree has no version: any edit may change it
        self._cache = os.path.realpath(environment.gomodcache) if environment.gomodcache else ""
        self.ground = digest(
            "package",
            str(SCHEMA_VERSION),
            tool_digest(),
            environment.version or "",
            environment.goroot or "",
            *(part for module in tree.modules for part in self._module(module)),
            *sorted({skip.path for skip in tree.skips}),
            *self._unlisted_modules(tree.modules),
        )
        self._by_path: dict[str, list[Unit]] = {}
        for unit in listed:
            self._by_path.setdefault(unit.path, []).append(unit)
        self._seen_by_importers: dict[str, bytes] = {}
        self._under_way: set[str] = set()
        self._vendored: dict[str, bytes] = {}
        self._imported_from: dict[tuple[str, str, str], bytes] = {}  # by import path and importing folder and module
        self._everything = NOTHING  # the outlines of the whole tree, once packages are found to import one another

    def of(self, unit: Unit) -> bytes:
        """The digest of all that the unit's facts depend on, NOTHING when that cannot be said."""
        imported = self._imports(unit)
        if NOTHING in imported:
            return NOTHING
        files = [
            part
            for file in unit.files
            for part in (file.path, file.file_constraint, str(file.is_test), self._headers[file.path].digest)
        ]
        return digest(self.ground, unit.path, unit.name, *files, "imports", *imported)

    def of_files(self, unit: Unit) -> FileKeys | None:
        """What the facts of each of the unit's files depend on, None when that cannot be said."""
        if NOTHING in self._imports(unit):
            return None
        words, hidden = self._hidden(unit)
        outlines = digest(*self._outlines(unit), "imports", *self._imports(unit, inner=False))
        package = digest(self.ground, unit.path, unit.name)
        files: dict[str, bytes] = {}
        for file in unit.files:
            headers = self._headers[file.path]
            imported = [self._imported(path, unit) for path in sorted({i.path for i in headers.imports})]
            own = (file.path, file.file_constraint, str(file.is_test), headers.digest)
            files[file.path] = digest(package, outlines, *own, "imports", *imported)
        free: dict[str, list[bytes | str]] = {}
        for path, name, signature in hidden:
            if name not in words:
                free.setdefault(name, []).extend((path, signature))
        return FileKeys(package, files, {name: digest(*parts) for name, parts in free.items()})

    def _imports(self, unit: Unit, *, inner: bool = True) -> list[bytes]:
        """Digests of what a package imports; without ``inner``, of what its outline may mean."""
        found = {i.path for file in unit.files for i in self._headers[file.path].imports if inner or not i.inner}
        return [self._imported(path, unit) for path in sorted(found)]

    def _imported(self, path: str, importer: Unit) -> bytes:
        if path not in self._by_path:
            return self._outside(path, importer)
        if path in self._under_way:  # an import cycle: no Go program, but build variants may look like one
            return self._whole_tree()
        found = self._seen_by_importers.get(path)
        if found is None:
            self._under_way.add(path)
            parts: list[bytes | str] = [self.ground, path]
            for unit in self._by_path[path]:
                imported = self._imports(unit, inner=False)
                if NOTHING in imported:
                    parts = []
                    break
                parts += (unit.name, *self._outlines(unit), *imported)
            self._under_way.discard(path)
            found = self._seen_by_importers[path] = digest(*parts) if parts else NOTHING
        return found

    def _outlines(self, unit: Unit) -> Iterator[bytes | str]:
        """What importers of a package see of its files."""
        for file in unit.files:
            headers = self._headers[file.path]
            yield from (file.path, file.file_constraint, headers.outline.digest)
            yield from (part for i in headers.imports if i.name and not i.inner for part in (i.name, i.path))
        words, hidden = self._hidden(unit)
        for path, name, signature in hidden:
            if name in words:
                yield from (path, name, signature)

    def _hidden(self, unit: Unit) -> tuple[set[str], list[tuple[str, str, bytes]]]:
        """The words of a unit's outlines, and its functions that are not exported: file, name, signature."""
        outlines = [(file.path, self._headers[file.path].outline) for file in unit.files]
        words = {word for _, outline in outlines for word in outline.words.split()}
        return words, [(path, name, signature) for path, outline in outlines for name, signature in outline.hidden]

    def _whole_tree(self) -> bytes:
        if not self._everything:
            self._everything = digest(*(part for path, facts in self._headers.items() for part in (path, facts.digest)))
        return self._everything

    def _outside(self, path: str, importer: Unit) -> bytes:
        file = importer.files[0]
        key = (path, file.package_dir, file.module)
        found = self._imported_from.get(key)
        if found is None:
            found = self._imported_from[key] = self._found_outside(path, importer)
        return found

    def _found_outside(self, path: str, importer: Unit) -> bytes:
        located = self._locator.package(path, importer.files[0]) if path != "C" else None
        if located is None:
            return digest("absent", path)
        if located.origin == "std":
            return digest("std", located.import_path) if self._released else NOTHING
        if located.origin == "module-cache":
            return digest("module-cache", located.directory[len(self._cache) :])
        if located.origin == "vendor":
            return digest("vendor", path, self._vendor(located.directory, located.import_path))
        return NOTHING

    def _vendor(self, directory: str, import_path: str) -> bytes:
        """The state of the whole vendor folder: what is in it imports one another."""
        folder = directory.removesuffix(os.sep + import_path.replace("/", os.sep))
        if folder not in self._vendored:
            self._vendored[folder] = _state(folder)
        return self._vendored[folder]

    def _module(self, module: Module) -> list[str]:
        """What a module asks for, and what of it is on disk."""
        parts = [module.path, self._below(module.directory), module.go_version, self._below(module.workspace)]
        for path, version in module.requires:
            parts.append(f"{path} {version} {self._downloaded(path, version)}")
        for old, old_version, new, version in module.replaces:
            parts.append(f"{old} {old_version} {self._below(new)} {version} {self._downloaded(new, version)}")
        return parts

    def _unlisted_modules(self, modules: Sequence[Module]) -> list[str]:
        """What is in the module cache, where a ``go.mod`` does not list all modules that count."""
        complete = all(module.path and lists_all_modules(module.go_version) for module in modules)
        return [] if complete or not self._cache else all_modules(self._cache)

    def _downloaded(self, path: str, version: str) -> bool:
        return bool(self._cache and version) and Path(module_directory(self._cache, path, version)).is_dir()

    def _below(self, path: str) -> str:
        """A path without the root: the same in every copy of the tree."""
        return path.removeprefix(self._root)


def _state(folder: str) -> bytes:
    """The names of the Go files in a folder, links followed, and what the file system says of each.

    Of a file that changed just now that proves nothing: its content counts, too.
    """
    settled = time.time_ns() - CLOCK_STEP_NS
    found: list[bytes | str] = []
    walked: set[str] = set()  # a link may lead back up
    for place, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        folders[:] = sorted(folders) if real not in walked else []
        walked.add(real)
        for name in sorted(names):
            if name.endswith(".go") or name == "modules.txt":
                found.append(f"{place[len(folder) :]}/{name}")
                found += _state_of_file(f"{place}{os.sep}{name}", settled)
    return digest(*found)


def _state_of_file(path: str, settled: int) -> Iterator[bytes | str]:
    try:
        status = os.stat(path)  # noqa: PTH116 - once for every file of the folder
        yield f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"
        if max(status.st_mtime_ns, status.st_ctime_ns) > settled:
            yield Path(path).read_bytes()
    except OSError as error:
        yield str(error.errno)
