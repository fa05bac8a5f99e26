"""From the paths a user names to the files, modules and skips that everything later works on.

A named file or folder limits what is reported; the whole module around it is analysed, and with it the other
modules of its ``go.work`` and the local folders that its ``replace`` directives name.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import msgspec
from pathspec import GitIgnoreSpec

from mapleak.errors import MapleakError, NoGoFilesError
from mapleak.source import modules
from mapleak.source.constraints import file_constraint
from mapleak.source.inference import inferred_import_paths
from mapleak.source.model import Module, Skip, SourceFile, Tree
from mapleak.source.targets import (
    Target,
    is_below,
    module_above,
    printable,
    relative_path,
    report_root,
    resolve_target,
    workspace_above,
)
from mapleak.source.walk import Walked, WalkOptions, repository_above, walk

DEFAULT_MAX_FILE_SIZE = 10_000_000


class DiscoverOptions(msgspec.Struct, frozen=True):
    """What to scan.

    ``exclude`` are ``.gitignore`` patterns relative to the report root: what they match is analysed but not
    reported, except files and folders named in ``paths`` themselves (``force_exclude`` takes that exception away,
    for pre-commit, which names every changed file).
    """

    paths: tuple[str, ...] = (".",)
    tests: bool = False
    include_vendor: bool = False
    respect_gitignore: bool = True
    exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    max_file_size: int = DEFAULT_MAX_FILE_SIZE


class _Root(msgspec.Struct, frozen=True):
    """A folder to walk: a module's, or one without ``go.mod``. ``main`` is false for what a replace names."""

    folder: str
    has_go_mod: bool
    main: bool


class _Workspace(msgspec.Struct, frozen=True):
    """A ``go.work``: its folder, those of its modules, and its replaces with absolute folders."""

    folder: str
    uses: tuple[str, ...]
    replaces: tuple[tuple[str, str, str, str], ...]


def discover(options: DiscoverOptions) -> Tree:
    """All Go files, modules and skips for the options' paths, in a fixed order.

    Raises ``MapleakError`` for a path that does not exist and for a bad exclude pattern, ``NoGoFilesError``
    when the paths hold no Go files.
    """
    targets = tuple(resolve_target(path) for path in options.paths or (".",))
    root = report_root(targets)
    reported = _reported(options, targets, root)
    discovery = _Discovery(options, targets, root)
    discovery.run()
    files = sorted(discovery.source_files(reported), key=lambda file: file.path)
    if not any(target.covers(file.absolute) for target in targets for file in files) and not any(
        target.is_file and target.path.endswith(".go") for target in targets
    ):
        raise NoGoFilesError(_nothing_found(targets, discovery.skips, discovery.tests_left_out()))
    return Tree(
        root=root,
        modules=tuple(sorted(discovery.modules, key=lambda module: module.directory)),
        files=tuple(files),
        skips=tuple(sorted(discovery.skips, key=lambda skip: (skip.path, skip.reason))),
    )


class _Discovery:
    """The work list of roots to walk and what came of them."""

    def __init__(self, options: DiscoverOptions, targets: tuple[Target, ...], root: str) -> None:
        self.options = options
        self.targets = targets
        self.root = root
        self.walk_options = WalkOptions(
            options.tests, options.include_vendor, options.respect_gitignore, options.max_file_size
        )
        self.roots: list[_Root] = []
        self.modules: list[Module] = []
        self.skips: list[Skip] = []
        self.walked: list[tuple[Module, Walked, dict[str, str]]] = []
        self.workspaces: dict[str, _Workspace] = {}

    def run(self) -> None:
        for target in self.targets:
            if target.is_file and not target.path.endswith(".go"):
                self._skip(target.path, "not a Go file")
                continue
            folder = module_above(target.folder)
            self._add(_Root(folder or repository_above(target.folder) or target.folder, folder is not None, main=True))
        replaced: list[_Root] = []
        done: set[str] = set()
        while self.roots or replaced:
            # What a replace names may turn out to be a module to scan, with replaces of its own: it waits.
            root = self.roots.pop(0) if self.roots else replaced.pop(0)
            if root.folder in done:
                continue
            done.add(root.folder)
            module = self._walk(root)
            if root.main:
                replaced += [
                    _Root(new, has_go_mod=True, main=False)
                    for _, _, new, version in module.replaces
                    if not version and os.path.isfile(os.path.join(new, "go.mod"))
                ]

    def _add(self, root: _Root) -> None:
        self.roots.append(root)

    def _walk(self, root: _Root) -> Module:
        """Walks one root, records its files and queues the modules found through it."""
        file = self._go_mod(root)
        named = frozenset(
            target.path for target in self.targets if (target.path == root.folder or is_below(target.path, root.folder))
        )
        walked = walk(root.folder, self.walk_options, named, tuple(file.ignores))
        self.skips += [Skip(relative_path(path, self.root) or ".", reason) for path, reason in walked.skipped]
        for nested in walked.nested:
            if any(target.covers(nested) for target in self.targets):
                self._add(_Root(nested, has_go_mod=True, main=True))
        workspace = self._workspace(root) if root.main and root.has_go_mod else None
        for folder in workspace.uses if workspace else ():
            self._add(_Root(folder, has_go_mod=True, main=True))
        module = Module(
            path=printable(file.module),
            directory=root.folder,
            go_version=file.go,
            requires=tuple(file.requires),
            replaces=(*(workspace.replaces if workspace else ()), *_absolute_replaces(file, root.folder)),
            workspace=workspace.folder if workspace else "",
        )
        if walked.files or root.has_go_mod:
            self.modules.append(module)
        self.walked.append((module, walked, _import_paths(module, walked)))
        return module

    def _go_mod(self, root: _Root) -> modules.ModFile:
        if not root.has_go_mod:
            return modules.ModFile()
        path = os.path.join(root.folder, "go.mod")
        text, unreadable = modules.read_text(path)
        if unreadable:
            self._skip(path, f"cannot read file: {unreadable}; import paths are inferred")
            return modules.ModFile()
        file = modules.parse(text)
        problems = modules.check_go_mod(file)
        if problems:
            self._skip(
                path,
                f"{_first(problems)}; "
                + ("" if file.module else "import paths are inferred, ")
                + "read as far as possible",
            )
        return file

    def _workspace(self, root: _Root) -> _Workspace | None:
        """The workspace that lists this module, if the nearest ``go.work`` does."""
        folder = workspace_above(root.folder)
        if folder is None:
            return None
        if folder not in self.workspaces:
            self.workspaces[folder] = self._read_workspace(folder)
        workspace = self.workspaces[folder]
        return workspace if root.folder in workspace.uses else None

    def _read_workspace(self, folder: str) -> _Workspace:
        path = os.path.join(folder, "go.work")
        text, unreadable = modules.read_text(path)
        file = modules.parse(text)
        if unreadable or file.problems:
            self._skip(
                path,
                f"cannot read file: {unreadable}"
                if unreadable
                else f"{_first(file.problems)}; read as far as possible",
            )
        uses: list[str] = []
        for used in file.uses:
            directory = os.path.realpath(os.path.join(folder, used))
            if os.path.isfile(os.path.join(directory, "go.mod")):
                uses.append(directory)
            else:
                self._skip(path, f"uses {used}, which has no go.mod")
        return _Workspace(folder, tuple(uses), _absolute_replaces(file, folder))

    def tests_left_out(self) -> frozenset[str]:
        """The folders that hold test files which were not asked for."""
        return frozenset(folder for _, walked, _ in self.walked for folder in walked.tests_left_out)

    def _skip(self, path: str, reason: str) -> None:
        self.skips.append(Skip(relative_path(path, self.root), printable(reason)))

    def source_files(self, reported: Callable[[str, str], bool]) -> list[SourceFile]:
        """All files of all walks; ``reported`` is asked with a file's absolute and relative path."""
        files: list[SourceFile] = []
        for module, walked, import_paths in self.walked:
            for folder, entries in walked.files.items():
                package_dir = relative_path(folder, self.root)
                import_path = printable(import_paths[folder])
                for name, size in entries:
                    absolute = os.path.join(folder, name)
                    path = f"{package_dir}/{printable(name)}" if package_dir else printable(name)
                    files.append(
                        SourceFile(
                            path=path,
                            absolute=absolute,
                            package_dir=package_dir,
                            import_path=import_path,
                            module=module.path,
                            is_test=name.endswith("_test.go"),
                            file_constraint=file_constraint(name),
                            size=size,
                            reported=reported(absolute, path),
                        )
                    )
        return files


def _import_paths(module: Module, walked: Walked) -> dict[str, str]:
    """The import path of every folder of a walk."""
    if not module.path:
        files = {folder: [os.path.join(folder, name) for name, _ in names] for folder, names in walked.files.items()}
        return {
            folder: path if "/vendor/" not in f"/{path}" else f"/{path}".rpartition("/vendor/")[2]
            for folder, path in inferred_import_paths(module.directory, files).items()
        }
    paths: dict[str, str] = {}
    for folder in walked.files:
        relative = folder[len(module.directory) :].strip(os.sep).replace(os.sep, "/")
        _, vendored, below = f"/{relative}".rpartition("/vendor/")
        if vendored and module.path not in ("std", "cmd"):  # these two name vendored packages by their folders
            paths[folder] = below
        else:
            paths[folder] = modules.import_path_of(module.path, relative)
    return paths


def _absolute_replaces(file: modules.ModFile, folder: str) -> tuple[tuple[str, str, str, str], ...]:
    """The replaces with local folders made absolute."""
    return tuple(
        (old, version, os.path.realpath(os.path.join(folder, new)) if modules.is_local(new) else new, new_version)
        for old, version, new, new_version in file.replaces
    )


def _reported(options: DiscoverOptions, targets: tuple[Target, ...], root: str) -> Callable[[str, str], bool]:
    """Whether a file is reported, by its absolute and its relative path."""
    try:
        excluded = GitIgnoreSpec.from_lines(options.exclude)
    except ValueError as error:
        raise MapleakError(f"bad exclude pattern: {error}") from error

    def exempt(target: Target) -> bool:
        shown = relative_path(target.path, root)
        return not options.force_exclude and (target.is_file or excluded.match_file(shown + "/"))

    covering = [(target, exempt(target)) for target in targets]

    def reported(absolute: str, path: str) -> bool:
        exemptions = [always for target, always in covering if target.covers(absolute)]
        return bool(exemptions) and (any(exemptions) or not options.exclude or not excluded.match_file(path))

    return reported


def _first(problems: list[str]) -> str:
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"line {problems[0]}{more}" if problems[0][0].isdigit() else f"{problems[0]}{more}"


def _nothing_found(targets: tuple[Target, ...], skips: list[Skip], tests_left_out: frozenset[str]) -> str:
    places = ", ".join(sorted({printable(target.given) for target in targets}))
    if any(target.covers(path) for target in targets for path in tests_left_out):
        return f"no Go files but tests in {places} (use --tests)"
    message = f"no Go files in {places}"
    if skips:
        message += f" ({len(skips)} skipped: {skips[0].path}: {skips[0].reason})"
    return message
