"""The module cache on disk: where versions of modules lie, and how versions compare.

The layout and the order of versions are those of the Go Modules Reference (``go.dev/ref/mod``).
"""

from __future__ import annotations

import os
import re

_VERSION = re.compile(r"v(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?\Z")

VersionKey = tuple[int, int, int, tuple[tuple[int, int, str], ...]]


def escaped(path: str) -> str:
    """A module path or version as the cache writes it: ``!x`` for every upper-case ``X``."""
    return re.sub(r"[A-Z]", lambda letter: "!" + letter.group().lower(), path)


def version_key(version: str) -> VersionKey:
    """A key that orders versions as semantic versioning does; what is no version comes first."""
    found = _VERSION.match(version)
    if found is None:
        return (-1, 0, 0, ())
    major, minor, patch, prerelease = found.groups()
    return (int(major), int(minor), int(patch), _prerelease_key(prerelease))


def _prerelease_key(prerelease: str | None) -> tuple[tuple[int, int, str], ...]:
    if prerelease is None:
        return ((2, 0, ""),)  # a release comes after all its pre-releases
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in prerelease.split("."))


def newest(first: str, second: str) -> str:
    """The newer one of two versions."""
    return max(first, second, key=version_key)


def module_directory(cache: str, path: str, version: str) -> str:
    """Where the cache keeps a module's files, whether or not they are there."""
    return os.path.join(cache, *escaped(path).split("/")) + "@" + escaped(version)


def cached_versions(cache: str, path: str) -> list[str]:
    """The folders of all cached versions of a module, newest first."""
    parent, _, base = escaped(path).rpartition("/")
    folder = os.path.join(cache, *parent.split("/"))
    try:
        names = os.listdir(folder)
    except (OSError, ValueError):
        return []
    found = [name for name in names if name.startswith(base + "@")]
    found.sort(key=lambda name: (version_key(_unescaped(name.rpartition("@")[2])), name), reverse=True)
    return [os.path.join(folder, name) for name in found]


def all_modules(cache: str) -> list[str]:
    """The folders of all modules in the cache, below it."""
    found: list[str] = []
    waiting = [cache]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                folders = [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
        except OSError:
            continue
        found += [folder[len(cache) :] for folder in folders if "@" in folder[len(cache) :]]
        waiting += [f for f in folders if "@" not in f[len(cache) :] and f != os.path.join(cache, "cache")]
    return sorted(found)


def module_root(cache: str, folder: str) -> str | None:
    """The folder ``…/path@version`` in the cache that contains ``folder``, or None outside the cache."""
    if not folder.startswith(cache.rstrip(os.sep) + os.sep):
        return None
    at = folder.find("@", len(cache))
    if at < 0:
        return None
    end = folder.find(os.sep, at)
    return folder if end < 0 else folder[:end]


def _unescaped(text: str) -> str:
    return re.sub(r"!([a-z])", lambda letter: letter.group(1).upper(), text)
