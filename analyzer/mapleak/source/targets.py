"""The paths that a user names, and the folders around them that give them meaning."""

from __future__ import annotations

import os
import tempfile

import msgspec

from mapleak.errors import MapleakError
from mapleak.source.walk import repository_above, upwards


class Target(msgspec.Struct, frozen=True):
    """A file or folder that the user named; ``path`` is absolute, ``given`` what they wrote."""

    given: str
    path: str
    is_file: bool

    @property
    def folder(self) -> str:
        return os.path.dirname(self.path) if self.is_file else self.path

    def covers(self, path: str) -> bool:
        """Whether an absolute path is this file, this folder, or something below it."""
        return path == self.path or (not self.is_file and is_below(path, self.path))


def resolve_target(given: str) -> Target:
    """The file or folder behind an argument: ``x.go``, ``dir``, ``dir/...`` or ``...``.

    Raises ``MapleakError`` when there is nothing at that path. A folder always stands for all below it.
    """
    path = given
    if path.replace(os.sep, "/").endswith("/...") or path == "...":
        path = path[:-3] or "."
    try:
        absolute = os.path.abspath(path)
        if os.path.isdir(absolute):
            return Target(given, os.path.realpath(absolute), is_file=False)
        if os.path.lexists(absolute) and not path.endswith(("/", os.sep)):
            folder, name = os.path.split(absolute)
            return Target(given, os.path.join(os.path.realpath(folder), name), is_file=True)
    except (OSError, ValueError) as error:
        raise MapleakError(f"cannot look at {printable(given)}: {error}") from error
    raise MapleakError(f"no such file or folder: {printable(given)}")


def report_root(targets: tuple[Target, ...]) -> str:
    """The folder that reported paths are relative to.

    The repository (folder with ``.git``) above what the targets have in common; without one, the module root
    above it; without that, the common folder itself.
    """
    try:
        common = os.path.commonpath([target.folder for target in targets])
    except ValueError as error:  # several drives
        raise MapleakError(f"the paths have no folder in common: {error}") from error
    return repository_above(common) or module_above(common) or common


def module_above(directory: str) -> str | None:
    """The folder of the nearest ``go.mod`` at or above ``directory``.

    Heuristic ``module-within-repository``: not looked for outside the repository, so that a stray ``go.mod`` in
    a home folder does not pull the whole home folder in. As in the go command, one in the temporary folder's root
    does not count.
    """
    for folder in upwards(directory):
        if os.path.isfile(os.path.join(folder, "go.mod")) and folder != os.path.realpath(tempfile.gettempdir()):
            return folder
        if os.path.lexists(os.path.join(folder, ".git")):
            break
    return None


def workspace_above(directory: str) -> str | None:
    """The folder of the nearest ``go.work`` at or above ``directory``, as the go command finds it."""
    return next((folder for folder in upwards(directory) if os.path.isfile(os.path.join(folder, "go.work"))), None)


def is_below(path: str, folder: str) -> bool:
    """Whether an absolute path lies strictly below an absolute folder."""
    return path.startswith(folder if folder.endswith(os.sep) else folder + os.sep)


def relative_path(path: str, root: str) -> str:
    """``path`` relative to ``root`` with ``/`` separators, printable; "" for the root itself."""
    if path == root:
        return ""
    if is_below(path, root):
        relative = path[len(root) :].lstrip(os.sep)
    else:
        try:
            relative = os.path.relpath(path, root)
        except ValueError:  # another drive
            relative = path
    return printable(relative.replace(os.sep, "/"))


def printable(path: str) -> str:
    """A path that any output can encode: bytes that are not UTF-8 become ``\\xNN``."""
    if path.isascii():
        return path
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
