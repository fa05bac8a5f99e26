"""Import paths for folders that no ``go.mod`` names: repositories from the time of GOPATH.

Heuristic ``inferred-module-path``: the import paths that the files use for each other tell the prefix. It only
decides which imports lead back into the tree; where nothing tells, the folder's own name is the prefix.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence

HEAD_SIZE = 32 << 10  # imports stand at the top; longer licences and package comments do not occur

STANDARD_TOP_LEVEL = frozenset(
    "archive arena bufio builtin bytes cmd cmp compress container context crypto database debug embed encoding errors "
    "expvar flag fmt go hash html image index internal io iter log maps math mime net os path plugin reflect regexp "
    "runtime simd slices sort strconv strings structs sync syscall testing text time unicode unique unsafe vendor "
    "weak".split()
)
"""First elements of import paths that belong to the standard library."""

_IMPORT_BLOCK = re.compile(rb"^import\s*\(([^)]*)\)", re.MULTILINE)
_IMPORT_LINE = re.compile(rb'^import\s+(?:[\w.]+\s+)?"([^"\n]+)"', re.MULTILINE)
_QUOTED = re.compile(rb'"([^"\n]+)"')
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\Z")
_OWNER_AND_NAME = ("github.com/", "gitlab.com/", "bitbucket.org/", "golang.org/x/")


def inferred_import_paths(root: str, files: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Import paths for the folders of a tree without ``go.mod``; ``files`` are absolute paths by absolute folder."""
    relative = {folder: _relative(folder, root) for folder in files}
    by_layout = {folder: path for folder in files if (path := _gopath_layout(folder))}
    rest = {folder: relative[folder] for folder in files if folder not in by_layout}
    if not rest:
        return by_layout
    imports = _imports(path for folder in rest for path in files[folder])
    below_src = {
        folder: path[len("src/") :]
        for folder, path in rest.items()
        if path.startswith("src/") and _in_src_layout(path[len("src/") :], imports)
    }
    prefix = _prefix(os.path.basename(root), set(rest.values()), imports)
    named = {folder: "/".join(part for part in (prefix, path) if part) for folder, path in rest.items()}
    return named | below_src | by_layout


def _gopath_layout(folder: str) -> str:
    """The import path of a folder in a GOPATH, ``…/src/host.tld/path``, or ""."""
    parts = folder.replace(os.sep, "/").split("/")
    for index in range(len(parts) - 2, -1, -1):
        if parts[index] == "src" and _HOST.match(parts[index + 1]):
            return "/".join(parts[index + 1 :])
    return ""


def _in_src_layout(path: str, imports: Mapping[str, int]) -> bool:
    """Whether the files import a package by its path below ``src/``, as in a project that is its own GOPATH."""
    top = path.split("/", 1)[0]
    return top not in STANDARD_TOP_LEVEL and any(used == top or used.startswith(top + "/") for used in imports)


def _prefix(base: str, folders: set[str], imports: Mapping[str, int]) -> str:
    """The import path of the tree's root: of all prefixes that turn imports into folders, the best supported one."""
    supported: dict[str, set[str]] = {}
    weight: dict[str, int] = {}
    for path, count in imports.items():
        parts = path.split("/")
        for cut in range(1, len(parts)):
            folder = "/".join(parts[cut:])
            prefix = "/".join(parts[:cut])
            if folder in folders and _plausible(prefix, base):
                supported.setdefault(prefix, set()).add(folder)
                weight[prefix] = weight.get(prefix, 0) + count
    if not supported:
        return f"local/{base}" if base in STANDARD_TOP_LEVEL else base

    def support(prefix: str) -> tuple[int, bool, int, str]:
        return len(supported[prefix]), _last(prefix) == base, weight[prefix], prefix

    best = max(supported, key=support)
    if len(supported) == 1 or len(supported[best]) > 1 or _last(best) == base:
        return best
    return f"local/{base}" if base in STANDARD_TOP_LEVEL else base


def _plausible(prefix: str, base: str) -> bool:
    """Whether a repository can have this import path: not the standard library's, not a mere account of a host."""
    if prefix.split("/", 1)[0] in STANDARD_TOP_LEVEL:
        return False
    if prefix.startswith(_OWNER_AND_NAME) and prefix.count("/") < 2:
        return False
    return not prefix.startswith("golang.org/x/") or _last(prefix) == base


def _last(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _imports(paths: Iterable[str]) -> dict[str, int]:
    """The import paths at the tops of the files, with how many files have each."""
    counts: dict[str, int] = {}
    for path in paths:
        try:
            with open(path, "rb") as stream:
                head = stream.read(HEAD_SIZE)
        except OSError:
            continue
        found = set(_IMPORT_LINE.findall(head))
        for block in _IMPORT_BLOCK.findall(head):
            found.update(_QUOTED.findall(block))
        for raw in found:
            name = raw.decode("utf-8", "replace")
            counts[name] = counts.get(name, 0) + 1
    return counts


def _relative(folder: str, root: str) -> str:
    return folder[len(root) :].strip(os.sep).replace(os.sep, "/")
