"""What a package is most likely called, to judge by the path it is imported by."""

from __future__ import annotations

import functools
import re

_VERSION = re.compile(r"^v[0-9]+$")
_DOT_VERSION = re.compile(r"\.v[0-9]+$")


_CALLED = {
    "github.com/deckarep/golang-set": "mapset",
    "github.com/hashicorp/golang-lru": "lru",
    "github.com/orcaman/concurrent-map": "cmap",
    "github.com/satori/go.uuid": "uuid",
    "github.com/wk8/go-ordered-map": "orderedmap",
}
"""Packages of libraries that are called other than their paths suggest, without major version."""


@functools.cache
def guess_package_name(path: str) -> str:
    """The package name an import path suggests: its last element without version suffix."""
    parts = path.split("/")
    if (known := _CALLED.get("/".join(parts[:-1] if _VERSION.match(parts[-1]) else parts))) is not None:
        return known
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


def may_be_called(path: str, name: str) -> bool:
    """Whether a package that is not on disk may have a name which is one of the words that end its path:
    ``golang-lru`` is lru, ``paho.mqtt.golang`` mqtt, ``go-ordered-map`` orderedmap."""
    parts = path.split("/")
    last = parts[-2] if len(parts) > 1 and _VERSION.match(parts[-1]) else parts[-1]
    words = [word for word in re.split(r"[-._]", last.lower()) if word not in ("go", "golang")]
    return name in (*words, "".join(words))


@functools.cache
def _squeezed(path: str) -> str:
    return re.sub(r"[^a-z0-9]", "", path.lower())
