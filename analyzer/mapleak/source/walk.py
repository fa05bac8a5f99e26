"""Walking one module's folders: which Go files it has, by the rules of the go tool and of git.

Does not follow symbolic links to folders, so that loops cannot happen; links to files are read like files.
"""

from __future__ import annotations

import enum
import errno
import os
import stat
from collections.abc import Iterator

import msgspec

from mapleak.source.gitignore import IgnoreRules, rules_above, rules_for
from mapleak.source.gitindex import tracked_go_files


class WalkOptions(msgspec.Struct, frozen=True):
    """What to leave out; the same for every module of a run."""

    tests: bool
    include_vendor: bool
    respect_gitignore: bool
    max_file_size: int


class Walked(msgspec.Struct):
    """What a walk found: ``files`` by folder as (name, size), nested modules' folders, and (path, reason) skips.

    ``tests_left_out`` are the folders that hold test files which were not asked for.
    """

    files: dict[str, list[tuple[str, int]]] = msgspec.field(default_factory=dict)
    nested: list[str] = msgspec.field(default_factory=list)
    skipped: list[tuple[str, str]] = msgspec.field(default_factory=list)
    tests_left_out: set[str] = msgspec.field(default_factory=set)


class _Mode(enum.Enum):
    """How much of a folder counts."""

    ALL = "all"
    TRACKED = "tracked"  # ignored by git's rules, but git tracks something in it
    NAMED = "named"  # left out, but the user named something in it


class _Folder(msgspec.Struct, frozen=True):
    path: str
    mode: _Mode
    rules: IgnoreRules | None
    repository: str | None


def walk(root: str, options: WalkOptions, named: frozenset[str], left_out: tuple[str, ...] = ()) -> Walked:
    """The Go files below ``root``, without those of modules nested in it.

    ``named`` are absolute paths of files and folders that the user named: they count even where the go tool
    or git would leave them out. ``left_out`` are the ``ignore`` directives of the module's ``go.mod``.
    """
    return _Walker(root, options, named, left_out).walk()


def repository_above(directory: str) -> str | None:
    """The nearest folder at or above ``directory`` that has a ``.git`` (a folder, or a worktree's file)."""
    return next((folder for folder in upwards(directory) if os.path.lexists(os.path.join(folder, ".git"))), None)


def upwards(directory: str) -> Iterator[str]:
    """A folder and those it lies in, the nearest first, up to the root of the file system."""
    while True:
        yield directory
        parent = os.path.dirname(directory)
        if parent == directory:
            return
        directory = parent


class _Walker:
    def __init__(self, root: str, options: WalkOptions, named: frozenset[str], left_out: tuple[str, ...]) -> None:
        self.root = root
        self.options = options
        self.named = named | {os.path.dirname(path) for path in named if path.endswith(".go")}
        self.on_the_way = _folders_above(self.named, root)
        self.left_out_names = frozenset(name for name in left_out if not name.startswith("./"))
        self.left_out_paths = frozenset(os.path.normpath(os.path.join(root, name)) for name in left_out)
        self.tracked: dict[str, frozenset[str]] = {}
        self.found = Walked()

    def walk(self) -> Walked:
        repository = repository_above(self.root) if self.options.respect_gitignore else None
        rules = rules_above(self.root, repository)
        folders = [_Folder(self.root, _Mode.ALL, rules, repository)]
        while folders:
            folders.extend(reversed(self._folder(folders.pop())))
        return self.found

    def _folder(self, folder: _Folder) -> list[_Folder]:
        """Takes a folder's files and returns the folders in it that are to be walked."""
        try:
            with os.scandir(folder.path) as stream:
                entries = sorted(stream, key=lambda entry: entry.name)
        except OSError as error:
            self.found.skipped.append((folder.path, f"cannot read folder: {_reason(error)}"))
            return []
        names = {entry.name for entry in entries if entry.name in ("go.mod", ".git", ".gitignore")}
        if folder.path != self.root:
            if "go.mod" in names and os.path.isfile(os.path.join(folder.path, "go.mod")):
                self.found.nested.append(folder.path)
                return []
            if ".git" in names and self.options.respect_gitignore:  # a submodule or clone has rules of its own
                folder = _Folder(folder.path, folder.mode, None, folder.path)
        if ".gitignore" in names and self.options.respect_gitignore:
            folder = _Folder(folder.path, folder.mode, rules_for(folder.path, folder.rules), folder.repository)
        inner: list[_Folder] = []
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                below = self._below(folder, entry)
                if below is not None:
                    inner.append(below)
            elif entry.name.endswith(".go"):
                self._file(folder, entry)
        return inner

    def _below(self, folder: _Folder, entry: os.DirEntry[str]) -> _Folder | None:
        """The folder to walk for an entry, or None when it is left out."""
        path = entry.path
        if folder.mode is _Mode.NAMED and path not in self.named and path not in self.on_the_way:
            return None
        ignored = folder.mode is not _Mode.TRACKED and self._ignored(folder, path, is_directory=True)
        rules = None if ignored else folder.rules
        if path in self.named:
            return _Folder(path, _Mode.ALL, rules, folder.repository)
        if folder.mode is _Mode.NAMED:
            return _Folder(path, _Mode.NAMED, rules, folder.repository)
        if ignored or folder.mode is _Mode.TRACKED:
            if path in self._tracked(folder) and not self._go_leaves_out(entry):
                return _Folder(path, _Mode.TRACKED, folder.rules, folder.repository)
        elif not self._go_leaves_out(entry):
            return _Folder(path, _Mode.ALL, rules, folder.repository)
        return _Folder(path, _Mode.NAMED, rules, folder.repository) if path in self.on_the_way else None

    def _go_leaves_out(self, entry: os.DirEntry[str]) -> bool:
        """Whether ``./...`` patterns pass this folder over: see ``go help packages``, and ``ignore`` in go.mod."""
        name = entry.name
        return (
            name.startswith(("_", "."))
            or name == "testdata"
            or (name == "vendor" and not self.options.include_vendor)
            or name in self.left_out_names
            or entry.path in self.left_out_paths
        )

    def _file(self, folder: _Folder, entry: os.DirEntry[str]) -> None:
        name, path = entry.name, entry.path
        if path not in self.named:
            if folder.mode is _Mode.NAMED or name.startswith(("_", ".")):
                return
            if name.endswith("_test.go") and not self.options.tests:
                self.found.tests_left_out.add(folder.path)
                return
            ignored = folder.mode is _Mode.TRACKED or self._ignored(folder, path, is_directory=False)
            if ignored and path not in self._tracked(folder):
                return
        elif name.endswith("_test.go") and not self.options.tests:
            self.found.skipped.append((path, "a test file; test files are read with --tests"))
            return
        try:
            status = entry.stat()
            readable = os.access(path, os.R_OK)
        except OSError as error:
            link = "broken symbolic link: " if entry.is_symlink() else ""
            self.found.skipped.append((path, f"cannot read file: {link}{_reason(error)}"))
            return
        if stat.S_ISDIR(status.st_mode):  # a link to a folder
            return
        reason = self._unfit(status, readable=readable)
        if reason:
            self.found.skipped.append((path, reason))
        else:
            self.found.files.setdefault(folder.path, []).append((name, status.st_size))

    def _unfit(self, status: os.stat_result, *, readable: bool) -> str:
        if not stat.S_ISREG(status.st_mode):
            return "not a regular file"
        if status.st_size > self.options.max_file_size:
            return f"too large: {_megabytes(status.st_size)}, the limit is {_megabytes(self.options.max_file_size)}"
        return "" if readable else "cannot read file: permission denied"

    def _ignored(self, folder: _Folder, path: str, *, is_directory: bool) -> bool:
        return folder.rules is not None and folder.rules.ignored(path, is_directory=is_directory)

    def _tracked(self, folder: _Folder) -> frozenset[str]:
        if folder.repository is None:
            return frozenset()
        if folder.repository not in self.tracked:
            self.tracked[folder.repository] = tracked_go_files(folder.repository)
        return self.tracked[folder.repository]


def _folders_above(paths: frozenset[str], root: str) -> frozenset[str]:
    """The folders strictly between ``root`` and the given paths."""
    folders: set[str] = set()
    for path in paths:
        parent = os.path.dirname(path)
        while len(parent) > len(root) and parent not in folders:
            folders.add(parent)
            parent = os.path.dirname(parent)
    return frozenset(folders)


def _reason(error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return "too many levels of symbolic links"
    return (error.strerror or type(error).__name__).lower()


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size} bytes"
