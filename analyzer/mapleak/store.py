"""What runs leave for later runs: values by key, on disk, in the user's cache directory.

A key is a digest of everything its value depends on, so nothing here is ever out of date: what no longer applies is
just not asked for again, and goes when the store has grown too large. Values are written under another name first and
checked when read, so that runs at the same time, crashes and damaged disks do no harm. Whatever goes wrong with the
disk costs time, never a result.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")

LAYOUT = "1"
"""Raised with every change of how values are stored."""

LIMIT = 2 * 1024**3
"""Bytes above which the values not used for longest go."""

CLOCK_STEP_NS = 2_000_000_000
"""A file may change twice within one step of its file system's clock: times this fresh prove nothing."""

_CHECK = 16  # bytes of checksum before each value
_TRIM_EVERY = 3600.0
_USED_AGAIN_AFTER = 86_400.0
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# Made by mapleak; may be deleted at any time.\n"


class Store:
    """Values of one cache directory; None keeps nothing. ``knows_places``: what was seen where is kept, too."""

    def __init__(self, directory: Path | None, limit: int = LIMIT, *, knows_places: bool = True) -> None:
        self._root = directory / LAYOUT if directory is not None else None
        self._limit = limit
        self.knows_places = knows_places

    def for_passing_tree(self) -> Store:
        """The same store for a tree that is soon gone: what was seen where in it is of no use to a later run."""
        return Store(self._root.parent if self._root is not None else None, self._limit, knows_places=False)

    @property
    def keeps(self) -> bool:
        """Whether anything is kept at all."""
        return self._root is not None

    def get(self, kind: str, key: bytes) -> bytes | None:
        """The value of ``key``, or None when there is none, or only a damaged one."""
        if self._root is None:
            return None
        place = self._place(kind, key)
        try:
            with open(place, "rb", buffering=0) as stream:  # noqa: PTH123 - thousands of times
                status = os.fstat(stream.fileno())
                found = stream.read()
        except OSError:
            return None
        value = found[_CHECK:]
        if found[:_CHECK] != _checksum(value):
            return None
        if time.time() - status.st_mtime > _USED_AGAIN_AFTER:
            with contextlib.suppress(OSError):
                os.utime(place)
        return value

    def put(self, kind: str, key: bytes, value: bytes) -> bool:
        """Keep ``value``, and say whether it is kept; a disk that is full or read-only is nobody's problem here."""
        if self._root is None:
            return False
        place = self._place(kind, key)
        draft = f"{place}.{os.getpid()}"
        try:
            self._make_folder(os.path.dirname(place))  # noqa: PTH120
            with open(draft, "wb") as stream:  # noqa: PTH123
                stream.write(_checksum(value))
                stream.write(value)
            os.replace(draft, place)  # noqa: PTH105
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(draft)  # noqa: PTH108
            return False
        return True

    def close(self) -> None:
        """Keep the store within its limit; called at the end of a run."""
        if self._root is None:
            return
        marker = self._root.parent / "CACHEDIR.TAG"  # bford.info/cachedir: backups leave such folders out
        try:
            if not self._root.is_dir():
                return
            # a time to come is that of a clock that was wrong
            if marker.exists() and abs(time.time() - marker.stat().st_mtime) < _TRIM_EVERY:
                return
            marker.write_text(_TAG)
            trim(self._root, self._limit)
        except OSError:
            return

    def _make_folder(self, folder: str) -> None:
        if not os.path.isdir(folder):  # noqa: PTH112
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103

    def _place(self, kind: str, key: bytes) -> str:
        """A string: paths that are objects would take as long as the reading."""
        name = key.hex()
        return f"{self._root}{os.sep}{kind}{os.sep}{name[:2]}{os.sep}{name[2:]}"


NO_STORE = Store(None)


def remembered(
    store: Store, kind: str, key: bytes, form: type[T], make: Callable[[], T], lasting: Callable[[T], bool]
) -> T:
    """The value of ``key``, made where the store has none and kept when it is ``lasting``; b"" is no key."""
    kept = store.get(kind, key) if key else None
    if kept is not None:
        with contextlib.suppress(msgspec.DecodeError):
            return msgspec.msgpack.decode(kept, type=form)
    made = make()
    if key and lasting(made):
        store.put(kind, key, msgspec.msgpack.encode(made))
    return made


def trim(root: Path, limit: int) -> None:
    """Delete the files below ``root`` that were not used for longest until at most ``limit`` bytes are left."""
    found: list[tuple[float, int, str]] = []
    for folder, _, names in os.walk(root):
        for name in names:
            with contextlib.suppress(OSError):
                status = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118 - many files
                found.append((status.st_mtime, status.st_size, os.path.join(folder, name)))  # noqa: PTH118
    size = sum(length for _, length, _ in found)
    for _, length, path in sorted(found):
        if size <= limit:
            return
        with contextlib.suppress(OSError):
            os.unlink(path)  # noqa: PTH108
            size -= length


def default_directory() -> Path | None:
    """The user's cache directory for mapleak, None for a user without a home; ``MAPLEAK_CACHE_DIR`` names another."""
    named = os.environ.get("MAPLEAK_CACHE_DIR")
    if named:
        return Path(named)
    from platformdirs import user_cache_path  # noqa: PLC0415 - not needed with --no-cache

    try:
        found = user_cache_path("mapleak", appauthor=False)
    except RuntimeError:
        return None
    return found if found.is_absolute() else None  # older versions of the library take "~" for a folder


def chosen_directory(named: str) -> Path | None:
    """The directory that the user names, or the usual one for "", if there is one."""
    return Path(named) if named else default_directory()


def clean(directory: Path) -> int:
    """Delete what runs left in ``directory``; gives the number of bytes. Anything else in there stays."""
    size = 0
    for folder in directory.iterdir() if directory.is_dir() else ():
        if folder.name.isdecimal() and folder.is_dir() and not folder.is_symlink():
            size += sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
            shutil.rmtree(folder)
    (directory / "CACHEDIR.TAG").unlink(missing_ok=True)
    return size


def digest(*parts: bytes | str) -> bytes:
    """A key made of parts, which may not be confused with other parts that read the same when put together."""
    found = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "little"))
        found.update(data)
    return found.digest()


@functools.cache
def tool_digest() -> bytes:
    """What makes this program another: its own code, the grammar, the version of Python."""
    libraries = (_version(name) for name in ("tree-sitter", "tree-sitter-go", "msgspec"))
    return digest(code_digest((Path(__file__).parent,)), *libraries, sys.version)


def code_digest(places: Iterable[Path]) -> bytes:
    """A digest of the Python code in some folders and files.

    Of what is in them: installing the same version once more, as CI does for each run, gives all files new times.
    """
    return digest(*(part for place in places for part in _code_of(place)))


def _code_of(place: Path) -> Iterator[bytes | str]:
    for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
        yield f"{place.name}/{path.relative_to(place)}"
        with contextlib.suppress(OSError):
            yield path.read_bytes()


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""


def _checksum(value: bytes) -> bytes:
    return hashlib.blake2b(value, digest_size=_CHECK).digest()
