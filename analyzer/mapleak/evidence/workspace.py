"""A stand-in for the user's ``go.work``, so that compiling writes nothing beside it.

In a workspace the go command writes the sums it misses to ``go.work.sum``, whatever ``-mod`` says. The stand-in lists
the same modules by absolute path in a folder of its own; the sums go there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import msgspec

from mapleak.evidence.process import run
from mapleak.source.modules import ModFile, is_local, parse, read_text


class StandIn(msgspec.Struct, frozen=True):
    """``path`` is the copy, for GOWORK; ``folder`` is where the user's own is."""

    path: str
    folder: str


def stand_in(go: str, directory: str, environment: Mapping[str, str], scratch: Path, timeout: float) -> StandIn | None:
    """A copy below ``scratch`` of the workspace that ``directory`` is in, or None to leave GOWORK as it is.

    It is left alone where there is no workspace, where it is vendored (then nothing is written), and where the go
    command will complain of it when it compiles.
    """
    output: list[bytes] = []
    run(
        [go, "env", "GOWORK"],
        directory=directory,
        environment=environment,
        timeout=timeout,
        on_output=output.append,
        on_error=lambda _: None,
    )
    original = os.fsdecode(b"".join(output).strip())
    if original in ("", "off"):
        return None
    folder = Path(original).parent
    if (folder / "vendor" / "modules.txt").exists():
        return None
    text, problem = read_text(original)
    work = parse(text)
    if problem or work.problems:
        return None
    scratch.mkdir(parents=True, exist_ok=True)
    copy = scratch / "go.work"
    copy.write_text(_render(work, folder), encoding="utf-8", errors="surrogateescape")
    sums = folder / "go.work.sum"
    if sums.is_file():
        shutil.copyfile(sums, scratch / "go.work.sum")
    return StandIn(str(copy), str(folder))


def _render(work: ModFile, folder: Path) -> str:
    lines = [f"go {work.go}"] if work.go else []
    lines += [f"use {_quote(str((folder / use).resolve()))}" for use in work.uses]
    for old, old_version, new, new_version in work.replaces:
        target = str((folder / new).resolve()) if is_local(new) else new
        lines.append(" ".join(filter(None, ["replace", _quote(old), old_version, "=>", _quote(target), new_version])))
    return "\n".join(lines) + "\n"


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
