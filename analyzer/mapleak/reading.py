"""Reads all files of a tree and takes the facts from each, in one process or in several."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from mapleak.errors import MapleakError
from mapleak.progress import Progress
from mapleak.recursion import deep_recursion
from mapleak.source.model import Skip, SourceFile
from mapleak.syntax.codec import decode, encode
from mapleak.syntax.extract import extract
from mapleak.syntax.facts import FileFacts

MANY_FILES = 200
"""Below this many files, starting further processes costs more than they save."""

BATCH = 16
"""Files handed to a process at a time: large enough to hide the hand-over, small enough to balance."""


def read_all(
    files: tuple[SourceFile, ...], jobs: int, progress: Progress
) -> tuple[dict[str, FileFacts], tuple[Skip, ...]]:
    """The facts of every file by report path, in the order of ``files``, and the files that could not be read."""
    workers = min(jobs or available_processors(), max(1, len(files) // BATCH))
    facts: dict[str, FileFacts] = {}
    skips: list[Skip] = []
    outcomes = _in_processes(files, workers) if workers > 1 and len(files) >= MANY_FILES else _here(files)
    for file, outcome in zip(files, outcomes, strict=True):
        if isinstance(outcome, FileFacts):
            facts[file.path] = outcome
        else:
            skips.append(Skip(file.path, outcome))
        progress.advance()
    return facts, tuple(skips)


def available_processors() -> int:
    """The processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _here(files: tuple[SourceFile, ...]) -> Iterator[FileFacts | str]:
    for file in files:
        data = _read(file.absolute)
        yield _facts(data, file.absolute) if isinstance(data, bytes) else data


def _in_processes(files: tuple[SourceFile, ...], workers: int) -> Iterator[FileFacts | str]:
    """Same as ``_here``; new processes are spawned, because a fork of a process with threads may hang."""
    try:
        pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
    except (ImportError, OSError):  # systems without what processes need to share a queue
        yield from _here(files)
        return
    try:
        for outcome in pool.map(_encoded_facts, [file.absolute for file in files], chunksize=BATCH):
            yield decode(outcome) if isinstance(outcome, bytes) else outcome
    except BrokenProcessPool as error:
        raise MapleakError("a process that reads files died, perhaps for want of memory; try --jobs 1") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _encoded_facts(absolute: str) -> bytes | str:
    data = _read(absolute)
    return encode(_facts(data, absolute)) if isinstance(data, bytes) else data


@deep_recursion()  # other processes start with Python's own limit
def _facts(data: bytes, absolute: str) -> FileFacts:
    try:
        return extract(data)
    except Exception as error:
        error.add_note(f"while reading {absolute}")
        raise


def _read(absolute: str) -> bytes | str:
    try:
        return Path(absolute).read_bytes()
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
