"""Where the package behind an import is on disk: the tree, a vendor folder, the standard library, the module cache.

Only looks; reads no Go file and runs nothing. What is not on disk is not found, and its types stay unknown.
"""

from __future__ import annotations

import functools
import os

import msgspec

from mapleak.source import modulecache, modules
from mapleak.source.constraints import DEFAULT, BuildConfig, file_constraint, matches
from mapleak.source.environment import GoEnvironment
from mapleak.source.model import Module, SourceFile, Tree


class LocatedPackage(msgspec.Struct, frozen=True):
    """A package on disk, its files as absolute paths in a fixed order, without tests.

    ``origin`` is ``tree`` (files under analysis), ``local`` (in a folder of a module under analysis, but not
    analysed), ``vendor``, ``std``, ``module-cache`` or ``gopath``. ``files`` are those that the file names allow
    in the build configuration, or all when that leaves none.
    """

    import_path: str
    directory: str
    origin: str
    files: tuple[str, ...]


class _Container(msgspec.Struct, frozen=True):
    """What an importing file lies in. Vendor folders above ``folder`` do not count for it.

    ``mains`` are the modules whose requirements and replaces choose versions for it.
    """

    folder: str
    standard: bool
    mains: tuple[Module, ...]


class Locator:
    """Finds packages for the files of one tree; remembers what it has looked up."""

    def __init__(
        self,
        tree: Tree,
        goroot: str | None = None,
        gomodcache: str | None = None,
        gopath: tuple[str, ...] = (),
        config: BuildConfig = DEFAULT,
    ) -> None:
        self._modules = {module.directory: module for module in tree.modules}
        self._standard = os.path.join(os.path.realpath(goroot), "src") if goroot else None
        self._cache = os.path.realpath(gomodcache) if gomodcache else None
        self._gopaths = tuple(os.path.join(os.path.realpath(path), "src") for path in gopath)
        self._config = config
        self._tree_files: dict[str, list[str]] = {}
        self._tree_folders: dict[str, list[str]] = {}
        self._tree_paths: dict[str, str] = {}
        for file in tree.files:
            folder = os.path.dirname(file.absolute)
            if folder not in self._tree_files:
                self._tree_files[folder] = []
                self._tree_paths[folder] = file.import_path
                self._tree_folders.setdefault(file.import_path, []).append(folder)
            if not file.is_test:
                self._tree_files[folder].append(file.absolute)
        self._found: dict[tuple[str, str, str], LocatedPackage | None] = {}
        self._shared: dict[tuple[str, str, str], LocatedPackage | None] = {}  # found by all folders of a container
        self._vendor_folders: dict[tuple[str, str], tuple[str, ...]] = {}
        self._packages: dict[tuple[str, str, str], LocatedPackage] = {}
        self._containers: dict[tuple[str, str], _Container] = {}
        self._listings: dict[str, tuple[str, ...]] = {}
        self._folders: dict[str, bool] = {}
        self._requirements: dict[tuple[Module, ...], dict[str, str]] = {}
        self._go_mods: dict[str, modules.ModFile] = {}

    @classmethod
    def on(cls, environment: GoEnvironment, tree: Tree, config: BuildConfig = DEFAULT) -> Locator:
        """A locator that uses the Go installation of this machine."""
        return cls(tree, environment.goroot, environment.gomodcache, environment.gopath, config)

    def package(self, import_path: str, importer: SourceFile) -> LocatedPackage | None:
        """The package that ``importer`` means by ``import_path``, or None when it is not on disk.

        ``importer`` may be a file outside the tree, of a package found earlier; its ``module`` then names the
        module under analysis whose requirements count.
        """
        folder = os.path.dirname(importer.absolute)
        key = (import_path, folder, importer.module)
        if key not in self._found:
            self._found[key] = self._find(import_path, folder, importer.module)
        return self._found[key]

    def requiring_module(self, located: LocatedPackage) -> str:
        """The module under analysis that counts for the imports of a package outside the tree.

        It is the first that requires the package's module in just this version, or replaces it by that folder;
        "" where the place of the package says enough (vendor folders, the standard library) or nobody asks for it.
        """
        folder = located.directory
        while located.origin in ("module-cache", "local") and folder not in self._requirers:
            parent = os.path.dirname(folder)
            if parent == folder:
                break
            folder = parent
        return self._requirers.get(folder, "")

    @functools.cached_property
    def _requirers(self) -> dict[str, str]:
        """The first module that asks for the module in a folder, by that folder."""
        found: dict[str, str] = {}
        for module in self._modules.values():
            asked = [*module.requires, *((new, version) for _, _, new, version in module.replaces)]
            for path, version in asked:
                if not version:
                    found.setdefault(path, module.path)  # replaced by a folder
                elif self._cache is not None:
                    found.setdefault(modulecache.module_directory(self._cache, path, version), module.path)
        return found

    def _find(self, import_path: str, folder: str, module: str) -> LocatedPackage | None:
        if import_path in ("", "C") or import_path.startswith("/") or "\0" in import_path or "\\" in import_path:
            return None
        if import_path.startswith(("./", "../")) or import_path in (".", ".."):
            return self._relative(import_path, folder)
        if ".." in import_path.split("/"):
            return None
        container = self._container(folder, module)
        vendors = self._vendors(folder, module, container)
        shared = (import_path, container.folder, module)
        if vendors:
            found = self._in_tree(import_path, container) or self._vendored(import_path, vendors, container)
            found = found or self._for_all(import_path, container)
        elif shared in self._shared:
            found = self._shared[shared]
        else:
            found = self._in_tree(import_path, container) or self._for_all(import_path, container)
            self._shared[shared] = found
        return (
            found
            or self._required_by_dependency(import_path, folder)
            or self._in_gopath(import_path, folder, container)
            or self._newest_cached(import_path)
        )

    def _for_all(self, import_path: str, container: _Container) -> LocatedPackage | None:
        """Where files in all folders of a container find a package that is not vendored."""
        return (
            self._in_standard_library(import_path)
            or self._required(import_path, container.mains)
            or self._unlisted(import_path)
        )

    def _container(self, folder: str, module: str) -> _Container:
        key = (folder, module)
        if key not in self._containers:
            self._containers[key] = self._find_container(folder, module)
        return self._containers[key]

    def _find_container(self, folder: str, module: str) -> _Container:
        current = folder
        while True:
            if current in self._modules:
                main = self._modules[current]
                return _Container(current, main.path in ("std", "cmd"), self._with_workspace((main,)))
            if current == self._standard:
                return _Container(current, standard=True, mains=())
            parent = os.path.dirname(current)
            if parent == current:
                break
            current = parent
        mains = tuple(found for found in self._modules.values() if found.path == module)
        mains = self._with_workspace(mains or tuple(self._modules.values()))
        root = modulecache.module_root(self._cache, folder) if self._cache else None
        if root is None:
            root = next((path for path in self._gopaths if folder.startswith(path + os.sep)), folder)
        return _Container(root, standard=False, mains=mains)

    def _with_workspace(self, mains: tuple[Module, ...]) -> tuple[Module, ...]:
        """The modules themselves, then those that share a ``go.work`` with one of them."""
        workspaces = {module.workspace for module in mains if module.workspace}
        return mains + tuple(
            module for module in self._modules.values() if module.workspace in workspaces and module not in mains
        )

    def _in_tree(self, import_path: str, container: _Container) -> LocatedPackage | None:
        folders = self._tree_folders.get(import_path)
        if not folders:
            return None
        best = folders[0]
        if len(folders) > 1:  # modules of the same path: the importer's own and those of its workspace go first
            preferred = (container.folder, *(module.directory for module in container.mains))
            best = next((f for home in preferred for f in folders if self._module_folder(f) == home), best)
        return self._located(import_path, best, "tree")

    def _module_folder(self, folder: str) -> str:
        return self._container(folder, "").folder

    def _relative(self, import_path: str, folder: str) -> LocatedPackage | None:
        directory = os.path.normpath(os.path.join(folder, import_path))
        return self._located(import_path, directory, "tree") if directory in self._tree_files else None

    def _vendors(self, folder: str, module: str, container: _Container) -> tuple[str, ...]:
        """The ``vendor`` folders at or above an importer, up to its container, and in the workspace."""
        found = self._vendor_folders.get((folder, module))
        if found is None:
            places = [folder]
            while places[-1] != container.folder and len(places[-1]) > len(container.folder):
                places.append(os.path.dirname(places[-1]))
            places += [main.workspace for main in container.mains if main.workspace]
            vendors = (os.path.join(place, "vendor") for place in places)
            found = self._vendor_folders[folder, module] = tuple(filter(self._is_folder, vendors))
        return found

    def _vendored(self, import_path: str, vendors: tuple[str, ...], container: _Container) -> LocatedPackage | None:
        for vendor in vendors:
            if found := self._at(vendor, import_path):
                if not container.standard:
                    return self._located(import_path, found, "vendor")
                return self._located(self._standard_name(found, container), found, "std")
        return None

    def _standard_name(self, folder: str, container: _Container) -> str:
        """The import path of a folder of the standard library, by its place: ``vendor/golang.org/x/net/idna``."""
        if self._standard is not None and folder.startswith(self._standard + os.sep):
            return folder[len(self._standard) + 1 :].replace(os.sep, "/")
        relative = folder[len(container.folder) + 1 :].replace(os.sep, "/")
        return modules.import_path_of(self._modules[container.folder].path, relative)

    def _in_standard_library(self, import_path: str) -> LocatedPackage | None:
        if self._standard is None or "." in import_path.split("/", 1)[0]:
            return None
        folder = self._at(self._standard, import_path)
        return self._located(import_path, folder, "std") if folder else None

    def _required(self, import_path: str, mains: tuple[Module, ...]) -> LocatedPackage | None:
        """In the module that the main modules' requirements and replaces choose, the longest path first."""
        requirements = self._requirements_of(mains)
        for path, rest in _prefixes(import_path):
            version = requirements.get(path, "")
            replaced = _replacement(mains, path, version)
            if replaced is None and not version:
                continue
            new_path, new_version = replaced or (path, version)
            if replaced is not None and not new_version:
                folder, origin = new_path, "local"
            elif self._cache is None:
                continue
            else:
                folder, origin = modulecache.module_directory(self._cache, new_path, new_version), "module-cache"
            if found := self._at(folder, rest):
                return self._located(import_path, found, "tree" if found in self._tree_files else origin)
        return None

    def _requirements_of(self, mains: tuple[Module, ...]) -> dict[str, str]:
        """Versions by module path: since Go 1.17 a ``go.mod`` lists all it needs; a workspace takes the newest."""
        if mains not in self._requirements:
            versions: dict[str, str] = {}
            for module in mains:
                for path, version in module.requires:
                    versions[path] = modulecache.newest(versions.get(path, ""), version)
            self._requirements[mains] = versions
        return self._requirements[mains]

    def _unlisted(self, import_path: str) -> LocatedPackage | None:
        """In a folder of a module under analysis that is not itself analysed, such as below ``testdata``."""
        for module in self._modules.values():
            if module.path and (import_path == module.path or import_path.startswith(module.path + "/")):
                folder = self._at(module.directory, import_path[len(module.path) + 1 :])
                if folder:
                    return self._located(import_path, folder, "local")
        return None

    def _required_by_dependency(self, import_path: str, folder: str) -> LocatedPackage | None:
        """In the version that the importing dependency's own ``go.mod`` asks for (main modules before Go 1.17)."""
        root = modulecache.module_root(self._cache, folder) if self._cache else None
        if self._cache is None or root is None:
            return None
        requirements = dict(self._go_mod(root).requires)
        for path, rest in _prefixes(import_path):
            if path in requirements:
                found = self._at(modulecache.module_directory(self._cache, path, requirements[path]), rest)
                if found:
                    return self._located(import_path, found, "module-cache")
        return None

    def _go_mod(self, folder: str) -> modules.ModFile:
        if folder not in self._go_mods:
            text, _unreadable = modules.read_text(os.path.join(folder, "go.mod"))
            self._go_mods[folder] = modules.parse(text)
        return self._go_mods[folder]

    def _in_gopath(self, import_path: str, folder: str, container: _Container) -> LocatedPackage | None:
        """In a Godeps workspace above the importer, or in GOPATH: how Go found packages before modules."""
        place = folder
        while True:
            found = self._at(os.path.join(place, "Godeps", "_workspace", "src"), import_path)
            if found:
                return self._located(import_path, found, "vendor")
            if len(place) <= len(container.folder):
                break
            place = os.path.dirname(place)
        for source in self._gopaths:
            if found := self._at(source, import_path):
                return self._located(import_path, found, "gopath")
        return None

    def _newest_cached(self, import_path: str) -> LocatedPackage | None:
        """Heuristic ``newest-in-cache``: nothing says which version is meant; types seldom differ much."""
        if self._cache is None:
            return None
        for path, rest in _prefixes(import_path):
            for folder in modulecache.cached_versions(self._cache, path):
                if found := self._at(folder, rest):
                    return self._located(import_path, found, "module-cache")
        return None

    def _at(self, folder: str, rest: str) -> str | None:
        """The folder ``rest`` below ``folder`` when it holds Go files."""
        path = os.path.join(folder, *rest.split("/")) if rest else folder
        return path if self._go_files(path) else None

    def _go_files(self, folder: str) -> tuple[str, ...]:
        if folder not in self._listings:
            try:
                with os.scandir(folder) as stream:
                    names = sorted(entry.name for entry in stream if _is_go_file(entry.name) and entry.is_file())
            except (OSError, ValueError):
                names = []
            self._listings[folder] = tuple(names)
        return self._listings[folder]

    def _is_folder(self, path: str) -> bool:
        if path not in self._folders:
            self._folders[path] = os.path.isdir(path)
        return self._folders[path]

    def _located(self, import_path: str, folder: str, origin: str) -> LocatedPackage:
        """The package in a folder; for one of the tree under the import path that the tree gives it."""
        key = (import_path, folder, origin)
        if key not in self._packages:
            self._packages[key] = self._package(import_path, folder, origin)
        return self._packages[key]

    def _package(self, import_path: str, folder: str, origin: str) -> LocatedPackage:
        if origin == "tree":
            import_path = self._tree_paths[folder]
            files = self._tree_files[folder]
        else:
            files = [os.path.join(folder, name) for name in self._go_files(folder)]
        chosen = [path for path in files if matches(file_constraint(os.path.basename(path)), self._config)]
        return LocatedPackage(import_path, folder, origin, tuple(chosen or files))


def _prefixes(import_path: str) -> list[tuple[str, str]]:
    """All (module path, rest) readings of an import path, the longest module path first."""
    parts = import_path.split("/")
    return [("/".join(parts[:cut]), "/".join(parts[cut:])) for cut in range(len(parts), 0, -1)]


def _replacement(mains: tuple[Module, ...], path: str, version: str) -> tuple[str, str] | None:
    """The (new path or folder, new version or "") of the replace that applies; one for the very version wins."""
    general: tuple[str, str] | None = None
    for module in mains:
        for old, old_version, new, new_version in module.replaces:
            if old != path:
                continue
            if old_version and old_version == version:
                return new, new_version
            if not old_version and general is None:
                general = new, new_version
    return general


def _is_go_file(name: str) -> bool:
    return name.endswith(".go") and not name.endswith("_test.go") and not name.startswith(("_", "."))
