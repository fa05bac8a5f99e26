"""Source files, modules and skips, as discovery hands them on."""

from __future__ import annotations

import msgspec


class SourceFile(msgspec.Struct, frozen=True):
    """A Go file to analyse.

    ``path`` is relative to the report root with ``/`` separators (what reports show), ``absolute`` opens it.
    ``package_dir`` is the folder of ``path`` ("" for the root itself). ``import_path`` is the import path of
    the folder's package. ``file_constraint`` is what the file's name says (``linux && amd64``) or "".
    """

    path: str
    absolute: str
    package_dir: str
    import_path: str
    module: str  # module path, "" when there is none
    is_test: bool
    file_constraint: str
    size: int
    reported: bool  # false: analysed, but outside the paths the user named


class Module(msgspec.Struct, frozen=True):
    """A Go module under analysis; ``directory`` is absolute, ``path`` its module path ("" without go.mod)."""

    path: str
    directory: str
    go_version: str  # "1.22", or "" when go.mod does not say
    requires: tuple[tuple[str, str], ...]  # module path, version
    # old path, old version or "", new path or absolute directory, new version or "" (always "" for a directory)
    replaces: tuple[tuple[str, str, str, str], ...]
    workspace: str  # absolute directory of the go.work that lists it, or ""


class Skip(msgspec.Struct, frozen=True):
    """Something that was not analysed, and why, in words for the user."""

    path: str
    reason: str


class Tree(msgspec.Struct, frozen=True):
    """What discovery found: everything the analysis reads, in a fixed order.

    ``root`` is the absolute report root: the folder with ``.git`` above the scanned paths, else the scan root.
    """

    root: str
    modules: tuple[Module, ...]
    files: tuple[SourceFile, ...]
    skips: tuple[Skip, ...]
