"""Puts reports where they belong; a reader that goes away early is no error."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from mapleak.errors import MapleakError


def to_stdout(text: str) -> None:
    """Write UTF-8 to standard output, whatever the locale says, unless it names an encoding a terminal needs."""
    encoding = sys.stdout.encoding or "utf-8"
    data = text.encode(encoding if sys.stdout.isatty() else "utf-8", "backslashreplace")
    try:
        binary = getattr(sys.stdout, "buffer", None)
        if binary is None:
            sys.stdout.write(data.decode("utf-8"))
        else:
            sys.stdout.flush()
            binary.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes standard output once more at its end; let it write into nothing then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def to_file(text: str, path: str) -> None:
    """Write a report file; raises MapleakError when it cannot be written."""
    try:
        Path(path).write_bytes(text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise MapleakError(f"cannot write {path}: {error.strerror or error}") from error
