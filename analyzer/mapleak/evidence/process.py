"""Runs a command in a process group of its own, hands on its output line by line, and ends it at a deadline."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

import msgspec

_LINE_LIMIT = 1 << 16  # longer lines arrive in pieces, so that memory stays bounded whatever is written
_GRACE = 2.0  # seconds between asking and killing: the go command removes its temporary folder when asked
_AFTER_EXIT = 5.0  # seconds for output still in the pipes


class Ending(msgspec.Struct, frozen=True):
    """How a command ended: its exit code, or None with a ``problem`` in words."""

    code: int | None
    problem: str = ""
    timed_out: bool = False


def run(
    command: Sequence[str],
    *,
    directory: str,
    environment: Mapping[str, str],
    timeout: float,
    on_output: Callable[[bytes], None],
    on_error: Callable[[bytes], None],
) -> Ending:
    """Runs ``command`` in ``directory``; the callbacks get each line of stdout and stderr, each in its own thread."""
    deadline = time.monotonic() + timeout
    try:
        process = subprocess.Popen(  # noqa: S603  the command is a toolchain the user named or has on PATH
            list(command),
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=sys.platform != "win32",
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return Ending(None, f"cannot run {Path(command[0]).name}: {reason}")
    readers = [_Reader(process.stdout, on_output), _Reader(process.stderr, on_error)]
    try:
        code = process.wait(max(0.0, deadline - time.monotonic()))
        _join(readers)
    except subprocess.TimeoutExpired:
        return Ending(None, f"did not finish within {timeout:g} s", timed_out=True)
    finally:
        if process.poll() is None or any(reader.is_alive() for reader in readers):
            _end_group(process)
            _join(readers)
    for reader in readers:
        if reader.failure is not None:
            raise reader.failure
    return Ending(code)


class _Reader(threading.Thread):
    """Hands each line of a stream to a sink; an exception of the sink's ends it and is kept in ``failure``."""

    def __init__(self, stream: IO[bytes] | None, sink: Callable[[bytes], None]) -> None:
        super().__init__(daemon=True)
        assert stream is not None, "both streams are pipes"
        self.failure: BaseException | None = None
        self._stream = stream
        self._sink = sink
        self.start()

    def run(self) -> None:
        try:
            with self._stream:
                while line := self._stream.readline(_LINE_LIMIT):
                    self._sink(line)
        except BaseException as error:  # raised again by the thread that waits
            self.failure = error


def _join(readers: Sequence[_Reader]) -> None:
    for reader in readers:
        reader.join(_AFTER_EXIT)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Leaves no process behind, whether the command ended, overran or we were interrupted."""
    if sys.platform == "win32":
        if process.poll() is None:
            process.kill()
        process.wait()
        return
    if process.poll() is None:
        _signal_group(process.pid, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
    _signal_group(process.pid, signal.SIGKILL)
    process.wait()


def _signal_group(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
