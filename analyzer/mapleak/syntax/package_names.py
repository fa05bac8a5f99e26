"""What a package is most likely called, to judge by the path it is imported by."""

from __future__ import annotations

import functools
import re

_VERSION = re.compile(r"^v[0-9]+$")
_DOT_VERSION = re.compile(r"\.v[0-9]+$")


@functools.cache
def guess_package_name(path: str) -> str:
    """The package name an import path suggests: its last element without version suffix."""
    parts = path.split("/")
    last = parts[-1]
    if len(parts) > 1 and _VERSION.match(last):
        last = parts[-2]
    last = _DOT_VERSION.sub("", last)
    return last.removesuffix(".go").removesuffix("-go").removeprefix("go-").replace("-", "_")


def may_be_named(path: str, name: str) -> bool:
    """Whether reading the package at ``path`` to learn its name is worth it.

    Package names nearly always share letters with their path; without this every unknown identifier
    would read every import.
    """
    wanted = name.lower().replace("_", "")
    squeezed = _squeezed(path)
    return wanted in squeezed or (len(wanted) >= 3 and wanted[:3] in squeezed)


@functools.cache
def _squeezed(path: str) -> str:
    return re.sub(r"[^a-z0-9]", "", path.lower())
