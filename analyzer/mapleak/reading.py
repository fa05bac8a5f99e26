"""Reads all files of a tree and takes the facts from each, in one process or in several, or from earlier runs."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import msgspec

from mapleak.processes import spread
from mapleak.program.units import Sources
from mapleak.progress import Progress
from mapleak.source.model import Skip, SourceFile, Tree
from mapleak.store import CLOCK_STEP_NS, Store, digest, tool_digest
from mapleak.syntax.codec import decode, encode
from mapleak.syntax.extract import content_digest, extract, extract_declarations
from mapleak.syntax.facts import NO_CODE, SCHEMA_VERSION, FileFacts

BATCH = 16
"""Files handed to a process at a time: large enough to hide the hand-over, small enough to balance."""


class Seen(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A file as a run found it: what the file system says of it, and its facts without the code."""

    size: int
    modified_ns: int
    changed_ns: int
    inode: int
    facts: FileFacts


class Index(msgspec.Struct, frozen=True, array_like=True):
    """What a run saw under a root, by report path."""

    written_ns: int
    files: dict[str, Seen]


def read_all(tree: Tree, jobs: int, progress: Progress, store: Store) -> tuple[Sources, tuple[Skip, ...]]:
    """What the files of ``tree`` say, and those that cannot be read. ``jobs`` processes share the work.

    Only what ``store`` does not know is looked at.
    """
    started_ns = time.time_ns()
    known = _index(tree.root, store)
    seen = {file.path: _unchanged(file, known) for file in tree.files}
    new = [file for file in tree.files if seen[file.path] is None]
    whole: dict[str, FileFacts] = {}
    skips: list[Skip] = []
    progress.advance(len(tree.files) - len(new))
    outcomes = spread(partial(_read, store), [file.absolute for file in new], jobs, BATCH)
    for file, (status, outcome) in zip(new, outcomes, strict=True):
        if isinstance(outcome, bytes):
            whole[file.path] = facts = decode(outcome)
            seen[file.path] = Seen(*status, msgspec.structs.replace(facts, encoded_code=NO_CODE))
        else:
            skips.append(Skip(file.path, outcome))
        progress.advance()
    found = {path: entry for path, entry in seen.items() if entry is not None}
    if new and store.knows_places:
        _remember(tree, Index(started_ns, found), known, store)
    headers = {path: entry.facts for path, entry in found.items()}
    with_code = Whole(tree.files, headers, whole, store)
    return Sources(tree, headers, with_code, partial(declarations, store)), tuple(skips)


class Whole(Mapping[str, FileFacts]):
    """The facts of files with their code, which is only looked for when it is asked for."""

    def __init__(
        self,
        files: tuple[SourceFile, ...],
        headers: Mapping[str, FileFacts],
        read: Mapping[str, FileFacts],
        store: Store,
    ) -> None:
        self._absolute = {file.path: file.absolute for file in files}
        self._headers = headers
        self._read = read
        self._store = store

    def __getitem__(self, path: str) -> FileFacts:
        if path in self._read:
            return self._read[path]
        header = self._headers[path]
        kept = self._store.get("file", _key(header.digest))
        if kept is not None:
            return decode(kept)
        facts = extract(Path(self._absolute[path]).read_bytes())
        self._store.put("file", _key(facts.digest), encode(facts))
        return facts

    def __iter__(self) -> Iterator[str]:
        return iter(self._headers)

    def __len__(self) -> int:
        return len(self._headers)


def _read(store: Store, absolute: str) -> tuple[tuple[int, int, int, int], bytes | str]:
    """The status of a file and its encoded facts, or why it could not be read."""
    try:
        with Path(absolute).open("rb") as stream:  # its status must be that of the bytes read
            status = _status(os.fstat(stream.fileno()))
            data = stream.read()
    except OSError as error:
        return (0, 0, 0, 0), f"cannot be read: {error.strerror or error}"
    key = _key(content_digest(data))
    kept = store.get("file", key)
    if kept is not None:
        return status, kept
    try:
        facts = encode(extract(data))
    except Exception as error:
        error.add_note(f"while reading {absolute}")
        raise
    store.put("file", key, facts)
    return status, facts


def declarations(store: Store, files: tuple[str, ...]) -> list[tuple[str, FileFacts]]:
    """The facts of a package's files outside the tree, without function bodies; those that can be read.

    They are kept once for all programs that import it.
    """
    contents: list[tuple[str, bytes]] = []
    for name in files:
        with contextlib.suppress(OSError):  # what cannot be read is as good as not on disk
            contents.append((name, Path(name).read_bytes()))
    digests = (content_digest(data) for _, data in contents)
    key = digest("declarations", str(SCHEMA_VERSION), tool_digest(), *digests)
    facts = _declarations(store, key)
    if facts is None:
        facts = [extract_declarations(data) for _, data in contents]
        store.put("file", key, msgspec.msgpack.encode(facts))
    return [(name, found) for (name, _), found in zip(contents, facts, strict=True)]


def _declarations(store: Store, key: bytes) -> list[FileFacts] | None:
    kept = store.get("file", key)
    return msgspec.msgpack.decode(kept, type=list[FileFacts]) if kept is not None else None


def _key(content: bytes) -> bytes:
    return digest("file", str(SCHEMA_VERSION), tool_digest(), content)


def _status(found: os.stat_result) -> tuple[int, int, int, int]:
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def _unchanged(file: SourceFile, known: Index) -> Seen | None:
    """What an earlier run saw of a file that is still the same, as git judges it: by status, times being old enough."""
    seen = known.files.get(file.path)
    if seen is None:
        return None
    try:
        status = _status(os.stat(file.absolute))  # noqa: PTH116 - once for every file of the tree
    except OSError:
        return None
    if status != (seen.size, seen.modified_ns, seen.changed_ns, seen.inode):
        return None
    return seen if _settled(seen, known) else None


def _index_key(root: str) -> bytes:
    return digest("index", str(SCHEMA_VERSION), tool_digest(), root)


def _index(root: str, store: Store) -> Index:
    kept = store.get("index", _index_key(root))
    try:
        return msgspec.msgpack.decode(kept, type=Index) if kept is not None else Index(0, {})
    except msgspec.DecodeError:
        return Index(0, {})


def _remember(tree: Tree, now: Index, before: Index, store: Store) -> None:
    """Keep what was seen, and what earlier runs saw in other folders of the same root."""
    scanned = {file.package_dir for file in tree.files}
    others = {path.rpartition("/")[0] for path in before.files} - scanned
    there = {folder for folder in others if Path(tree.root, folder).is_dir()}
    elsewhere = {
        path: seen for path, seen in before.files.items()
        if path.rpartition("/")[0] in there and _settled(seen, before)
    }  # fmt: skip
    merged = Index(now.written_ns, {**elsewhere, **now.files})
    store.put("index", _index_key(tree.root), msgspec.msgpack.encode(merged))


def _settled(seen: Seen, index: Index) -> bool:
    """Whether a file's times are old enough, at the date of an index, to prove anything at a later one."""
    return max(seen.modified_ns, seen.changed_ns) <= index.written_ns - CLOCK_STEP_NS
