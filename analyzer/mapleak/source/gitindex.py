"""Which Go files git tracks, read from the repository's index without running git.

Ignore rules say nothing about tracked files: a package that a careless ``.gitignore`` line happens to match
(a binary's name, say) is still part of the program. The format is that of git's ``index-format`` document,
versions 2 to 4.
"""

from __future__ import annotations

import os
import struct

MAX_FILE_SIZE = 512 << 20
_STAT_LENGTH = 40  # times, device, inode, mode, owner and size before the object name
_EXTENDED = 0x4000


def tracked_go_files(repository: str) -> frozenset[str]:
    """Absolute paths of the tracked ``.go`` files and of every folder above them inside the repository.

    Empty when there is no index or it is of a kind we do not read; then ignore rules decide alone.
    """
    try:
        with open(os.path.join(_git_directory(repository), "index"), "rb") as stream:
            data = stream.read(MAX_FILE_SIZE)
    except (OSError, ValueError):
        return frozenset()
    for hash_length in (20, 32):  # the index does not say whether the repository uses SHA-1 or SHA-256
        try:
            names = _names(data, hash_length)
        except (ValueError, IndexError, struct.error):
            names = None  # runs over the end
        if names is not None:
            return _with_folders(repository, names)
    return frozenset()


def _git_directory(repository: str) -> str:
    """The folder that holds the index: ``.git`` itself, or where a worktree's or submodule's ``.git`` file points."""
    dot_git = os.path.join(repository, ".git")
    try:
        with open(dot_git, encoding="utf-8", errors="surrogateescape") as stream:
            line = stream.readline(4096)
    except OSError:
        return dot_git
    target = line.removeprefix("gitdir:").strip()
    return os.path.join(repository, target)


def _names(data: bytes, hash_length: int) -> list[bytes] | None:
    """The ``.go`` names in the index, or None when it cannot be read with this length of object names."""
    signature, version, count = struct.unpack_from(">4sII", data)
    if signature != b"DIRC" or version not in (2, 3, 4):
        return None
    names: list[bytes] = []
    position = 12
    previous = b""
    for _ in range(count):
        start = position
        flags = struct.unpack_from(">H", data, start + _STAT_LENGTH + hash_length)[0]
        position = start + _STAT_LENGTH + hash_length + (4 if version >= 3 and flags & _EXTENDED else 2)
        cut = 0
        if version == 4:
            cut, position = _offset(data, position)
        end = data.index(b"\0", position)
        name = previous[: len(previous) - cut] + data[position:end] if version == 4 else data[position:end]
        if flags & 0xFFF not in (len(name), 0xFFF) or not name:
            return None  # the entry's own length disagrees: wrong hash length or not an index
        position = end + 1 if version == 4 else start + (end - start + 8) // 8 * 8
        previous = name
        if name.endswith(b".go"):
            names.append(name)
    return names


def _offset(data: bytes, position: int) -> tuple[int, int]:
    """Git's variable-length number at ``position`` and the position behind it."""
    byte = data[position]
    value = byte & 0x7F
    while byte & 0x80:
        position += 1
        byte = data[position]
        value = ((value + 1) << 7) | (byte & 0x7F)
    return value, position + 1


def _with_folders(repository: str, names: list[bytes]) -> frozenset[str]:
    paths: set[str] = set()
    for raw in names:
        relative = os.fsdecode(raw).replace("/", os.sep)
        while relative:
            path = os.path.join(repository, relative)
            if path in paths:
                break
            paths.add(path)
            relative = os.path.dirname(relative)
    return frozenset(paths)
